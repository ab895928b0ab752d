import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logLine } from '../../../compiler/report/log/log-line.js';
import { styleFor } from '../../../compiler/report/style.js';

const PLAIN = styleFor({ isTTY: false } as NodeJS.WriteStream);
const CALL = {
  kind: 'call',
  time: '2026-01-01T12:00:00.000Z',
  agent: 'a',
  decision: 'deny',
  tool: 'write_file',
  reason: 'policy_deny',
  rule: 'deny[0]',
  place: 'p.yaml:3',
};

test('a call that is only observed is shown as forwarded', () => {
  assert.match(logLine({ ...CALL, observed: true }, PLAIN, undefined), /deny .*policy_deny; forwarded: observing/);
  assert.doesNotMatch(logLine(CALL, PLAIN, undefined), /forwarded/);
  const allowed = { ...CALL, decision: 'allow', reason: 'policy_allow', observed: true };
  assert.doesNotMatch(logLine(allowed, PLAIN, undefined), /forwarded/);
});

test('a call that passes by a grant names it', () => {
  const granted = { ...CALL, decision: 'allow', reason: 'granted', grant: '9d2c41e07a5b8f36' };
  assert.match(logLine(granted, PLAIN, undefined), /granted by 9d2c41e07a5b8f36/);
});

test('no line is wider than the terminal, from 40 columns on', () => {
  for (const record of [CALL, { ...CALL, observed: true }, { ...CALL, tool: 'a_tool_with_quite_a_long_name_indeed' }])
    for (let columns = 40; columns <= 160; columns++)
      for (const line of logLine(record, PLAIN, columns).split('\n'))
        assert.ok(line.length <= columns, `${columns}: ${line}`);
});
