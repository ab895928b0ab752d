import { doubleAbove, parseDecimal } from '../text/decimal.js';
import type {
  Args,
  CountEffect,
  Effects,
  History,
  Manifest,
  ManifestHistory,
  ManifestLimit,
  Verdict,
} from '../types.js';
import { type CapabilityUse, type CompiledRules, STRICTNESS } from './capability-use.js';
import { TRUE } from './conditions/truth-set.js';
import { EffectReader, mergeEffects, NO_EFFECTS } from './effects/effect-set.js';
import { Overlay } from './effects/overlay.js';
import type { Facts, Selectors } from './facts/facts.js';

const NO_HISTORY: ManifestHistory = { afters: [], marks: [], limits: [] };

/** Decides what the capability uses of one call come to, in the past that it meets. @internal */
export class UseJudge {
  private readonly policy: ManifestHistory;
  private readonly reader: EffectReader | undefined;
  /** What limits make of verdicts: a verdict is always the same object. */
  private readonly tightened = new Map<Verdict, Map<number, Verdict>>();

  constructor(
    { history, results: rules }: Manifest,
    private readonly facts: Facts,
    private readonly results: CompiledRules['results'] = {},
  ) {
    this.policy = history ?? NO_HISTORY;
    this.reader = history || rules ? new EffectReader(this.policy) : undefined;
  }

  /** The strictest of what the uses come to, the first of equals. */
  verdict(tool: string | undefined, uses: readonly CapabilityUse[], args: Args, history?: History): Verdict {
    const first = uses[0] as CapabilityUse;
    if (uses.length === 1) return this.judge(tool, first, args, history, undefined);
    const isPlain = this.reader === undefined || uses.every(({ effects }) => effects === undefined);
    const effects = isPlain ? undefined : this.separateEffects(tool, uses, args, history);
    const all = effects && mergeEffects(effects, this.policy);
    let verdict: Verdict | undefined;
    for (let i = 0; i < uses.length; i++) {
      const past = effects && history && this.beside(history, effects, i);
      const next = this.judge(tool, uses[i] as CapabilityUse, args, past ?? history, all);
      if (verdict === undefined || STRICTNESS[next.decision] > STRICTNESS[verdict.decision]) verdict = next;
    }
    return verdict as Verdict;
  }

  /** The past that each use of a call meets, and what it comes to there: to explain, off the hot path. */
  each(
    tool: string | undefined,
    uses: readonly CapabilityUse[],
    args: Args,
    history: History | undefined,
  ): readonly { readonly past: History | undefined; readonly verdict: Verdict }[] {
    const effects = this.separateEffects(tool, uses, args, history);
    const all = mergeEffects(effects, this.policy);
    return uses.map((use, i) => {
      const past = history && this.beside(history, effects, i);
      return { past, verdict: this.judge(tool, use, args, past, all) };
    });
  }

  /** What the call leaves behind. */
  effects(tool: string | undefined, uses: readonly CapabilityUse[], args: Args, history?: History): Effects {
    if (this.reader === undefined || uses.every(({ effects }) => effects === undefined)) return NO_EFFECTS;
    const [first] = uses;
    if (first !== undefined && uses.length === 1) return this.effectsOf(tool, first, args, history);
    return mergeEffects(this.separateEffects(tool, uses, args, history), this.policy);
  }

  /** What the call adds to limits that it goes beyond. */
  exceeded(
    tool: string | undefined,
    uses: readonly CapabilityUse[],
    args: Args,
    history: History | undefined,
  ): readonly CountEffect[] {
    return this.effects(tool, uses, args, history).counts.filter((count) => isExceeded(count, history));
  }

  /** The past with calls that are open and counted. */
  besideOpen(history: History, open: readonly Effects[]): History {
    return new Overlay(history, this.policy, open, true);
  }

  /** Is a result what the mark asks for? One that asks for nothing is content with any. */
  result(mark: number, result: Args): 1 | 2 | 4 {
    const test = this.results?.[mark];
    return test === undefined ? TRUE : (test(this.facts.of(undefined, result, OF_A_RESULT)) as 1 | 2 | 4);
  }

