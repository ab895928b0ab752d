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
);

const step = fc.record({
  pause: fc.constantFrom(0, 1, 4000, 30_000, -2000),
  call: arbitrary.call,
  ends: fc.constantFrom('ok', 'ok', 'ok', 'error', 'open', 'open'),
  result,
  /** An open call that ends before. */
  ended: fc.option(fc.nat(3), { nil: undefined, freq: 2 }),
});

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
    1200,
    30_000,
  );
  console.log(`${all.calls} calls, ${all.entered} entered`);
  assert.ok(all.entered > 500);
});
