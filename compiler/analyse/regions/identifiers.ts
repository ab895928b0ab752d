import { type Constraint, type Dimension, firstWithin, type Region, type Solution, TRUE, UNKNOWN } from './region.js';

/** Does an identifier among a call's arguments lead elsewhere? */
export const STAYS = 'stays';
export const LEADS_ELSEWHERE = 'leads elsewhere';

/** What the language asks of the identifiers in a call, for a permitting rule that looks at arguments. */
export class IdentifiersRegion implements Region {
  readonly dimension = 'identifiers';
  readonly perCall = true;

  /** @param isExact False where the rule names a value that leads elsewhere, so that some that do are meant. */
  constructor(private readonly isExact: boolean) {}

  truth(value: unknown): number {
    if (value === STAYS) return TRUE;
    return this.isExact ? UNKNOWN : UNKNOWN | TRUE;
  }

  samples(): readonly unknown[] {
    return [STAYS];
  }

  borders(): readonly unknown[] {
    return [STAYS, LEADS_ELSEWHERE];
  }
}

/** The identifiers of a call. */
export class IdentifiersDimension implements Dimension {
  readonly key = 'identifiers';
  readonly single = true;

  solve(constraints: readonly Constraint[]): Solution {
    return firstWithin([STAYS, LEADS_ELSEWHERE], constraints);
  }
}
