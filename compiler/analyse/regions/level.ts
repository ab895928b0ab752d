import type { Decision } from '../../../runtime/types.js';
import { isStricter } from '../../ir/decision.js';
import type { Policy, Rule } from '../../ir/policy.js';
import type { Matcher } from './formula.js';
import { exactly, Language, literal } from './language.js';
import { FALSE, TRUE } from './region.js';
import { WordRegion } from './words.js';

/** Calls whose context gives one risk level, or any that no policy speaks of. */
export interface LevelClass {
  /** undefined: the policies do not look at levels. */
  readonly condition: Matcher | undefined;
  /** undefined: none that a policy names. */
  readonly level: string | undefined;
}

/** The levels that two policies tell apart. */
export function levelClasses(policies: readonly Policy[]): LevelClass[] {
  const named = [...new Set(policies.flatMap(({ riskLevels }) => Object.keys(riskLevels)))];
  if (named.length === 0) return [{ condition: undefined, level: undefined }];
  return [...named, undefined].map((level) => ({
    condition: conditionOf(level === undefined ? { besides: named } : { level }),
    level,
  }));
}

/** What a rule comes to in a call of a level; null: the default deny. */
export function decisionAt({ riskLevels }: Policy, rule: Rule | null, level: string | undefined): Decision {
  if (!rule) return 'deny';
  const action = level !== undefined && Object.hasOwn(riskLevels, level) ? riskLevels[level] : undefined;
  return action && isStricter(action, rule.decision) ? action : rule.decision;
}

/** A call without a level counts as `unrated`. */
class LevelRegion extends WordRegion {
  override truth(value: unknown): number {
    return super.truth(value ?? 'unrated');
  }
}

function conditionOf(of: { readonly level: string } | { readonly besides: readonly string[] }): Matcher {
  const words = 'level' in of ? [of.level] : of.besides;
  const language = Language.whole(words.map(literal));
  const negated = !('level' in of);
  const holds = (text: string) => (words.includes(text) ? TRUE : FALSE);
  const region = new LevelRegion({
    dimension: 'risk',
    holds,
    languages: exactly(language),
    own: negated ? ['low', 'other'] : words,
  });
  // Permits: the one level a call has must be it for certain.
  const formula = { kind: 'literal', literal: { region, dimension: 'risk', negated, mode: 'permit' } } as const;
  return { protects: false, formula };
}
