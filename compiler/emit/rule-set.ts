import type { RuleFormula } from '../../runtime/decide/conditions/rule-formula.js';
import type { Atom, EmitContext, Mode } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { atomsOf } from '../ir/atoms.js';
import { forbids } from '../ir/decision.js';
import { conditionsOf } from '../ir/implied.js';
import type { Expression, Policy, Rule } from '../ir/policy.js';
import { Code, code } from './code/code.js';
import type { Format } from './format.js';
import type { RuleGroup } from './rule-sets.js';

/** More rules than this are decided by a table; measured in docs/codegen.md. */
const MAX_STRAIGHT = 16;

/**
 * The code of one rule set. Every condition is computed once, every rule is one bit of an integer, and the lowest bit
 * that is set is the verdict: there is no branch per rule. Many rules are a table instead, whose rows are such bits.
 */
export function emitRuleSet(
  set: RuleGroup,
  name: Code,
  policy: Policy,
  format: Format,
  constants: EmitContext,
  blocked: ReadonlySet<string>,
): Code {
  const rules = set.rules.map((index) => policy.rules[index] as Rule);
  const truthSets = new TruthSets(constants);
  const formulas = rules.map((rule) => formula(conditionsOf(rule), false, forbids(rule.decision), truthSets));
  const signature = new Code(format === 'ts' ? '(f: Facts): number' : '(f)');
  // Only where the rules themselves don't show it.
  const isIdle = rules.some(({ decision }) => decision !== 'deny') && set.capabilities.every((one) => blocked.has(one));
  const isBlocked = isIdle ? [code`    blocked: true,`] : [];
  const names = [...new Set(rules.flatMap(namesRead))].sort();
  const reads = names.length > 0 ? [code`    reads: ${names},`] : [];
  const head = [code``, code`  // ${code.comment(rules.length === 0 ? 'where no rule matches' : set.capability)}`];
  const type = new Code(format === 'ts' ? ': RuleSet' : '');
  if (rules.length > MAX_STRAIGHT && truthSets.codes.length > 0) {
    const table = emitTable(rules, truthSets, constants, format);
    const typed = (name: string) => (format === 'ts' ? name : undefined);
    return code.join(
      [
        ...head,
        code`  const ${name}${type} = ${constants.use('tableRuleSet')}({`,
        code`    rules: ${set.rules},`,
        ...isBlocked,
        ...reads,
        ...table,
        code`    formulas: ${code.list(
          formulas.map((shape) => code`${shape},`),
          '      ',
          typed('RuleFormula'),
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
    ...emitDecide(rules, truthSets, signature),
    code`    truthSets: (${new Code(truthSets.codes.length > 0 ? 'f' : '')}) => [${code.join(truthSets.codes, ', ')}],`,
    code`    formulas: [${code.join(
      formulas.map((shape) => code`${shape}`),
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
class TruthSets {
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

function emitDecide(rules: readonly Rule[], truthSets: TruthSets, signature: Code): Code[] {
  if (truthSets.codes.length === 0) return [code`    decide: () => 0,`];
  const terms = rules.map((rule, bit) => {
    const condition = emitExpression(conditionsOf(rule), false, forbids(rule.decision), truthSets);
    return { term: bit === 0 ? condition : code`(${condition} << ${bit})`, note: noteOf(rule) };
  });
  terms.push({ term: code`(1 << ${rules.length})`, note: 'default deny' });
  return [
    code`    decide${signature} {`,
    ...truthSets.codes.map((truthSet, at) => code`      const ${truthSetName(at)} = ${truthSet};`),
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
function emitTable(rules: readonly Rule[], truthSets: TruthSets, constants: EmitContext, format: Format): Code[] {
  const rows: Code[] = [];
  const whole: Code[] = [];
  for (const [position, rule] of rules.entries()) {
    const ways = disjunctsOf(conditionsOf(rule), false, forbids(rule.decision), truthSets);
    const literals = ways ?? [
      // Too many ways to write out: the rule is one condition, worked out as a whole.
      [
        {
          at:
            truthSets.codes.length +
            whole.push(emitExpression(conditionsOf(rule), false, forbids(rule.decision), truthSets)) -
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
  const conditions = truthSets.codes.map((truthSet, at) => {
    const lookup = truthSets.lookups[at];
    return code`{ truthSet: (${new Code(/\bf\b/.test(truthSet.text) ? 'f' : '')}) => ${truthSet}${lookup ? code`, ${lookup}` : new Code('')} },`;
  });
  const inOrder = (expression: Code) =>
    new Code(expression.text.replace(/\bc(\d+)\b/g, (_, at: string) => `(${truthSets.codes[Number(at)]})`));
  const typed = (name: string) => (format === 'ts' ? name : undefined);
  const all = [...conditions, ...whole.map((expression) => code`{ truthSet: (f) => 4 - 3 * ${inOrder(expression)} },`)];
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
const MAX_DISJUNCTS = 16;

/** The ways in which an expression can hold, each a list of conditions; undefined: too many. */
function disjunctsOf(
  expression: Expression,
  negated: boolean,
  protects: boolean,
  truthSets: TruthSets,
): TableLiteral[][] | undefined {
  if (expression.kind === 'not') return disjunctsOf(expression.of, !negated, protects, truthSets);
  if (expression.kind === 'atom') {
    const table = `${protects ? 'MAY' : 'MUST'}${negated ? '_NOT' : ''}`;
    return [[{ at: truthSets.at(expression.atom, negated, protects), table }]];
  }
  const isAnd = (expression.kind === 'all') !== negated;
  let ways: TableLiteral[][] = isAnd ? [[]] : [];
  for (const part of expression.of) {
    const own = disjunctsOf(part, negated, protects, truthSets);
    if (!own) return undefined;
    ways = isAnd ? ways.flatMap((way) => own.map((other) => [...way, ...other])) : [...ways, ...own];
    if (ways.length > MAX_DISJUNCTS) return undefined;
  }
  return ways;
}

function emitExpression(expression: Expression, negated: boolean, protects: boolean, truthSets: TruthSets): Code {
  switch (expression.kind) {
    case 'not':
      return emitExpression(expression.of, !negated, protects, truthSets);
    case 'atom': {
      const at = truthSets.at(expression.atom, negated, protects);
      const table = new Code(`${protects ? 'MAY' : 'MUST'}${negated ? '_NOT' : ''}`);
      return code`((${table} >> ${truthSetName(at)}) & 1)`;
    }
    default: {
      const isAnd = (expression.kind === 'all') !== negated;
      if (expression.of.length === 0) return isAnd ? code`1` : code`0`;
      const parts = expression.of.map((part) => emitExpression(part, negated, protects, truthSets));
      return parts.length === 1 ? (parts[0] as Code) : code`(${code.join(parts, isAnd ? ' & ' : ' | ')})`;
    }
  }
}

function formula(expression: Expression, negated: boolean, protects: boolean, truthSets: TruthSets): RuleFormula {
  switch (expression.kind) {
    case 'not':
      return formula(expression.of, !negated, protects, truthSets);
    case 'atom': {
      const { key, data } = expression.atom;
      const at = truthSets.at(expression.atom, negated, protects);
      return { at, fact: conditionOf(key).fact(data), ...(negated && { not: true }) };
    }
    default: {
      const parts = expression.of.map((part) => formula(part, negated, protects, truthSets));
      return (expression.kind === 'all') !== negated ? { all: parts } : { any: parts };
    }
  }
}

function truthSetName(at: number): Code {
  return new Code(`c${at}`);
}
