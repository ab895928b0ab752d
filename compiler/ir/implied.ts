import type { Atom } from '../conditions/condition.js';
import { type PinnedIdentifier, walks } from '../conditions/identifiers.js';
import { atomsOf } from './atoms.js';
import { forbids } from './decision.js';
import type { Expression, Rule } from './policy.js';

/** Conditions on an argument, a host or a table. */
const READS_ARGUMENTS: ReadonlySet<string> = new Set(['args', 'table', 'host', 'sql_table']);

const known = new WeakMap<Rule, Expression>();

/**
 * The conditions of a rule with what the language adds to them: a permitting rule that looks at arguments is unknown
 * where an identifier among them leads elsewhere (docs/language.md, Conditions).
 */
export function conditionsOf(rule: Rule): Expression {
  let conditions = known.get(rule);
  if (!conditions) {
    conditions = forbids(rule.decision) ? rule.when : withIdentifiers(rule);
    known.set(rule, conditions);
  }
  return conditions;
}

/** A rule that means no more than what it says: it is about what a server answers. */
export function asWritten(rule: Rule): Rule {
  known.set(rule, rule.when);
  return rule;
}

function withIdentifiers({ when }: Rule): Expression {
  const atoms = atomsOf(when);
  const reading = atoms.find(({ atom }) => READS_ARGUMENTS.has(atom.key));
  if (!reading) return when;
  const data: readonly PinnedIdentifier[] = atoms.flatMap(({ atom, negated }) => (negated ? [] : pinnedBy(atom)));
  const implied: Expression = { kind: 'atom', atom: { key: 'identifiers', data, place: reading.atom.place } };
  return { kind: 'all', of: [...(when.kind === 'all' ? when.of : [when]), implied] };
}

/** A value that is named outright may be as strange as its author wants. */
function pinnedBy({ key, data }: Atom): PinnedIdentifier[] {
  if (key !== 'args') return [];
  const { selector, op, value } = data as { readonly selector: string; readonly op: string; readonly value: unknown };
  if (op !== 'eq' && op !== 'in') return [];
  const values = [value].flat().filter((one): one is string => typeof one === 'string' && walks(one));
  if (values.length === 0) return [];
  const path = selector.replace(/\?$/, '');
  const tokens = path.startsWith('/') ? path.slice(1).split('/') : [path];
  return [{ tokens: tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')), values }];
}
