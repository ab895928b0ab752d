import * as z from 'zod/mini';
import type { Comparison } from '../../runtime/decide/facts/number.js';
import { code } from '../emit/code/code.js';
import type { Condition, Truth } from './condition.js';

export const finiteNumber = z.number({ error: 'a finite number' });

const COMPARISONS: readonly Comparison[] = ['gt', 'gte', 'lt', 'lte'];
export const SIGNS: Readonly<Record<Comparison, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** `amount_gt` and its kin. */
export const amounts = COMPARISONS.map(
  (comparison): Condition<number> => ({
    key: `amount_${comparison}`,
    dsl: { fact: 'amount', operator: SIGNS[comparison], operand: 'number' },
    schema: finiteNumber,
    lower: (value) => [value as number],
    fact: () => 'amount',
    evaluate: (bound, facts) => facts.amounts().map((amount) => compareAmount(amount, comparison, bound)),
    emit: (bound, context) => code`${context.use('amounts')}(f, ${comparison}, ${bound})`,
    observe: (_bound, facts) => facts.amounts().map((amount) => (amount === null ? 'unknown amount' : String(amount))),
    lookup: (bound, context) => code`${context.use('amountIs')}(${comparison}, ${bound})`,
    region: (bound, algebra) => algebra.amount(comparison, bound),
    describe: (bound) => `amount ${SIGNS[comparison]} ${bound}`,
  }),
);

/** `caller_depth_gt` and its kin. */
export const callerDepths = COMPARISONS.map(
  (comparison): Condition<number> => ({
    key: `caller_depth_${comparison}`,
    dsl: { fact: 'depth', operator: SIGNS[comparison], operand: 'number' },
    schema: finiteNumber,
    lower: (value) => [value as number],
    fact: () => 'caller_depth',
    evaluate: (bound, facts) => [compareNumber(plainNumber(facts.context('caller_depth')), comparison, bound)],
    emit: (bound, context) =>
      context.constant(
        `depth_${comparison}_${bound}`,
        code`${context.use('contextNumber')}(p, 'caller_depth', ${comparison}, ${bound})`,
      ),
    observe: (_bound, facts) => [`caller_depth ${facts.context('caller_depth') ?? 'is not given'}`],
    isFixed: true,
    region: (bound, algebra) => algebra.contextNumber('caller_depth', comparison, bound),
    describe: (bound) => `caller depth ${SIGNS[comparison]} ${bound}`,
  }),
);

/** An amount below zero is unknown (a refund? a trick?), but to a bound that is itself below zero. null: unknown. */
export function compareAmount(amount: number | null, comparison: Comparison, bound: number): Truth {
  return compareNumber(amount !== null && amount < 0 && bound >= 0 ? null : amount, comparison, bound);
}

/** In the interpreter. null: unknown. */
export function compareNumber(value: number | null, comparison: Comparison, bound: number): Truth {
  if (value === null) return 'unknown';
  const holds = { gt: value > bound, gte: value >= bound, lt: value < bound, lte: value <= bound }[comparison];
  return holds ? 'true' : 'false';
}

/** In the interpreter: finite numbers, and strings of plain decimal digits; null for anything else. */
export function plainNumber(value: unknown): number | null {
  const isPlain = typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
  return isPlain && Number.isFinite(Number(value)) ? Number(value) : null;
}
