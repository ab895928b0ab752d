import type { Atom, Mode, RegionAlgebra } from '../../conditions/condition.js';
import { conditionOf } from '../../conditions/index.js';
import { forbids, modeOf } from '../../ir/decision.js';
import { conditionsOf } from '../../ir/implied.js';
import { mapLiterals, type NormalForm, normalForm } from '../../ir/normal-form.js';
import type { Rule } from '../../ir/policy.js';
import type { Region } from './region.js';

/** The conditions of a rule as regions, with negation pushed down to each. */
export type Formula = NormalForm<Literal>;

/** One condition, or its negation. */
export interface Literal {
  readonly region: Region;
  /** Whose values: the region's own, unless several mappings of one call are told apart. */
  readonly dimension: string;
  readonly negated: boolean;
  /** Which of a call's texts it looks at; other facts are the same in every mode. */
  readonly mode: Mode;
}

/** What matches calls. */
export interface Matcher {
  /** As deny and approval rules do: any value forbids, unknown is enough. */
  readonly protects: boolean;
  readonly formula: Formula;
}

/** A rule as analysis sees it. */
export interface AnalysedRule extends Matcher {
  readonly rule: Rule;
}

/** The same condition is the same region wherever it stands. */
export class RegionCache {
  private readonly regions = new Map<string, Region>();

  constructor(private readonly algebra: RegionAlgebra<Region>) {}

  of({ key, data }: Atom, mode: Mode): Region {
    const condition = conditionOf(key);
    const name = `${condition.perMode ? mode : ''} ${key} ${JSON.stringify(data)}`;
    let region = this.regions.get(name);
    if (!region) {
      region = condition.region(data, this.algebra, mode);
      this.regions.set(name, region);
    }
    return region;
  }
}

/** @param place Tells apart the facts of several mappings. */
export function analysedRule(
  rule: Rule,
  regions: RegionCache,
  place: (dimension: string) => string = (dimension) => dimension,
): AnalysedRule {
  const formula = mapLiterals(normalForm(conditionsOf(rule)), ({ atom, negated }): Literal => {
    const mode = modeOf(conditionOf(atom.key), rule.decision, negated);
    const region = regions.of(atom, mode);
    return { region, dimension: place(region.dimension), negated, mode };
  });
  return { rule, protects: forbids(rule.decision), formula };
}

/** One condition of a rule, with what makes the rule's match hang on it. */
export interface Pivot {
  readonly literal: Literal;
  /** It, and what must hold beside it. */
  readonly needed: Formula;
  /** Alternatives that must not hold. */
  readonly excluded: readonly Formula[];
}

/** Every condition of a formula as what its truth hangs on. */
export function pivots(formula: Formula): Pivot[] {
  if (formula.kind === 'literal') return [{ literal: formula.literal, needed: formula, excluded: [] }];
  return formula.of.flatMap((part, i) => {
    const others = formula.of.filter((_, j) => j !== i);
    return pivots(part).map(
      ({ literal, needed, excluded }): Pivot =>
        formula.kind === 'all'
          ? { literal, needed: { kind: 'all', of: [needed, ...others] }, excluded }
          : { literal, needed, excluded: [...excluded, ...others] },
    );
  });
}
