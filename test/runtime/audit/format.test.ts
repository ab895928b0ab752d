// The format as docs/audit.md has it: its JSON Schema, and the verification in another language.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { segments } from '../../../runtime/audit/read.js';
import { ROOT } from '../../support/capfence.js';
import { type Started, toolCall, withGateway, withId } from '../../support/gateway.js';
import { SEED } from '../../support/seed-policy.js';

const DOCS = pathToFileURL(join(ROOT, 'docs/'));
const python = ['python3', 'python'].find((command) => spawnSync(command, ['--version']).status === 0);

/** A session with a record of every kind, and names that are hard to write down. */
async function session(gateway: Started): Promise<string> {
  gateway.message(toolCall(1, 'read_file', { path: '/a' }));
  gateway.message(toolCall('zwei', 'delete_file', { path: '/a' }));
  gateway.message(toolCall(3, 'write_file', { path: '/data/prod/a' }));
  gateway.message(toolCall(4, 'write_file', { path: 'relative' }));
  gateway.message(toolCall(5, 'é\u2028😀\u001b"\\', {}));
  gateway.send(Buffer.from('{"not": utf8 \xff\n', 'latin1'));
  gateway.send('{"jsonrpc":"2.0","method":"tools/call","params":{"name":"x"}}\n');
  gateway.message({ jsonrpc: '2.0', id: 6, method: 'ping' });
  await gateway.next(withId(6));
  assert.equal(await gateway.close(), 0);
  return join(gateway.folder, 'audit');
}

test('every record fits the JSON Schema', async () => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(new URL('audit.schema.json', DOCS), 'utf8')));
  const documented = readFileSync(new URL('audit.md', DOCS), 'utf8');
  for (const flags of [
    [],
    ['--audit-payloads', '--audit-all', '--context', 'tenant=t', '--root', '/data'],
    ['--observe'],
  ]) {
    await withGateway({ policy: SEED, flags }, async (gateway) => {
      await session(gateway);
      for (const record of gateway.records()) {
        assert.ok(validate(record), `${JSON.stringify(record)}: ${ajv.errorsText(validate.errors)}`);
        for (const member of Object.keys(record)) assert.ok(documented.includes(`\`${member}\``), member);
      }
    });
  }
  assert.ok(!validate({ v: 1, kind: 'call' }));
});

test('Python verifies the same', { skip: !python && 'no Python here' }, async () => {
  const script = fileURLToPath(new URL('verify_audit.py', DOCS));
  assert.ok(readFileSync(script, 'utf8').trimEnd().split('\n').length <= 70);
  await withGateway({ policy: SEED, flags: ['--audit-payloads', '--audit-max-bytes', '2500'] }, async (gateway) => {
    const audit = await session(gateway);
    const run = () => spawnSync(python as string, [script, audit], { encoding: 'utf8' });
    assert.deepEqual([run().status, run().stdout], [0, `ok: ${segments(audit).length} segments\n`]);
    assert.ok(segments(audit).length > 2);
    const [, second] = segments(audit) as [unknown, { path: string }];
    const text = readFileSync(second.path, 'utf8');
    for (const [change, said] of [
      [text.replace(/"decision":"deny"/, '"decision":"warn"'), 'was edited'],
      [text.replace(/^[^\n]*\n/, ''), 'stands where it should not'],
      [text.replace(/\n[^\n]*\n$/, '\n'), 'unfinished'],
      [text.slice(0, -5), 'torn'],
      [text.replace(/^\{/, '{"v":1,'), 'a key is given twice'],
    ] as const) {
      assert.notEqual(change, text, said);
      writeFileSync(second.path, change);
      const { status, stdout } = run();
      assert.equal(status, 1, said);
      assert.match(stdout, new RegExp(said));
    }
  });
});
