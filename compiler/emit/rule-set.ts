import type { Doubt } from '../../runtime/decide/doubt.js';
import type { Atom, EmitContext, Mode } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { atomsOf } from '../ir/atoms.js';
import { isProtective } from '../ir/decision.js';
import { conditionsOf } from '../ir/implied.js';
import type { Expression, Policy, Rule } from '../ir/policy.js';
import { Code, code } from './code.js';
import type { Format } from './module.js';
import type { RuleSet } from './rule-sets.js';

/** More rules than this are decided by a table; measured in docs/codegen.md. */
const MOST_STRAIGHT = 16;

/**
 * The code of one rule set. Every condition is computed once, every rule is one bit of an integer, and the lowest bit
 * that is set is the verdict: there is no branch per rule. Many rules are a table instead, whose rows are such bits.
 */
export function emitRuleSet(
  set: RuleSet,
  name: Code,
  policy: Policy,
  format: Format,
  constants: EmitContext,
  blocked: ReadonlySet<string>,
): Code {
  const rules = set.rules.map((index) => policy.rules[index] as Rule);
  const outcomes = new Outcomes(constants);
  const doubts = rules.map((rule) => doubt(conditionsOf(rule), false, isProtective(rule.decision), outcomes));
  const signature = new Code(format === 'ts' ? '(f: Facts): number' : '(f)');
  // Only where the rules themselves don't show it.
  const isIdle = rules.some(({ decision }) => decision !== 'deny') && set.capabilities.every((one) => blocked.has(one));
  const isBlocked = isIdle ? [code`    blocked: true,`] : [];
  const names = [...new Set(rules.flatMap(namesRead))].sort();
  const reads = names.length > 0 ? [code`    reads: ${names},`] : [];
  const head = [code``, code`  // ${code.comment(rules.length === 0 ? 'where no rule matches' : set.capability)}`];
  const type = new Code(format === 'ts' ? ': RuleSet' : '');
  if (rules.length > MOST_STRAIGHT && outcomes.codes.length > 0) {
    const table = emitTable(rules, outcomes, constants, format);
    const typed = (name: string) => (format === 'ts' ? name : undefined);
    return code.join(
      [
        ...head,
        code`  const ${name}${type} = ${constants.use('tableRuleSet')}({`,
        code`    rules: ${set.rules},`,
        ...isBlocked,
        ...reads,
        ...table,
        code`    doubts: ${code.list(
          doubts.map((shape) => code`${shape},`),
          '      ',
          typed('Doubt'),
        )},`,
        code`  });`,
      ],
      '\n',
    );
  }
  const lines = [
    ...head,
    code`  const ${name}${type} = {`,
    code`    rules: ${set.rules},`,
    ...isBlocked,
    ...reads,
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

/** The arguments that a rule names, beside those of its mapping's facts. */
function namesRead(rule: Rule): readonly string[] {
  return atomsOf(rule.when).flatMap(({ atom }) => conditionOf(atom.key).reads?.(atom.data) ?? []);
}

/** The distinct conditions of a rule set: those that become the same code are one, whatever rules they stand in. */
class Outcomes {
  readonly codes: Code[] = [];
  /** What a table can look each up by. */
  readonly lookups: (Code | undefined)[] = [];
  private readonly index = new Map<string, number>();

  constructor(private readonly constants: EmitContext) {}

  at(atom: Atom, negated: boolean, protects: boolean): number {
    const mode: Mode = !protects ? 'permit' : negated ? 'forbidNot' : 'forbid';
    const emitted = conditionOf(atom.key).emit(atom.data, this.constants, mode);
    const known = this.index.get(emitted.text);
    if (known !== undefined) return known;
    this.index.set(emitted.text, this.codes.length);
    this.lookups.push(conditionOf(atom.key).lookup?.(atom.data, this.constants, mode));
    return this.codes.push(emitted) - 1;
  }
}

function emitDecide(rules: readonly Rule[], outcomes: Outcomes, signature: Code): Code[] {
  if (outcomes.codes.length === 0) return [code`    decide: () => 0,`];
  const terms = rules.map((rule, bit) => {
    const condition = emitExpression(conditionsOf(rule), false, isProtective(rule.decision), outcomes);
    return { term: bit === 0 ? condition : code`(${condition} << ${bit})`, note: noteOf(rule) };
  });
  terms.push({ term: code`(1 << ${rules.length})`, note: 'default deny' });
  return [
    code`    decide${signature} {`,
    ...outcomes.codes.map((outcome, at) => code`      const ${outcomeName(at)} = ${outcome};`),
    code`      const bits =`,
    ...terms.map(({ term, note }, i) => {
      const operator = new Code(i === terms.length - 1 ? ';' : ' |');
      return code`        ${term}${operator} // ${code.comment(note)}`;
    }),
    code`      return 31 - Math.clz32(bits & -bits);`,
    code`    },`,
  ];
}

function noteOf(rule: Rule): string {
  return `${rule.id}  ${rule.place.source.file}:${rule.place.line}`;
}

/** Conditions, and a row for each way in which a rule can match. */
function emitTable(rules: readonly Rule[], outcomes: Outcomes, constants: EmitContext, format: Format): Code[] {
  const rows: Code[] = [];
  const whole: Code[] = [];
  for (const [position, rule] of rules.entries()) {
    const ways = waysOf(conditionsOf(rule), false, isProtective(rule.decision), outcomes);
    const literals = ways ?? [
      // Too many ways to write out: the rule is one condition, worked out as a whole.
      [
        {
          at:
            outcomes.codes.length +
            whole.push(emitExpression(conditionsOf(rule), false, isProtective(rule.decision), outcomes)) -
            1,
          table: 'MAY',
        },
      ],
    ];
    for (const way of literals) {
      const parts = way.map(({ at, table }) => code`, [${at}, ${constants.use(table)}]`);
      rows.push(code`[${position}${code.join(parts, '')}], // ${code.comment(noteOf(rule))}`);
    }
  }
  const conditions = outcomes.codes.map((outcome, at) => {
    const lookup = outcomes.lookups[at];
    return code`{ outcome: (${new Code(/\bf\b/.test(outcome.text) ? 'f' : '')}) => ${outcome}${lookup ? code`, ${lookup}` : new Code('')} },`;
  });
  const inOrder = (expression: Code) =>
    new Code(expression.text.replace(/\bc(\d+)\b/g, (_, at: string) => `(${outcomes.codes[Number(at)]})`));
  const typed = (name: string) => (format === 'ts' ? name : undefined);
  const all = [...conditions, ...whole.map((expression) => code`{ outcome: (f) => 4 - 3 * ${inOrder(expression)} },`)];
  return [
    code`    conditions: ${code.list(all, '      ', typed('TableCondition'))},`,
    code`    rows: ${code.list(rows, '      ', typed('TableRow'))},`,
  ];
}

interface TableLiteral {
  readonly at: number;
  readonly table: string;
}

/** More alternatives than this are not written out. */
const MOST_WAYS = 16;

/** The ways in which an expression can hold, each a list of conditions; undefined: too many. */
function waysOf(
  expression: Expression,
  negated: boolean,
  protects: boolean,
  outcomes: Outcomes,
): TableLiteral[][] | undefined {
  if (expression.kind === 'not') return waysOf(expression.of, !negated, protects, outcomes);
  if (expression.kind === 'atom') {
    const table = `${protects ? 'MAY' : 'MUST'}${negated ? '_NOT' : ''}`;
    return [[{ at: outcomes.at(expression.atom, negated, protects), table }]];
  }
  const isAnd = (expression.kind === 'all') !== negated;
  let ways: TableLiteral[][] = isAnd ? [[]] : [];
  for (const part of expression.of) {
    const own = waysOf(part, negated, protects, outcomes);
    if (!own) return undefined;
    ways = isAnd ? ways.flatMap((way) => own.map((other) => [...way, ...other])) : [...ways, ...own];
    if (ways.length > MOST_WAYS) return undefined;
  }
  return ways;
}

function emitExpression(expression: Expression, negated: boolean, protects: boolean, outcomes: Outcomes): Code {
  switch (expression.kind) {
    case 'not':
      return emitExpression(expression.of, !negated, protects, outcomes);
    case 'atom': {
      const at = outcomes.at(expression.atom, negated, protects);
      const table = new Code(`${protects ? 'MAY' : 'MUST'}${negated ? '_NOT' : ''}`);
      return code`((${table} >> ${outcomeName(at)}) & 1)`;
    }
    default: {
      const isAnd = (expression.kind === 'all') !== negated;
      if (expression.of.length === 0) return isAnd ? code`1` : code`0`;
      const parts = expression.of.map((part) => emitExpression(part, negated, protects, outcomes));
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
