import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { SHARED, without } from '../../support/shared.js';
import { judgeOf } from '../../support/verdicts.js';

const corpus = (name: string) =>
  JSON.parse(readFileSync(join(SHARED, `data/payloads/${name}.json`), 'utf8')) as unknown[];
const texts = (name: string) =>
  corpus(name).map((one) => (typeof one === 'string' ? one : (one as { src: string }).src));

/** Payloads that a policy lets pass. */
function passing(
  name: string,
  judge: (args: Record<string, unknown>) => string,
  argsOf: (text: string) => Record<string, unknown>,
): string[] {
  const all = texts(name);
  const passed = all.filter((text) => judge(argsOf(text)) === 'allow');
  console.log(`${name}: ${passed.length} of ${all.length} pass`);
  return passed;
}

test('no payload of a public corpus passes an ordinary allow rule', { skip: without('data/payloads') }, () => {
  const commands = judgeOf({
    allow: [{ capability: 'x.y', command: ['ls **', 'cat README.md', 'git status', 'grep -rn * src', 'npm test'] }],
  });
  // What passes lists or searches, and no more.
  for (const name of ['command', 'shell']) {
    const alone = passing(name, commands, (command) => ({ command }));
    for (const text of alone) assert.match(text.trim(), /^ls(?: [^-;|&`$<>]+)*;?$/, text);
    // Behind `ls` everything that passes is its words: what joins commands stands in quotes, or behind a backslash.
    for (const text of passing(name, commands, (text) => ({ command: `ls ${text}` }))) {
      const bare = text
        .replace(/'[^']*'|"[^"`$]*"/g, '')
        .replace(/\\[\s\S]/g, '')
        .replace(/[0-9]?> ?\/dev\/null|[&;]\s*$/g, '');
      assert.doesNotMatch(bare, /[`<>]|\$\(/, text);
      const [, ...others] = bare.split(/[;|&\n]+/).map((part) => part.trim());
      for (const other of others) assert.match(other, /^$|^(?:ls|cat README\.md|git status|npm test)\b|^#/, text);
    }
  }
  const sql = judgeOf({ allow: [{ capability: 'x.y', sql_kind: 'select', sql_table: 'users' }] });
  const injected = passing('sql', sql, (text) => ({ sql: `select name from users where name = '${text}'` }));
  // Outside strings nothing is left but a query of the table.
  for (const text of injected) {
    const bare = `select name from users where name = '${text}'`
      .replace(/'(?:[^']|'')*'/g, '?')
      .replace(/--.*|\/\*.*?\*\//g, '');
    assert.doesNotMatch(
      bare,
      /\b(?:drop|delete|insert|update|exec|sleep|benchmark|waitfor|into|pg_sleep|load_file|xp_cmdshell)\b/i,
      text,
    );
  }
  const urls = judgeOf({
    deny: [{ capability: 'x.y', network: ['loopback', 'private', 'link_local', 'metadata', 'reserved', 'multicast'] }],
    allow: [{ capability: 'x.y', scheme: ['http', 'https'] }],
  });
  const reached = passing('ssrf', urls, (url) => ({ url }));
  // What a name resolves to is out of sight.
  for (const text of reached) assert.match(text, /nip\.io|localtest\.me|rebind\.network|xip\.io|sslip\.io/, text);
  const paths = judgeOf({ allow: [{ capability: 'x.y', path_prefix: '/srv/app' }] });
  for (const name of ['paths', 'traversal']) {
    const inside = passing(name, paths, (text) => ({ path: `/srv/app/${text}` }));
    for (const text of inside)
      assert.match(
        posix.normalize(`/srv/app/${text.replaceAll('%2e', '.').replaceAll('%2f', '/')}`),
        /^\/srv\/app(?:\/|$)/,
        text,
      );
  }
});
