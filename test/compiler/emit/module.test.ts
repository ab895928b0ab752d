import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformSync } from 'esbuild';
import { compile } from '../../../compiler/compile.js';
import { evaluateModule } from '../../../compiler/emit/evaluate.js';
import { emitModule } from '../../../compiler/emit/module.js';
import { proveModule, UnprovedModule } from '../../../compiler/emit/prove.js';
import { compileInMemory } from '../../../compiler/in-memory.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { SEED } from '../../support/seed-policy.js';

const HOSTILE = [
  "'",
  '"',
  '`',
  '\\',
  '${alert(1)}',
  '*/',
  '//',
  '\u2028',
  '</script>',
  '__proto__',
  '\n',
  "'); process.exit(1); ('",
];

/** White space, comments and quotes aside. */
const bare = (code: string, loader: 'ts' | 'js') =>
  transformSync(code, { loader, minifyWhitespace: true, minifySyntax: true, format: 'esm' }).code;

test('the .js is the .ts with its types erased', () => {
  for (const text of [SEED, many(70)]) {
    const { policy } = loadPolicyText(text);
    assert.ok(bare(emitModule(policy, 'js'), 'js') === bare(emitModule(policy, 'ts'), 'ts'));
  }
});

test('the same policy gives the same bytes', () => {
  assert.equal(emitModule(loadPolicyText(SEED).policy, 'ts'), emitModule(loadPolicyText(SEED).policy, 'ts'));
});

test('nothing in a policy becomes code, and all of it keeps its meaning', () => {
  const rules = HOSTILE.map((text) => ({
    capability: 'a.b',
    id: `id ${text}`,
    description: text,
    path_prefix: `/${text}`,
  }));
  const tools = Object.fromEntries(HOSTILE.map((text) => [`tool ${text}`, 'a.b']));
  const text = JSON.stringify({
    policy_name: HOSTILE.join(' '),
    description: HOSTILE.join(),
    deny: rules,
    allow: ['*'],
    tools,
  });
  const { policy } = loadPolicyText(text);
  const code = emitModule(policy, 'ts');
  proveModule(code);
  assert.ok(bare(emitModule(policy, 'js'), 'js') === bare(code, 'ts'));
  const { manifest, bind } = evaluateModule(policy);
  assert.deepEqual(
    manifest.rules.slice(0, -1).map(({ id }) => id),
    rules.map(({ id }) => id),
  );
  assert.equal(manifest.policy, HOSTILE.join(' '));
  const decide = bind({}, { platform: 'linux' });
  for (const part of HOSTILE) {
    assert.equal(decide(`tool ${part}`, { path: '/elsewhere/x' }).capability, 'a.b', part);
  }
  assert.equal(decide("tool '", { path: "/'/x" }).decision, 'deny');
});

test('many rules: a table without a branch, and the right one decides', () => {
  const { policy } = loadPolicyText(many(100));
  proveModule(emitModule(policy, 'ts'));
  const decide = evaluateModule(policy).bind({}, { platform: 'linux' });
  for (const i of [0, 31, 32, 63, 64, 99]) assert.equal(decide.capability('fs.write', { path: `/p${i}/x` }).rule, i);
  assert.equal(decide.capability('fs.write', { path: '/none' }).rule, -1);
});

test('more rules for one capability than a list has in one piece type-check, in order', {
  timeout: 300_000,
}, async () => {
  const rules = Array.from({ length: 1100 }, (_, i) => `  - { capability: x.y, args: { n: v${i} } }\n`).join('');
  const { ts, js } = await compile(`allow:\n${rules}tools: { t: x.y }\n`, { name: 'p.yaml' });
  assert.doesNotMatch(ts, /import type \{[^}]*\bnumber\b/);
  assert.doesNotMatch(js, / as readonly /);
});

test('the proof notices what it is for', () => {
  const code = emitModule(loadPolicyText(SEED).policy, 'ts');
  const broken = [
    code.replace('31 - Math.clz32', "'31' - Math.clz32"),
    code.replace("from 'capfence/runtime'", "from 'node:fs'"),
    code.replace('const bits =', 'if (f) return 0; if (f) return 1; const bits ='),
    code.replace('return p.decide', "eval('1'); return p.decide"),
  ];
  for (const text of broken) {
    assert.notEqual(text, code);
    assert.throws(() => proveModule(text), UnprovedModule);
  }
});

function many(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => ({ capability: 'fs.write', path_prefix: `/p${i}` }));
  return JSON.stringify({ allow: rules });
}

test('context that is fixed when a policy is compiled holds without being given, and no other may be', async () => {
  const text = 'allow:\n  - { capability: x.y, environment: prod }\n';
  const { js, manifest } = await compile(text, { context: { environment: 'prod' } });
  assert.deepEqual(manifest.context, { environment: 'prod' });
  assert.match(js, /context: \{ environment: 'prod' \}/);
  const { bind } = evaluateModule(loadPolicyText(text).policy, { environment: 'prod' });
  assert.equal(bind({}).capability('x.y', {}).decision, 'allow');
  assert.equal(bind({ environment: 'prod' }).capability('x.y', {}).decision, 'allow');
  assert.throws(() => bind({ environment: 'dev' }), /was compiled for environment=prod, not environment=dev/);
});

test('a tool that no call of can pass is out of reach, and no other', () => {
  const reachable = (text: string) =>
    compileInMemory(loadPolicyText(text).policy).bind({}, { platform: 'linux', home: '/h' }).reachable;
  const shadowed = reachable(
    'deny: [{capability: filesystem.write, path_prefix: /a}]\nallow: [{capability: filesystem.write, path_prefix: /a/b}, filesystem.read]\n',
  );
  assert.equal(shadowed('write_file'), false);
  assert.equal(shadowed('read_file'), true);
  // A root may make it pass.
  const relative = reachable(
    'deny: [{capability: filesystem.write, path_prefix: ./a}]\nallow: [{capability: filesystem.write, path_prefix: /w}]\n',
  );
  assert.equal(relative('write_file'), true);
  const context = compileInMemory(
    loadPolicyText('deny: [{capability: x.y, environment: prod}]\nallow: [x.y]\ntools: {t: x.y}\n').policy,
  );
  assert.equal(context.bind({ environment: 'prod' }).reachable('t'), false);
  assert.equal(context.bind({ environment: 'dev' }).reachable('t'), true);
  assert.equal(context.bind({}).reachable('t'), false, 'unknown protects');
  const none = reachable('allow: [{capability: filesystem.read, path_prefix: /a}]\n');
  assert.equal(none('list_allowed_directories'), false, 'it takes no path at all');
  assert.equal(none('read_file'), true);
});
