import type { CallFacts, Truth } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { and, not, or } from '../conditions/truth.js';
import { forbids, modeOf } from '../ir/decision.js';
import { conditionsOf } from '../ir/implied.js';
import type { Expression, Rule } from '../ir/policy.js';

/** A rule whose capability matches the capability use, and how it fared. */
export interface Considered {
  readonly rule: Rule;
  readonly truth: Truth;
  readonly matches: boolean;
  readonly conditions: readonly ConsideredCondition[];
}

export interface ConsideredCondition {
  readonly key: string;
  readonly fact: string;
  readonly text: string;
  readonly value: Truth;
  /** The values it ranged over, as a person would write them. */
  readonly observed: readonly string[];
}

/** How one rule fares with the facts of a capability use. */
export class Consideration implements Considered {
  readonly truth: Truth;
  readonly matches: boolean;

  constructor(
    readonly rule: Rule,
    private readonly facts: CallFacts,
  ) {
    this.truth = this.evaluate(conditionsOf(rule), false);
    this.matches = forbids(rule.decision) ? this.truth !== 'false' : this.truth === 'true';
  }

  /** Worked out when somebody asks why. */
  get conditions(): ConsideredCondition[] {
    return this.atoms(conditionsOf(this.rule), false);
  }

  /** Negation is pushed down to each condition before that ranges over its values. */
  private evaluate(expression: Expression, negated: boolean): Truth {
    switch (expression.kind) {
      case 'not':
        return this.evaluate(expression.of, !negated);
      case 'all':
      case 'any': {
        const truths = expression.of.map((part) => this.evaluate(part, negated));
        return (expression.kind === 'all') === negated ? or(truths) : and(truths);
      }
      case 'atom': {
        const { key, data } = expression.atom;
        const condition = conditionOf(key);
        const perValue = condition.evaluate(data, this.facts, modeOf(condition, this.rule.decision, negated));
        return this.overValues(negated ? perValue.map(not) : perValue);
      }
    }
  }

  private atoms(expression: Expression, negated: boolean): ConsideredCondition[] {
    if (expression.kind === 'not') return this.atoms(expression.of, !negated);
    if (expression.kind !== 'atom') return expression.of.flatMap((part) => this.atoms(part, negated));
    const { key, data } = expression.atom;
    const condition = conditionOf(key);
    return [
      {
        key,
        fact: condition.fact(data),
        text: `${negated ? 'not ' : ''}${condition.describe(data)}`,
        value: this.evaluate(expression, negated),
        observed: condition.observe(data, this.facts, modeOf(condition, this.rule.decision, negated)),
      },
    ];
  }

  /** Any forbids, all permits. Without a value a condition is false, negated or not. */
  private overValues(truths: readonly Truth[]): Truth {
    if (truths.length === 0) return 'false';
    return forbids(this.rule.decision) ? or(truths) : and(truths);
  }
}
