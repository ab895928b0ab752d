import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PolicyError } from '../../../compiler/diagnostics/diagnostic.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { withTools } from '../../../compiler/ir/tool-snapshot.js';
import { judgeOf, truthOf } from '../../support/verdicts.js';

test('recipients: every address by itself', () => {
  const to = truthOf({ recipient: ['*@example.com', 'ops@partner.test', '*@*.example.com'] });
  for (const text of [
    'a@example.com',
    'Ann <a@EXAMPLE.com>',
    '"N, M" <a@example.com>',
    'a@example.com; ops@partner.test',
    'x@mail.example.com',
    'a@example.com.',
  ])
    assert.equal(to({ to: text }), 'true', text);
  for (const text of ['a@evil.test', 'Ops@partner.test', 'a@example.com.evil.test'])
    assert.equal(to({ to: text }), 'false', text);
  // One of two is neither.
  assert.equal(to({ to: 'a@evil.test,a@example.com' }), 'unknown');
  for (const text of [
    '',
    'a',
    'a@b@example.com',
    'x%evil.test@example.com',
    'evil!a@example.com',
    '(c) a@example.com',
    'g: a@example.com;',
    'a@[10.0.0.1]',
    'a@10.0.0.1',
    '"a"@example.com',
    'é@example.com',
    '"x@evil.test" <a@example.com>',
    'a@example.com\r\nbcc: x@evil.test',
    'a@example.com,',
    '.a@example.com',
    5,
    null,
  ]) {
    assert.equal(to({ to: text }), 'unknown', JSON.stringify(text));
  }
  assert.equal(to({ user_email: 'a@example.com' }), 'true');
  assert.equal(to({ replyTo: 'a@example.com' }), 'true');
  assert.equal(to({ note: 'a@example.com' }), 'true');
  assert.equal(to({ note: 'write to a@example.com' }), 'unknown');
  assert.equal(to({ to: ['a@example.com'], note: 'eve@evil.test' }), 'unknown');
  for (const recipient of ['example.com', '@example.com', 'a*@example.com', 'a@10.0.0.1', 'a@*']) {
    assert.throws(
      () => loadPolicyText(JSON.stringify({ allow: [{ capability: 'x.y', recipient }] })),
      PolicyError,
      recipient,
    );
  }
});

test('hours of days, across midnight and in a zone', () => {
  const at = (time: unknown, now: string, file = {}) =>
    judgeOf({ ...file, allow: [{ capability: 'x.y', time }] })({}, now);
  assert.equal(at('Mon-Fri 09:00-17:00', '2026-11-26T09:00:00Z'), 'allow');
  assert.equal(at('Mon-Fri 09:00-17:00', '2026-11-26T17:00:00Z'), 'deny');
  assert.equal(at('Mon-Fri 09:00-17:00', '2026-11-28T12:00:00Z'), 'deny');
  assert.equal(at('Fri-Mon', '2026-11-29T12:00:00Z'), 'allow');
  assert.equal(at('Fri 22:00-06:00', '2026-11-28T05:59:00Z'), 'allow');
  assert.equal(at('Fri 22:00-06:00', '2026-11-27T05:59:00Z'), 'deny');
  assert.equal(at('09:00-10:00 Europe/Berlin', '2026-11-26T08:30:00Z'), 'allow');
  assert.equal(at('09:00-10:00 Europe/Berlin', '2026-07-26T07:30:00Z'), 'allow');
  assert.equal(at('09:00-10:00', '2026-11-26T08:30:00Z', { timezone: 'Europe/Berlin' }), 'allow');
  assert.equal(at(['Sat', 'Thu 23:00-24:00'], '2026-11-26T23:59:59Z'), 'allow');
  for (const time of [
    '',
    'Mo',
    '09:00',
    '9-17',
    '09:00-09:00',
    '25:00-26:00',
    'Mon-Fri 09:00-17:00 Europe/Nowhere',
    'UTC',
  ]) {
    assert.throws(() => loadPolicyText(JSON.stringify({ allow: [{ capability: 'x.y', time }] })), PolicyError, time);
  }
});

