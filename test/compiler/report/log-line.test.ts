import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentLines } from '../../../compiler/report/log/log-arguments.js';
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

test('columns go in the order of their use: where the rule stands first, the decision never', () => {
  const record = {
    kind: 'call',
    time: '2026-01-02T03:04:05.678Z',
    agent: 'agent-a',
    decision: 'require_approval',
    tool: 'write_file',
    reason: 'approval_required',
    rule: 'require_approval[0]',
    place: 'policies/a.yaml:12',
  };
  const shows = (columns: number) => {
    const line = logLine(record, PLAIN, columns);
    return ['a.yaml:12', 'agent-a', '2026', 'require_approval[0]', '01-02', 'write_file', 'approval_required'].filter(
      (part) => line.includes(part),
    );
  };
  const kept = Array.from({ length: 161 }, (_, i) => shows(160 - i).length).slice(0, 121);
  assert.equal(kept[0], 7);
  assert.ok(
    kept.every((count, i) => i === 0 || count <= (kept[i - 1] as number)),
    'narrower shows no more',
  );
  assert.deepEqual(shows(60), ['write_file', 'approval_required']);
});

test('what a call asked for stands below its line, or why it does not', () => {
  const payload = JSON.stringify({
    id: 1,
    method: 'tools/call',
    params: { name: 'x', arguments: { path: '/a\u202e', n: 1 } },
  });
  assert.deepEqual(argumentLines({ kind: 'call', payload }, PLAIN), ['    path: "/a\\u202e"', '    n: 1']);
  assert.deepEqual(
    argumentLines({ kind: 'call', payload, redacted: true }, PLAIN).at(-1),
    '    masked where --redact says',
  );
  assert.match(argumentLines({ kind: 'call' }, PLAIN).join(), /without --audit-payloads/);
  assert.match(argumentLines({ kind: 'call', payload_withheld: true }, PLAIN).join(), /withheld/);
  assert.match(argumentLines({ kind: 'call', payload_base64: 'AA==' }, PLAIN).join(), /base64/);
  assert.deepEqual(argumentLines({ kind: 'call', payload: 'no JSON' }, PLAIN), ['    no JSON']);
});
