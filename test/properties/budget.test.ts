import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';

/*
 * One budget a call (docs/language.md, Paths): interpreter and module agree on where it ends, what comes after it is
 * unknown, and both come to an end. Each of these held a gateway for seconds to minutes.
 */

const { policy } = loadPolicyText(`deny:
  - {capability: filesystem.write, path_prefix: [/etc, "~/.ssh"]}
  - {capability: filesystem.write, path_glob: "**/*.key"}
  - {capability: filesystem.write, amount_gt: 100, path_prefix: /paid}
  - {capability: filesystem.write, contains: ["rm -rf", "drop table"]}
  - {capability: filesystem.write, match_regex: ["(?i)curl .*sh", "^sudo\\\\b"]}
allow:
  - {capability: filesystem.write, path_prefix: [/data, ./]}
`);
const ENVIRONMENT = { home: '/home/me', platform: 'linux', roots: ['/data/root'] } as const;

function chunked(levels: number, width: number, leaf: unknown): unknown {
  let value: unknown = [leaf];
  for (let i = 0; i < levels; i++) value = [...Array<string>(width).fill('a'), value];
  return value;
}

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, i]));

const CALLS: Readonly<Record<string, readonly [args: Record<string, unknown>, decision: string]>> = {
  'a path of homes, backslashes and escapes': [{ path: '~/~/\\~;%7e'.repeat(23_000) }, 'deny'],
  'many of those, each as long as is read': [{ paths: Array(31).fill('~/~/\\~;%7e'.repeat(727)) }, 'deny'],
  'escaped paths': [{ paths: Array.from({ length: 16_000 }, (_, i) => `/data/%73x/${i}${'%41'.repeat(10)}`) }, 'deny'],
  'short hostile paths': [{ paths: Array(20_000).fill('~/%25%32%35;. /\u2024') }, 'deny'],
  'some of them': [{ paths: Array(100).fill('/data/%25%32%35;. /\u2024') }, 'allow'],
  'as many paths as are read': [{ paths: Array(1 << 15).fill('/data/x') }, 'allow'],
  'one path more': [{ paths: Array((1 << 15) + 1).fill('/data/x') }, 'deny'],
  'short relative paths': [{ paths: Array(120_000).fill('a/b') }, 'deny'],
  'the longest path': [{ path: `/data/${'x'.repeat((1 << 19) - 6)}` }, 'allow'],
  'a longer one': [{ path: `/data/${'x'.repeat((1 << 19) - 5)}` }, 'deny'],
  'a path of 450,000 segments': [{ path: '/a'.repeat(450_000) }, 'deny'],
  'a clean path of 0.9 MB': [{ path: `/${'a'.repeat(900_000)}` }, 'deny'],
  'a path of letters with marks': [{ path: `/data/${'e\u0301'.repeat(4000)}` }, 'allow'],
  'the same, too long to be rewritten': [{ path: `/data/${'e\u0301'.repeat(70_000)}` }, 'deny'],
  'as many steps up as an agent may try': [{ path: `/data/x${'/..'.repeat(100_000)}/data/x` }, 'allow'],
  'arrays 110 deep around an object': [{ path: '/data/x', list: chunked(110, 1800, {}) }, 'allow'],
  'arrays 110 deep around a string': [{ path: '/data/x', list: chunked(110, 1800, 'x') }, 'allow'],
  'many members': [{ path: '/data/x', o: many(65_535) }, 'allow'],
  'as many elements as are looked through': [{ path: '/data/x', o: Array((1 << 20) - 2).fill(0) }, 'allow'],
  'more of them': [{ path: '/data/x', o: Array((1 << 20) - 1).fill(0) }, 'deny'],
  'marks piled on one letter': [{ path: `/data/a${'\u0301\u0323\u0316'.repeat(60_000)}` }, 'deny'],
  'text of 2 MB': [{ path: '/data/x', content: 'lorem ipsum dolor sit amet\n'.repeat(74_000) }, 'allow'],
  'text of 2 MB, found at its end': [
    { path: '/data/x', content: `${'lorem ipsum\n'.repeat(160_000)}DROP\tTABLE` },
    'deny',
  ],
};

for (const [name, [args, decision]] of Object.entries(CALLS)) {
  test(`within the budget of a call: ${name}`, { timeout: 60_000 }, () => {
    const decide = evaluateModule(policy).bind({}, ENVIRONMENT);
    assert.equal(decide('write_file', args).decision, decision);
    const expected = interpretTool(policy, 'write_file', args, { context: {}, environment: ENVIRONMENT });
    assert.equal(expected.decision, decision, 'the interpreter');
    assert.deepEqual(decide.unknown('write_file', args).toSorted(), expected.unknown.toSorted());
  });
}