  private judge(
    tool: string | undefined,
    use: CapabilityUse,
    args: Args,
    history: History | undefined,
    all: Effects | undefined,
  ): Verdict {
    const facts = this.facts.of(tool, use.args ?? args, use.selectors, history);
    const verdict = use.verdicts[use.ruleSet.decide(facts)] as Verdict;
    if (use.effects === undefined || verdict.decision === 'deny') return verdict;
    return this.withinLimits(verdict, this.reader?.read(use.effects, facts) ?? NO_EFFECTS, history, all);
  }

  /** @param all What all uses of the call add together, where there are several. */
  private withinLimits(
    verdict: Verdict,
    own: Effects,
    history: History | undefined,
    all: Effects | undefined,
  ): Verdict {
    let strictest = verdict;
    for (const count of own.counts) {
      const whole = all?.counts.find(({ limit }) => limit === count.limit) ?? count;
      const { over } = this.policy.limits[count.limit] as ManifestLimit;
      if (STRICTNESS[over] <= STRICTNESS[strictest.decision] || !isExceeded(whole, history)) continue;
      strictest = this.tighten(verdict, count.limit);
    }
    return strictest;
  }

  private tighten(verdict: Verdict, limit: number): Verdict {
    let byLimit = this.tightened.get(verdict);
    if (byLimit === undefined) {
      byLimit = new Map();
      this.tightened.set(verdict, byLimit);
    }
    let tightened = byLimit.get(limit);
    if (tightened === undefined) {
      const { over, reason } = this.policy.limits[limit] as ManifestLimit;
      tightened = Object.freeze({ ...verdict, decision: over, reason });
      byLimit.set(limit, tightened);
    }
    return tightened;
  }

  private effectsOf(
    tool: string | undefined,
    { effects, selectors, args: own }: CapabilityUse,
    args: Args,
    history: History | undefined,
  ): Effects {
    if (effects === undefined || this.reader === undefined) return NO_EFFECTS;
    return this.reader.read(effects, this.facts.of(tool, own ?? args, selectors, history));
  }

  /**
   * What each use leaves behind, where what one of them may mark is open to the conditions of the others. More that is open
   * only makes more possible, so this comes to an end.
   */
  private separateEffects(
    tool: string | undefined,
    uses: readonly CapabilityUse[],
    args: Args,
    history: History | undefined,
  ): readonly Effects[] {
    let effects: readonly Effects[] = uses.map(() => NO_EFFECTS);
    for (let round = 0; round <= this.policy.marks.length + 1; round++) {
      const before = effects;
      effects = uses.map((use, i) => this.effectsOf(tool, use, args, history && this.beside(history, before, i)));
      if (effects.every(({ marks }, i) => marks.length === (before[i] as Effects).marks.length)) break;
    }
    return effects;
  }

  /** The past as one use of a call meets it: the others are open, and add to the same totals. */
  private beside(history: History, effects: readonly Effects[], at: number): History {
    const others = effects.filter(({ marks }, i) => i !== at && marks.length > 0);
    return others.length === 0 ? history : new Overlay(history, this.policy, others, false);
  }
}

function isExceeded({ limit, amount, keys }: CountEffect, history: History | undefined): boolean {
  if (amount === null || history === undefined) return true;
  const added = amount === '1' ? 1 : doubleAbove(parseDecimal(amount));
  if (keys === undefined) return history.exceeds(limit, added);
  return keys.some((key) => key === null || history.exceeds(limit, added, key));
}

/** A result has nothing but arguments. */
const OF_A_RESULT: Selectors = {
  paths: [],
  amounts: [],
  text: [],
  urls: [],
  commands: [],
  isShell: undefined,
  sql: [],
  recipients: [],
  dialects: undefined,
  textName: undefined,
  otherText: false,
  tree: false,
  noOptions: false,
  noneIfAbsent: true,
  known: undefined,
  hints: undefined,
  risk: undefined,
  keys: () => false,
  ofTool: { truthSets: [] },
};