test('from and until: exclusive ends, a date alone is through that day', () => {
  const judge = judgeOf({ allow: [{ capability: 'x.y', from: '2026-12-01', until: '2026-12-31' }] });
  assert.deepEqual(
    ['2026-11-30T23:59:59Z', '2026-12-01T00:00:00Z', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z'].map((now) =>
      judge({}, now),
    ),
    ['deny', 'allow', 'allow', 'deny'],
  );
  const zoned = judgeOf({ allow: [{ capability: 'x.y', until: '2026-12-31T18:00:00+01:00' }] });
  assert.deepEqual(
    ['2026-12-31T16:59:59Z', '2026-12-31T17:00:00Z'].map((now) => zoned({}, now)),
    ['allow', 'deny'],
  );
  const berlin = judgeOf({ timezone: 'Europe/Berlin', allow: [{ capability: 'x.y', from: '2026-07-01' }] });
  assert.deepEqual(
    ['2026-06-30T21:59:59Z', '2026-06-30T22:00:00Z'].map((now) => berlin({}, now)),
    ['deny', 'allow'],
  );
  for (const rule of [{ from: '2026-02-30' }, { until: 'soon' }, { until: '2026-12-31T25:00' }]) {
    assert.throws(() => loadPolicyText(JSON.stringify({ allow: [{ capability: 'x.y', ...rule }] })), PolicyError);
  }
});

test('hints are read where the policy was compiled, never on the wire', () => {
  const file = { allow: [{ capability: 'x.y', hints: { read_only: true, destructive: false } }] };
  assert.equal(judgeOf(file)({}), 'deny');
  const snapshot = (annotations: object) => ({
    server: { name: '', version: '' },
    tools: [{ name: 't', annotations }],
  });
  const judge = (annotations: object) =>
    judgeOf(file, { change: (policy) => withTools(policy, snapshot(annotations)) })({});
  assert.equal(judge({ readOnlyHint: true, destructiveHint: false }), 'allow');
  assert.equal(judge({ readOnlyHint: true }), 'deny');
  assert.equal(judge({ readOnlyHint: true, destructiveHint: true }), 'deny');
});

test('conditions on one argument', () => {
  const judge = (args: object) => judgeOf({ allow: [{ capability: 'x.y', args }] });
  assert.equal(
    judge({ site: { host: 'example.com', scheme: 'https' } })({
      site: 'https://example.com',
      url: 'https://evil.test',
    }),
    'allow',
  );
  assert.equal(judge({ site: { host: 'example.com' } })({ site: 'https://evil.test' }), 'deny');
  assert.equal(judge({ site: { host: 'example.com' } })({}), 'deny');
  assert.equal(
    judge({ '/steps/*': { command: ['npm test', 'git status'] } })({ steps: ['npm test', 'git status'] }),
    'allow',
  );
  assert.equal(judge({ '/steps/*': { command: ['npm test'] } })({ steps: ['npm test', 'rm x'] }), 'deny');
  assert.equal(judge({ owner: { email: '*@example.com' } })({ owner: 'a@example.com' }), 'allow');
  assert.equal(judge({ q: { sql_kind: 'select' } })({ q: 'select 1' }), 'allow');
  for (const [name, verdict] of [
    ['a.b-c_D9', 'allow'],
    ['.', 'deny'],
    ['..', 'deny'],
    ['a/b', 'deny'],
    ['', 'deny'],
    ['a b', 'deny'],
    [5, 'deny'],
  ] as const) {
    assert.equal(judge({ x: { name: true } })({ x: name }), verdict, String(name));
  }
  assert.equal(judge({ repo: 'site' })({ repo: 'site', branch: '../x' }), 'deny');
  const host = judgeOf({ allow: [{ capability: 'x.y', host: 'a.test' }] });
  assert.deepEqual(
    [
      { url: 'https://a.test', repo: 'x' },
      { url: 'https://a.test', repo: '../x' },
    ].map((args) => host(args)),
    ['allow', 'deny'],
  );
});
