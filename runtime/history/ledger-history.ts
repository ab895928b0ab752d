import { decimalOf, decimalText, parseDecimal } from '../text/decimal.js';
import type { CountEffect, History, ManifestHistory, ManifestLimit } from '../types.js';
import type { Setter } from './label-state.js';
import { countScope, type LedgerState, scopeKey } from './ledger-state.js';

/** Whose past it is. */
export interface Whose {
  readonly agent: string;
  readonly session: string;
}

/** What of a limit a refused caller is told. */
export interface LimitStanding {
  readonly limit: string;
  readonly total: string;
  readonly max: number;
  /** From when on there is room for this call, in milliseconds since the epoch; absent: not as things are. */
  readonly roomAt?: number;
}

const TRUE = 1;
const UNKNOWN = 2;
const FALSE = 4;

/** What a ledger says to a policy. */
export class LedgerHistory implements History {
  private readonly ofAgent: string;
  private readonly ofSession: string;

  /**
   * @param state What was entered so far.
   * @param clock The time; where it is behind the ledger's, that counts, and nothing is certain that fades.
   * @param before Called before each answer: reads what was entered since.
   */
  constructor(
    private readonly policy: ManifestHistory,
    private readonly whose: Whose,
    private readonly state: () => LedgerState,
    private readonly clock: () => number,
    private readonly before: () => void = () => {},
    /** A call that goes on: it asks about the others, and has been counted. */
    private readonly except?: string,
  ) {
    this.ofAgent = scopeKey(whose.agent);
    this.ofSession = scopeKey(whose.agent, whose.session);
  }

  get now(): number {
    return Math.max(this.clock(), this.state().time);
  }

  label(index: number, key?: string): 1 | 2 | 4 {
    this.before();
    const { labels, within } = this.policy.afters[index] as ManifestHistory['afters'][0];
    let truth: 2 | 4 = FALSE;
    for (const label of labels) {
      const one = this.labelTruth(label, within, key);
      if (one === TRUE) return TRUE;
      if (one === UNKNOWN) truth = UNKNOWN;
    }
    return truth;
  }

  exceeds(index: number, amount: number, key?: string): boolean {
    this.before();
    if (this.except !== undefined) return false;
    const limit = this.policy.limits[index] as ManifestLimit;
    const totals = this.totals(limit);
    if (!totals) return amount > limit.max;
    return totals.exceeds(key, decimalOf(amount), decimalOf(limit.max), this.now);
  }

  /** The call that set a label that an `after` asks for; undefined where none did. */
  setter(
    index: number,
    keys: readonly (string | null)[] = [],
  ): { readonly label: string; readonly setter: Setter } | undefined {
    const { labels, within } = this.policy.afters[index] as ManifestHistory['afters'][0];
    for (const key of keys.length > 0 ? keys : [undefined]) {
      for (const label of labels) {
        const found = this.labelIn(label, within)?.truth(key ?? undefined);
        const setter = found && (found.must?.setter ?? found.open ?? found.may?.setter);
        if (setter) return { label, setter };
      }
    }
    return undefined;
  }

  /** How it stands with a limit that a call exceeds. */
  standing({ limit: index, amount, keys }: CountEffect): LimitStanding {
    const limit = this.policy.limits[index] as ManifestLimit;
    const totals = this.totals(limit);
    const { now } = this;
    const found = (keys ?? [undefined]).flatMap((key) => {
      const total = key === null ? null : totals?.total(key, now);
      return total ? [{ key: key as string | undefined, total }] : [];
    });
    const worst = found.toSorted((a, b) => Number(decimalText(b.total)) - Number(decimalText(a.total)))[0];
    const added = amount === null ? undefined : parseDecimal(amount);
    const roomAt = worst && added && totals?.roomAt(worst.key, added, decimalOf(limit.max), now);
    return {
      limit: limit.id,
      total: worst ? decimalText(worst.total) : '0',
      max: limit.max,
      ...(roomAt !== undefined && { roomAt }),
    };
  }

  private labelTruth(label: string, within: number | undefined, key: string | undefined): 1 | 2 | 4 {
    const state = this.labelIn(label, within);
    if (!state) return FALSE;
    const { must, may, open, isForgotten } = state.truth(key, this.except);
    if (within === undefined) return must ? TRUE : open || may || isForgotten ? UNKNOWN : FALSE;
    const since = this.now - within * 1000;
    const isBehind = this.clock() < this.state().time;
    if (must && must.time >= since && !isBehind) return TRUE;
    return open || (may && may.time >= since) || (must && must.time >= since) || isForgotten ? UNKNOWN : FALSE;
  }

  /** Without `within` a label lasts for the session. */
  private labelIn(label: string, within: number | undefined) {
    return this.state().label(within === undefined ? this.ofSession : this.ofAgent, label);
  }

  private totals({ key, per, isShared }: ManifestLimit) {
    const { agent, session } = this.whose;
    return this.state().totals(countScope({ per, ...(isShared && { shared: true }) }, agent, session), key);
  }
}
