import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// The package as others see it: through its exports, from the build.
import { ActionRuntime, McpGatewayServer } from 'capfence';
import { compile, explain } from 'capfence/compiler';
import { ActionRuntime as SlimRuntime } from 'capfence/gateway';
import { bind, manifest } from '../../../generated/mcp_policy.js';
import { ROOT } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall } from '../../support/gateway.js';

const SEED = join(ROOT, 'policies/mcp_policy.yaml');
const RECORDER = fileURLToPath(new URL('../../support/recorder.mjs', import.meta.url));

test('a program decides by a policy file and by a compiled module alike', async () => {
  const gate = await ActionRuntime.fromPolicy(SEED);
  const compiled = SlimRuntime.fromModule({ manifest, bind });
  for (const path of ['/etc/passwd', '/data/staging/x', '/data/prod/x']) {
    assert.deepEqual({ ...gate.decide('write_file', { path }) }, { ...compiled.decide('write_file', { path }) });
  }
  assert.equal(gate.decide('write_file', { path: '/etc/passwd' }).reason, 'policy_deny');
  assert.equal((await explain(SEED, { tool: 'write_file', args: { path: '/etc/x' } })).rule?.line, 3);
  assert.equal((await compile('deny: [a.b]\n')).manifest.rules.length, 1);
});

test('a program runs a gateway over streams of its own', async () => {
  const folder = temporaryFolder();
  const [input, output, error] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const gateway = new McpGatewayServer({
    upstreamCommand: [process.execPath, RECORDER],
    gate: await ActionRuntime.fromPolicy(SEED),
    agentId: 'program',
    auditDir: join(folder, 'audit'),
    approvals: join(folder, 'approvals'),
    streams: { input, output, error },
  });
  const ended = gateway.run();
  input.write(`${JSON.stringify(toolCall(1, 'delete_file', { path: '/x' }))}\n`);
  input.end(`${JSON.stringify(toolCall(2, 'read_file', { path: '/x' }))}\n`);
  assert.equal(await ended, 0);
  output.end();
  let text = '';
  for await (const chunk of output) text += chunk;
  const replies = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; error?: object; result?: object });
  assert.ok(replies.find(({ id }) => id === 1)?.error);
  assert.ok(replies.find(({ id }) => id === 2)?.result);
});
