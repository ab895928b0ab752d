import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkPolicy } from '../../compiler/analyse/findings/check.js';
import { EventPast } from '../../compiler/interpret/histories/event-past.js';
import { SOMEBODY } from '../../compiler/interpret/histories/given-past.js';
import { interpretTool } from '../../compiler/interpret/interpret.js';
import { Trace } from '../../compiler/interpret/trace.js';
import { isStricter } from '../../compiler/ir/decision.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import type { Policy, PolicyPromise, Rule } from '../../compiler/ir/policy.js';
import type { CallEntry, LedgerEntry } from '../../runtime/history/entry.js';
import { check, LONG } from '../support/seed.js';

/*
 * Promises over random small policies, against all traces up to a bound: calls of every tool and of every value that its
 * conditions tell apart, ended well, in error or not at all, in any order, with time between them. What analysis calls
 * kept is kept on each; what it finds broken comes with a trace, which it has replayed.
 */

const TOOLS = ['a', 'b', 'c'];
const LABELS = ['l', 'm', 'n'];
const WINDOWS = [10, 60];

const after = fc
  .record({
    label: fc.oneof(fc.constantFrom(...LABELS), fc.subarray(LABELS, { minLength: 2, maxLength: 2 })),
    within: fc.constantFrom(undefined, undefined, ...WINDOWS),
    by: fc.constantFrom(undefined, undefined, undefined, 'k'),
  })
  .map(({ label, within, by }) => ({ after: { label, ...(within && { within: `${within}s` }), ...(by && { by }) } }));

const path = fc.constant({ path_prefix: '/s' });
const past = fc.oneof(
  { weight: 3, arbitrary: after },
  after.map((one) => ({ not: one })),
  fc.tuple(after, after).map((all) => ({ all })),
  fc.tuple(after, after).map((any) => ({ any })),
);
const conditions = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: past },
  path,
  fc.tuple(past, path).map((all) => ({ all })),
);
const capability = fc.constantFrom(...TOOLS.map((tool) => `x.${tool}`), 'x');

const mark = fc
  .record({
    label: fc.oneof(fc.constantFrom(...LABELS), fc.subarray(LABELS, { minLength: 2 })),
    clears: fc.boolean(),
    capability,
    when: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, path, past),
    by: fc.constantFrom(undefined, undefined, undefined, 'k'),
    isRare: fc.boolean(),
    result: fc.constantFrom(undefined, undefined, undefined, { at: '/n', eq: 0 }),
  })
  .map(({ label, clears, isRare, by, when, result, ...rest }) => ({
    ...(result && { result }),
    [clears && isRare ? 'clear' : 'label']: label,
    ...rest,
    ...when,
    ...(by && { by }),
  }));

const rule = fc.record({ capability, when: conditions }).map(({ when, ...rest }) => ({ ...rest, ...when }));
const promise = fc
  .record({
    kind: fc.constantFrom('never', 'never', 'never', 'always'),
    decision: fc.constantFrom('allow', 'allow', 'require_approval'),
    capability,
    when: conditions,
  })
  .map(({ kind, decision, capability, when }) => ({ [kind]: { [decision]: capability, ...when } }));

const policyText = fc
  .record({
    deny: fc.array(rule, { maxLength: 2 }),
    require_approval: fc.array(rule, { maxLength: 2 }),
    allow: fc.array(rule, { minLength: 2, maxLength: 4 }),
    mark: fc.array(mark, { minLength: 2, maxLength: 5 }),
    prove: fc.array(promise, { minLength: 1, maxLength: 3 }),
  })
  .map((policy) =>
    JSON.stringify({
      ...policy,
      // Nothing that is asked for is unknown: what no mark sets never holds.
      mark: [...policy.mark, ...LABELS.map((label) => ({ label, capability: 'never.called' }))],
      tools: {
        ...Object.fromEntries(TOOLS.map((tool) => [tool, { capability: `x.${tool}`, paths: ['p?'] }])),
        ab: ['x.a', 'x.b'].map((capability) => ({ capability, paths: ['p?'] })),
      },
    }),
  );

/** Every call that conditions can tell apart. */
const CALLS = [...TOOLS, 'ab'].flatMap((tool) =>
  [{}, { p: '/s/x' }, { p: 7 }].flatMap((args) =>
    [{ k: 'k1' }, { k: 'k2' }, {}].map((key) => ({ tool, args: { ...args, ...key } })),
  ),
);

interface Node {
  readonly events: readonly LedgerEntry[];
  readonly now: number;
  readonly open: readonly string[];
  readonly depth: number;
}

const ENVIRONMENT = { platform: 'linux', home: '/home/u', roots: ['/w'] };
const NODES = LONG ? 300 : 60;
const DEPTH = 6;

