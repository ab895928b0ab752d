import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { EventPast } from '../../compiler/interpret/histories/event-past.js';
import { interpretEffects, interpretResult, interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import type { Policy } from '../../compiler/ir/policy.js';
import { callEffects, resultsOf } from '../../runtime/history/call-entry.js';
import type { LedgerEntry } from '../../runtime/history/entry.js';
import { LedgerHistory } from '../../runtime/history/ledger-history.js';
import { LedgerState } from '../../runtime/history/ledger-state.js';
import type { Decide, Effects, ManifestHistory } from '../../runtime/types.js';
import * as arbitrary from '../support/arbitrary.js';
import { START } from '../support/arbitrary-ledger.js';
import { check } from '../support/seed.js';

/*
 * Interpreter and generated code over random policies and traces: calls that pass are entered, and end in every way, in any
 * order, or stay open.
 */

const KEYS = ['after', 'after', 'path_prefix', 'contains', 'amount_lte', 'args'];

const result = fc.constantFrom(
  undefined,
  {},
  { structuredContent: { exitCode: 0 } },
  { structuredContent: { exitCode: 1 } },
  { text: 'ok then' },
  { text: 'no', a: 5 },
  { a: '5' },
  { a: null },
  { text: 'ok', content: [{ type: 'text', text: '4111 1111 1111 1111' }] },
);

const step = fc.record({
  pause: fc.constantFrom(0, 1, 4000, 30_000, -2000),
  call: arbitrary.call,
  ends: fc.constantFrom('ok', 'ok', 'ok', 'error', 'open', 'open'),
  result,
  /** An open call that ends before. */
  ended: fc.option(fc.nat(3), { nil: undefined, freq: 2 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

class Trace {
  readonly entries: LedgerEntry[] = [];
  private readonly state = new LedgerState();
  private readonly open: { id: string; effects: Effects; result: Record<string, unknown> | undefined }[] = [];
  private time = START;
  private readonly own: ManifestHistory;
  readonly counts = { calls: 0, entered: 0, stricter: 0 };

  constructor(
    private readonly policy: Policy,
    private readonly decide: Decide,
    manifest: { readonly history?: ManifestHistory },
    private readonly environment: object,
  ) {
    this.own = manifest.history ?? { afters: [], marks: [], limits: [] };
  }

  run({ pause, call, ends, result: answer, ended }: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
    this.time += pause;
    if (ended !== undefined) this.end(ended, 'ok');
    const { tool, args } = call;
    const who = { agent: 'ann', session: '' };
    const world = {
      context: {},
      environment: this.environment,
      past: new EventPast(this.entries, { ...who, now: this.time }),
    };
    const history = new LedgerHistory(
      this.own,
      who,
      () => this.state,
      () => this.time,
    );
    const expected = interpretTool(this.policy, tool, args, world);
    const verdict = this.decide(tool, args, history);
    const told = `${JSON.stringify(call)} after ${JSON.stringify(this.entries)}`;
    const { decision, reason, capability, rule } = expected;
    assert.deepEqual(
      { ...verdict },
      { decision, reason, capability, rule: rule ? this.policy.rules.indexOf(rule) : -1 },
      told,
    );
    const effects = this.decide.effects(tool, args, history);
    assert.deepEqual(asJson(effects), asJson(interpretEffects(this.policy, tool, args, world)), told);
    assert.deepEqual(this.decide.unknown(tool, args, history).toSorted(), expected.unknown.toSorted(), told);
    this.counts.calls++;
    if (decision !== 'allow' && decision !== 'warn') return;
    const id = `c${this.entries.length}`;
    const isEntered = this.enter({
      k: 'call',
      t: this.time,
      id,
      ...who,
      gateway: 'g',
      tool,
      ...callEffects(this.own, effects, false),
    });
    // What the policy lets through is within its limits at its place.
    assert.ok(isEntered, told);
    this.counts.entered++;
    this.open.push({ id, effects, result: answer });
    if (ends !== 'open') this.end(this.open.length - 1, ends);
  }

  private end(which: number, how: 'ok' | 'error'): void {
    const [call] = this.open.splice(which % Math.max(1, this.open.length), 1);
    if (!call) return;
    const answer = how === 'ok' ? call.result : undefined;
    for (const { mark } of call.effects.marks) {
      if (answer === undefined) continue;
      const truth = { 1: 'true', 2: 'unknown', 4: 'false' }[this.decide.result(mark, answer)];
      assert.equal(truth, interpretResult(this.policy, mark, answer, { context: {}, environment: this.environment }));
    }
    const results = resultsOf(this.own, call.effects, answer, this.decide);
    this.enter({ k: 'end', t: this.time, id: call.id, how, complete: how === 'ok', ...(results && { results }) });
  }

  private enter(entry: LedgerEntry): boolean {
    this.entries.push(entry);
    return this.state.apply(entry);
  }
}

test('generated code decides as the interpreter in every past: marks, limits, results, calls that stay open', {
  timeout: 240_000,
}, () => {
  const all = { calls: 0, entered: 0 };
  check(
    fc.property(
      arbitrary.policyFileOf(KEYS),
      arbitrary.environment,
      fc.array(step, { minLength: 3, maxLength: 12 }),
      (file, environment, steps) => {
        const { policy } = loadPolicyText(JSON.stringify(file));
        const { manifest, bind } = evaluateModule(policy);
        const trace = new Trace(policy, bind({}, environment), manifest, environment);
        for (const one of steps) trace.run(one);
        all.calls += trace.counts.calls;
        all.entered += trace.counts.entered;
      },
    ),
    900,
    30_000,
  );
  console.log(`${all.calls} calls, ${all.entered} entered`);
  assert.ok(all.entered > 500);
});

const STRICTNESS = ['allow', 'warn', 'require_approval', 'deny'];

/** Every call goes on, whatever is decided of it: the same calls under any policy. */
function pastOfCalls(policy: Policy, steps: readonly Step[], environment: object): { state: LedgerState; now: number } {
  const { manifest, bind } = evaluateModule(policy);
  const decide = bind({}, environment);
  const own = manifest.history ?? { afters: [], marks: [], limits: [] };
  const state = new LedgerState();
  let now = START;
  for (const [i, { pause, call, ends, result: answer }] of steps.entries()) {
    now += Math.abs(pause);
    const history = historyOf(own, state, now);
    const effects = decide.effects(call.tool, call.args, history);
    const id = `c${i}`;
    state.apply({ k: 'call', t: now, id, ...WHO, gateway: 'g', tool: call.tool, ...callEffects(own, effects, true) });
    if (ends === 'open') continue;
    const results = resultsOf(own, effects, ends === 'ok' ? answer : undefined, decide);
    state.apply({ k: 'end', t: now, id, how: ends as 'ok', complete: ends === 'ok', ...(results && { results }) });
  }
  return { state, now };
}

const WHO = { agent: 'ann', session: '' };
const historyOf = (own: ManifestHistory, state: LedgerState, now: number) =>
  new LedgerHistory(
    own,
    WHO,
    () => state,
    () => now,
  );

function decideIn(policy: Policy, state: LedgerState, now: number, call: Step['call']): number {
  const { manifest, bind } = evaluateModule(policy);
  const own = manifest.history ?? { afters: [], marks: [], limits: [] };
  const { decision, rule } = bind({}, {})(call.tool, call.args, historyOf(own, state, now));
  // Where nothing is said at all, an approval rule that matches lets a person decide.
  return rule === -1 ? STRICTNESS.indexOf('require_approval') : STRICTNESS.indexOf(decision);
}

/** A policy in which the label `a` is only asked for by forbidding rules, and never under `not`. */
const forbidding = fc
  .tuple(
    arbitrary.policyFileOf(['path_prefix', 'args']),
    fc.array(arbitrary.capability, { minLength: 1, maxLength: 3 }),
  )
  .map(([file, capabilities]) => ({
    ...file,
    deny: [...(file.deny ?? []), ...capabilities.map((capability) => ({ capability, after: 'a' }))],
    require_approval: [...(file.require_approval ?? []), { capability: capabilities[0] as string, after: ['a', 'b'] }],
  }));

test('on the same calls, one more mark of a label that only forbids never loosens, nor does a limit, nor an open call', {
  timeout: 240_000,
}, () => {
  let stricter = 0;
  const steps = fc.array(step, { minLength: 1, maxLength: 6 });
  const mark = fc.record({ label: fc.constant('a'), capability: arbitrary.capability });
  check(
    fc.property(
      forbidding,
      arbitrary.policyFileOf(KEYS),
      steps,
      arbitrary.call,
      mark,
      arbitrary.limitOf(KEYS),
      fc.boolean(),
      (file, other, trace, call, added, limit, clears) => {
        const compare = (
          before: object,
          after: object,
          extra: (state: LedgerState, now: number) => void = () => {},
        ) => {
          const [old, next] = [before, after].map((one) => loadPolicyText(JSON.stringify(one)).policy) as [
            Policy,
            Policy,
          ];
          const [was, is] = [pastOfCalls(old, trace, {}), pastOfCalls(next, trace, {})];
          extra(is.state, is.now);
          const from = decideIn(old, was.state, was.now, call);
          const to = decideIn(next, is.state, is.now, call);
          assert.ok(to >= from, `${STRICTNESS[from]} → ${STRICTNESS[to]}: ${JSON.stringify(call)}`);
          if (to > from) stricter++;
        };
        compare(file, { ...file, mark: [...(file.mark ?? []), added] });
        // A limit does not change what earlier calls have added.
        compare(other, { ...other, limits: [...(other.limits ?? []), { ...limit, id: 'added' }] });
        compare(other, other, (state, now) => {
          const open = { label: 'a', must: true, ...(clears && { clears: true as const }) };
          state.apply({ k: 'call', t: now, id: 'open', ...WHO, gateway: 'g', tool: 'x', marks: [open] });
        });
      },
    ),
    300,
    10_000,
  );
  console.log(`${stricter} verdicts became stricter`);
  assert.ok(stricter > 20);
});
