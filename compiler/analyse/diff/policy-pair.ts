import type { Decision, Environment } from '../../../runtime/types.js';
import type { Policy, Rule } from '../../ir/policy.js';
import type { Witness } from '../calls/call.js';
import { CrossCheck } from '../calls/cross-check.js';
import type { PromiseChange } from './promise-changes.js';

/** Calls whose verdict changes in one way, for one reason. */
export interface VerdictChange {
  readonly from: Decision;
  readonly to: Decision;
  readonly capability: string;
  /** Which calls, for people. */
  readonly region: string;
  readonly witness: Witness;
  /** The rules that decide them; null: the default deny, or a request that is not judged. */
  readonly before: Rule | null;
  readonly after: Rule | null;
}

/** What a new policy changes. */
export interface PolicyDiff {
  readonly changes: readonly VerdictChange[];
  /** A setting that changes what is done with verdicts. */
  readonly settings: readonly {
    readonly setting: string;
    readonly from: string;
    readonly to: string;
    readonly widens: boolean;
  }[];
  /** What each promises. */
  readonly promises: readonly PromiseChange[];
  /** What could not be told: then nothing is called equivalent. */
  readonly notAnalysed: readonly string[];
}

/** What a part of the comparison finds. */
export type PartialDiff = Pick<PolicyDiff, 'changes' | 'notAnalysed'>;

/** Two policies side by side, in one environment. */
export class PolicyPair {
  private readonly checks: readonly [before: CrossCheck, after: CrossCheck];

  constructor(
    readonly before: Policy,
    readonly after: Policy,
    readonly environment: Environment,
  ) {
    this.checks = [new CrossCheck(before, environment), new CrossCheck(after, environment)];
  }

  get policies(): readonly Policy[] {
    return [this.before, this.after];
  }

  /** How each decides a call; undefined where it does not judge it at all. */
  decide(call: Witness): [ReturnType<CrossCheck['decide']>, ReturnType<CrossCheck['decide']>] {
    const [before, after] = this.checks;
    return [before.decide(call), after.decide(call)];
  }
}