/** The promises that some trace breaks, up to a bound. */
function brokenByForce(policy: Policy): Set<string> {
  const broken = new Set<string>();
  const afters = LABELS.flatMap((label) =>
    [undefined, ...WINDOWS].flatMap((within) =>
      [undefined, 'k1', 'k2'].map((key) => ({ key, asked: { labels: [label], ...(within && { within }) } })),
    ),
  );
  const vector = ({ events, now, open }: Node): string => {
    const moments = [0, ...WINDOWS].map((later) => {
      const seen = new EventPast(events, { ...SOMEBODY, now: now + later * 1000 });
      return afters.map(({ asked, key }) => seen.holds(asked, key)[0]).join('');
    });
    return [...moments, ...open.map((name) => name.split(' ')[1])].join(' ');
  };
  const known = new Set<string>();
  const level: Node[] = [{ events: [], now: 0, open: [], depth: 0 }];
  for (const node of level) {
    for (const one of policy.promises) if (!broken.has(one.id) && breaksAt(policy, one, node)) broken.add(one.id);
    if (node.depth >= DEPTH) continue;
    for (const next of successors(policy, node)) {
      if (level.length >= NODES) break;
      const key = vector(next);
      if (known.has(key)) continue;
      known.add(key);
      level.push(next);
    }
  }
  return broken;
}

function* successors(policy: Policy, { events, now, open, depth }: Node): Iterable<Node> {
  const environment = ENVIRONMENT;
  for (const call of CALLS) {
    for (const result of [{ n: 0 }, { n: 1 }, 'error', 'open'] as const) {
      const after = [...events];
      const trace = new Trace(policy, { environment }, after, now);
      trace.call({ ...call, result });
      if (after.length === events.length) break;
      const id = `call ${events.length}`;
      const added = after.slice(events.length).map((entry) => ({ ...entry, id }) as LedgerEntry);
      const named = result === 'open' ? [`${id} ${JSON.stringify(call)}`] : [];
      yield { events: [...events, ...added], now: now + 1000, open: [...open, ...named].slice(0, 2), depth: depth + 1 };
    }
  }
  for (const name of open) {
    const id = name.split(' ').slice(0, 2).join(' ');
    const call = events.find((entry) => entry.k === 'call' && entry.id === id) as CallEntry;
    for (const truth of [1, 4, undefined] as const) {
      const how = truth === undefined ? 'error' : 'ok';
      const results = (call.marks ?? []).map((one) => (one.result ? (truth ?? 2) : null));
      const end: LedgerEntry = { k: 'end', t: now, id, how, complete: how === 'ok', results };
      const rest = open.filter((other) => other !== name);
      yield { events: [...events, end], now: now + 1000, open: rest, depth: depth + 1 };
    }
  }
  for (const window of WINDOWS) yield { events, now: now + window * 1000, open, depth: depth + 1 };
}

function breaksAt(policy: Policy, { kind, decision, capability, when, place }: PolicyPromise, node: Node): boolean {
  const past = new EventPast(node.events, { ...SOMEBODY, now: node.now });
  const world = { context: {}, environment: { ...ENVIRONMENT, now: () => node.now }, past };
  const spoken: Rule = {
    id: 'p',
    decision: kind === 'never' ? 'deny' : 'allow',
    capability,
    when,
    reason: '',
    place,
  };
  const bound = kind === 'never' && decision === 'allow' ? 'warn' : decision;
  return CALLS.some(({ tool, args }) => {
    // What is always so is so of one use by itself.
    if (kind === 'always' && tool === 'ab') return false;
    if (interpretTool({ ...policy, rules: [spoken] }, tool, args, world).rule === null) return false;
    const isLoose = !isStricter(interpretTool(policy, tool, args, world).decision, bound);
    return isLoose === (kind === 'never');
  });
}

test('a promise that analysis calls kept is kept on every trace up to a bound', {
  timeout: LONG ? 3_600_000 : 120_000,
}, () => {
  const count = { kept: 0, broken: 0, byForce: 0, unproved: 0 };
  check(
    fc.property(policyText, (text) => {
      const { policy } = loadPolicyText(text);
      const { findings } = checkPolicy(policy, { environment: ENVIRONMENT });
      const found = new Map(
        findings.flatMap(({ kind, message }) =>
          kind === 'broken-promise' || kind === 'unproved'
            ? [[/`(prove\[\d+\])`/.exec(message.message)?.[1] ?? '', kind] as const]
            : [],
        ),
      );
      const byForce = brokenByForce(policy);
      for (const { id } of policy.promises) {
        const said = found.get(id) ?? 'kept';
        if (said === 'kept') count.kept++;
        else if (said === 'unproved') count.unproved++;
        else count.broken++;
        if (byForce.has(id)) {
          count.byForce++;
          assert.notEqual(said, 'kept', `${id} is broken`);
        }
      }
    }),
    10,
    1500,
  );
  console.log(`promises: ${JSON.stringify(count)}`);
  assert.ok(count.kept > 3 && count.broken > 3);
});
