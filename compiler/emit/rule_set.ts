import type { Doubt } from '../../runtime/decide/doubt.js';
import type { Atom, EmitContext } from '../conditions/condition.js';
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
  const atoms = distinctAtoms(rules);
  const facts = new Code(format === 'ts' ? '(f: Facts): number' : '(f)');
  const lines = [
    code``,
    code`  // ${code.comment(rules.length === 0 ? 'where no rule matches' : set.capability)}`,
    code`  const ${name}${new Code(format === 'ts' ? ': RuleSet' : '')} = {`,
    code`    rules: ${set.rules},`,
    ...emitDecide(rules, atoms, facts, constants),
    code`    outcomes: (${new Code(atoms.length > 0 ? 'f' : '')}) => [${outcomes(atoms, constants)}],`,
    code`    doubts: [${code.join(
      rules.map((rule) => code`${doubt(rule.when, false, atoms)}`),
      ', ',
    )}],`,
    code`  };`,
  ];
  return code.join(lines, '\n');
}

function emitDecide(rules: readonly Rule[], atoms: readonly Atom[], signature: Code, constants: EmitContext): Code[] {
  if (atoms.length === 0) return [code`    decide: () => 0,`];
  const words: (readonly Rule[])[] = [];
  const known = new Set<number>();
  for (let start = 0; start <= rules.length; start += WORD) words.push(rules.slice(start, start + WORD));
  return [
    code`    decide${signature} {`,
    ...words.flatMap((word, i) => emitWord(word, i * WORD, i === words.length - 1, atoms, known, constants)),
    code`    },`,
  ];
}

function emitWord(
  rules: readonly Rule[],
  offset: number,
  isLast: boolean,
  all: readonly Atom[],
  known: Set<number>,
  constants: EmitContext,
): Code[] {
  const bits = new Code(`bits${offset === 0 ? '' : offset / WORD}`);
  // A condition is computed before the first word that reads it.
  const fresh = distinctAtoms(rules).filter((atom) => !known.has(indexOf(all, atom)));
  for (const atom of fresh) known.add(indexOf(all, atom));
  const declarations = fresh.map((atom) => code`      const ${outcomeName(all, atom)} = ${emitAtom(atom, constants)};`);
  const terms = rules.map((rule, bit) => {
    const { file, line } = { file: rule.place.source.file, line: rule.place.line };
    const condition = emitExpression(rule.when, false, isProtective(rule), all);
    return { term: bit === 0 ? condition : code`(${condition} << ${bit})`, note: `${rule.id}  ${file}:${line}` };
  });
  if (isLast) terms.push({ term: rules.length === 0 ? code`1` : code`(1 << ${rules.length})`, note: 'default deny' });
  const found = code`${offset === 0 ? new Code('') : new Code(`${offset} + `)}31 - Math.clz32(${bits} & -${bits})`;
  return [
    ...declarations,
    code`      const ${bits} =`,
    ...terms.map(({ term, note }, i) => {
      const operator = new Code(i === terms.length - 1 ? ';' : ' |');
      return code`        ${term}${operator} // ${code.comment(note)}`;
    }),
    isLast ? code`      return ${found};` : code`      if (${bits} !== 0) return ${found};`,
  ];
}

function emitExpression(expression: Expression, negated: boolean, protects: boolean, atoms: readonly Atom[]): Code {
  switch (expression.kind) {
    case 'not':
      return emitExpression(expression.of, !negated, protects, atoms);
    case 'atom': {
      const table = new Code(`${protects ? 'MAY' : 'MUST'}${negated ? '_NOT' : ''}`);
      return code`((${table} >> ${outcomeName(atoms, expression.atom)}) & 1)`;
    }
    default: {
      const isAnd = (expression.kind === 'all') !== negated;
      if (expression.of.length === 0) return isAnd ? code`1` : code`0`;
      const parts = expression.of.map((part) => emitExpression(part, negated, protects, atoms));
      return parts.length === 1 ? (parts[0] as Code) : code`(${code.join(parts, isAnd ? ' & ' : ' | ')})`;
    }
  }
}

function doubt(expression: Expression, negated: boolean, atoms: readonly Atom[]): Doubt {
  switch (expression.kind) {
    case 'not':
      return doubt(expression.of, !negated, atoms);
    case 'atom': {
      const at = indexOf(atoms, expression.atom);
      return { at, fact: conditionOf(expression.atom.key).fact, ...(negated && { not: true }) };
    }
    default: {
      const parts = expression.of.map((part) => doubt(part, negated, atoms));
      return (expression.kind === 'all') !== negated ? { all: parts } : { any: parts };
    }
  }
}

function outcomes(atoms: readonly Atom[], constants: EmitContext): Code {
  return code.join(
    atoms.map((atom) => emitAtom(atom, constants)),
    ', ',
  );
}

function emitAtom(atom: Atom, constants: EmitContext): Code {
  return conditionOf(atom.key).emit(atom.data, constants);
}

function outcomeName(atoms: readonly Atom[], atom: Atom): Code {
  return new Code(`c${indexOf(atoms, atom)}`);
}

function indexOf(atoms: readonly Atom[], atom: Atom): number {
  return atoms.findIndex((candidate) => atomKey(candidate) === atomKey(atom));
}

/** Conditions that say the same are one, whatever rules they stand in. */
function distinctAtoms(rules: readonly Rule[]): Atom[] {
  const atoms = new Map<string, Atom>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'atom') {
      const key = atomKey(expression.atom);
      if (!atoms.has(key)) atoms.set(key, expression.atom);
    } else if (expression.kind === 'not') visit(expression.of);
    else expression.of.forEach(visit);
  };
  for (const rule of rules) visit(rule.when);
  return [...atoms.values()];
}

function atomKey(atom: Atom): string {
  return `${atom.key} ${JSON.stringify(atom.data)}`;
}

function isProtective(rule: Rule): boolean {
  return rule.decision === 'deny' || rule.decision === 'require_approval';
}
