import type { Doubt } from '../../runtime/decide/doubt.js';
import type { Atom, EmitContext, Mode } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import type { Expression, Policy, Rule } from '../ir/policy.js';
import { Code, code } from './code.js';
import type { Format } from './module.js';
import type { RuleSet } from './rule_sets.js';

/** As many rules as an integer has bits are decided at once. */
const WORD = 32;

/**
 * The code of one rule set. Every condition is computed once, every rule is one bit of an integer, and the lowest bit
 * that is set is the verdict: there is no branch per rule.
 */
export function emitRuleSet(set: RuleSet, name: Code, policy: Policy, format: Format, constants: EmitContext): Code {
  const rules = set.rules.map((index) => policy.rules[index] as Rule);
  const outcomes = new Outcomes(constants);
  const doubts = rules.map((rule) => doubt(rule.when, false, isProtective(rule), outcomes));
  const signature = new Code(format === 'ts' ? '(f: Facts): number' : '(f)');
  const lines = [
    code``,
    code`  // ${code.comment(rules.length === 0 ? 'where no rule matches' : set.capability)}`,
    code`  const ${name}${new Code(format === 'ts' ? ': RuleSet' : '')} = {`,
    code`    rules: ${set.rules},`,
    ...emitDecide(rules, outcomes, signature),
    code`    outcomes: (${new Code(outcomes.codes.length > 0 ? 'f' : '')}) => [${code.join(outcomes.codes, ', ')}],`,
    code`    doubts: [${code.join(
      doubts.map((shape) => code`${shape}`),
      ', ',
    )}],`,
    code`  };`,
  ];
  return code.join(lines, '\n');
}

/** The distinct conditions of a rule set: those that become the same code are one, whatever rules they stand in. */
class Outcomes {
  readonly codes: Code[] = [];
  private readonly index = new Map<string, number>();

  constructor(private readonly constants: EmitContext) {}

  at(atom: Atom, negated: boolean, protects: boolean): number {
    const mode: Mode = !protects ? 'permit' : negated ? 'forbidNot' : 'forbid';
    const emitted = conditionOf(atom.key).emit(atom.data, this.constants, mode);
    const known = this.index.get(emitted.text);
    if (known !== undefined) return known;
    this.index.set(emitted.text, this.codes.length);
    return this.codes.push(emitted) - 1;
  }
}

function emitDecide(rules: readonly Rule[], outcomes: Outcomes, signature: Code): Code[] {
  if (outcomes.codes.length === 0) return [code`    decide: () => 0,`];
  const words: (readonly Rule[])[] = [];
  for (let start = 0; start <= rules.length; start += WORD) words.push(rules.slice(start, start + WORD));
  const known = new Set<number>();
  return [
    code`    decide${signature} {`,
    ...words.flatMap((word, i) => emitWord(word, i * WORD, i === words.length - 1, outcomes, known)),
    code`    },`,
  ];
}

/** @param known The outcomes that words before this one have computed. */
function emitWord(
  rules: readonly Rule[],
  offset: number,
  isLast: boolean,
  outcomes: Outcomes,
  known: Set<number>,
): Code[] {
  const bits = new Code(`bits${offset === 0 ? '' : offset / WORD}`);
  const read = new Set<number>();
  const terms = rules.map((rule, bit) => {
    const condition = emitExpression(rule.when, false, isProtective(rule), outcomes, read);
    const note = `${rule.id}  ${rule.place.source.file}:${rule.place.line}`;
    return { term: bit === 0 ? condition : code`(${condition} << ${bit})`, note };
  });
  if (isLast) terms.push({ term: rules.length === 0 ? code`1` : code`(1 << ${rules.length})`, note: 'default deny' });
  // A condition is computed before the first word that reads it.
  const fresh = [...read].filter((at) => !known.has(at)).sort((a, b) => a - b);
  for (const at of fresh) known.add(at);
  const found = code`${offset === 0 ? new Code('') : new Code(`${offset} + `)}31 - Math.clz32(${bits} & -${bits})`;
  return [
    ...fresh.map((at) => code`      const ${outcomeName(at)} = ${outcomes.codes[at]};`),
    code`      const ${bits} =`,
    ...terms.map(({ term, note }, i) => {
      const operator = new Code(i === terms.length - 1 ? ';' : ' |');
      return code`        ${term}${operator} // ${code.comment(note)}`;
    }),
    isLast ? code`      return ${found};` : code`      if (${bits} !== 0) return ${found};`,
  ];
}

function emitExpression(
  expression: Expression,
  negated: boolean,
  protects: boolean,
  outcomes: Outcomes,
  read: Set<number>,
): Code {
  switch (expression.kind) {
    case 'not':
      return emitExpression(expression.of, !negated, protects, outcomes, read);
    case 'atom': {
      const at = outcomes.at(expression.atom, negated, protects);
      read.add(at);
      const table = new Code(`${protects ? 'MAY' : 'MUST'}${negated ? '_NOT' : ''}`);
      return code`((${table} >> ${outcomeName(at)}) & 1)`;
    }
    default: {
      const isAnd = (expression.kind === 'all') !== negated;
      if (expression.of.length === 0) return isAnd ? code`1` : code`0`;
      const parts = expression.of.map((part) => emitExpression(part, negated, protects, outcomes, read));
      return parts.length === 1 ? (parts[0] as Code) : code`(${code.join(parts, isAnd ? ' & ' : ' | ')})`;
    }
  }
}

function doubt(expression: Expression, negated: boolean, protects: boolean, outcomes: Outcomes): Doubt {
  switch (expression.kind) {
    case 'not':
      return doubt(expression.of, !negated, protects, outcomes);
    case 'atom': {
      const { key, data } = expression.atom;
      const at = outcomes.at(expression.atom, negated, protects);
      return { at, fact: conditionOf(key).fact(data), ...(negated && { not: true }) };
    }
    default: {
      const parts = expression.of.map((part) => doubt(part, negated, protects, outcomes));
      return (expression.kind === 'all') !== negated ? { all: parts } : { any: parts };
    }
  }
}

function outcomeName(at: number): Code {
  return new Code(`c${at}`);
}

function isProtective(rule: Rule): boolean {
  return rule.decision === 'deny' || rule.decision === 'require_approval';
}
