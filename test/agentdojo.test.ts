import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Trace } from '../compiler/interpret/trace.js';
import { loadPolicy } from '../compiler/ir/load.js';
import type { Policy } from '../compiler/ir/policy.js';
import { ROOT } from './support/capfence.js';
import { SHARED, without } from './support/shared.js';

interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}
interface Task {
  readonly id: string;
  readonly calls: readonly Call[];
}
type Outcome = 'allowed' | 'asked' | 'denied';

/** Tools whose answers can hold strangers' words: where an injection reaches the model. By hand, not from the policies. */
const READS_STRANGERS: Readonly<Record<string, readonly string[]>> = {
  banking: ['get_most_recent_transactions', 'read_file'],
  slack: ['read_channel_messages', 'read_inbox', 'get_webpage'],
  travel: [
    'get_rating_reviews_for_hotels',
    'get_rating_reviews_for_restaurants',
    'get_rating_reviews_for_car_rental',
    'search_calendar_events',
    'get_day_calendar_events',
  ],
  workspace: [
    'get_unread_emails',
    'get_received_emails',
    'search_emails',
    'search_calendar_events',
    'get_day_calendar_events',
    'list_files',
    'search_files',
    'search_files_by_filename',
    'get_file_by_id',
  ],
};

const FOLDER = join(ROOT, 'policies/agentdojo');
const OUTCOME = { allow: 'allowed', warn: 'allowed', require_approval: 'asked', deny: 'denied' } as const;
const WORST: readonly Outcome[] = ['denied', 'asked', 'allowed'];

/** A session of its own: every call has an answer, and where one is asked for, a person says yes. */
function session(policy: Policy, calls: readonly Call[]): Outcome[] {
  const trace = new Trace(policy, { environment: {} }, [], Date.UTC(2026, 0, 5));
  return calls.map(({ tool, args }) => OUTCOME[trace.call({ tool, args, result: 'ok' })?.decision ?? 'deny']);
}

const worst = (outcomes: readonly Outcome[]) => WORST.find((outcome) => outcomes.includes(outcome)) ?? 'allowed';
const tally = (outcomes: readonly Outcome[]) =>
  (['allowed', 'asked', 'denied'] as const).map((wanted) => outcomes.filter((outcome) => outcome === wanted).length);

/** The cells of a table's line in the README beside the policies. */
function published(first: string): number[][] {
  const lines = readFileSync(join(FOLDER, 'README.md'), 'utf8').split('\n');
  return lines
    .filter((line) => new RegExp(`^\\| \\[?${first}\\b`).test(line))
    .map((line) => line.split('|').slice(2, -1).map(Number));
}

for (const [suite, reading] of Object.entries(READS_STRANGERS)) {
  test(`agentdojo: ${suite} decides its tasks and injections as published`, {
    skip: without('data/agentdojo'),
  }, async () => {
    const { policy } = await loadPolicy(join(FOLDER, `${suite}.yaml`));
    const { userTasks, injectionTasks } = JSON.parse(
      readFileSync(join(SHARED, 'data/agentdojo', `${suite}.json`), 'utf8'),
    ) as { userTasks: readonly Task[]; injectionTasks: readonly Task[] };
    const users = userTasks.map(({ calls }) => session(policy, calls));
    const pairs = injectionTasks
      .filter(({ calls }) => calls.length > 0)
      .flatMap((injection) =>
        userTasks.flatMap(({ calls }) => {
          const read = calls.findIndex(({ tool }) => reading.includes(tool)) + 1;
          if (read === 0) return [];
          return [worst(session(policy, [...calls.slice(0, read), ...injection.calls]).slice(read))];
        }),
      );
    const [passes, asked, stopped] = tally(pairs);
    assert.deepEqual(published(suite), [
      [...tally(users.map(worst)), ...tally(users.flat())],
      [pairs.length, stopped, asked, passes],
    ]);
  });
}

test('agentdojo: the sums over all suites are those of its lines', () => {
  const lines = Object.keys(READS_STRANGERS).map(published);
  const sums = [0, 1].map((table) =>
    lines.map((rows) => rows[table] as number[]).reduce((sum, row) => sum.map((cell, i) => cell + (row[i] as number))),
  );
  assert.deepEqual(published('all'), sums);
});

test('agentdojo: chains that carry secrets off end as published', { skip: without('data/egress') }, async () => {
  const { policy } = await loadPolicy(join(FOLDER, 'egress.yaml'));
  const cases = JSON.parse(readFileSync(join(SHARED, 'data/egress/mcp.json'), 'utf8')) as readonly {
    readonly messages: readonly { method?: string; params?: { name?: string; arguments?: Call['args'] } }[];
    readonly requires?: readonly string[];
    readonly expected: 'block' | 'allow';
  }[];
  const got: Record<string, number[]> = {};
  for (const { messages, requires = [], expected } of cases) {
    const calls = messages
      .filter(({ method }) => method === 'tools/call')
      .map(({ params }) => ({ tool: params?.name ?? '', args: params?.arguments ?? {} }));
    if (calls.length === 0) continue;
    const group = requires.includes('mcp_chain_memory')
      ? 'chains of calls'
      : requires.includes('shell_analysis')
        ? 'shell texts'
        : 'single calls';
    got[group] ??= [0, 0, 0, 0];
    const row = got[group];
    const at = expected === 'block' ? 0 : 2;
    row[at] = (row[at] ?? 0) + 1;
    if (worst(session(policy, calls)) === (expected === 'block' ? 'denied' : 'allowed'))
      row[at + 1] = (row[at + 1] ?? 0) + 1;
  }
  for (const [group, row] of Object.entries(got)) assert.deepEqual(published(group), [row], group);
  assert.equal(Object.keys(got).length, 3);
});
