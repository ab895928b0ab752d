import { CF207 } from '../../diagnostics/messages.js';
import { atomsOf } from '../../ir/atoms.js';
import type { Rule } from '../../ir/policy.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';
import type { Witness } from '../calls/call.js';
import { listed } from './wording.js';

/** Lists of forbidden words over an allow rule that leaves the words open: another spelling passes. */
export function bypass(analysis: Analysis): void {
  nextRule: for (const [index, rule] of analysis.eachRule()) {
    if (rule.decision !== 'deny' || analysis.idle.has(index)) continue;
    const facts = new Set(atomsOf(rule.when).flatMap(({ atom, negated }) => (negated ? [] : (wordFact(atom) ?? []))));
    if (facts.size === 0) continue;
    const open = analysis.rules.filter(
      (other, at) =>
        (other.decision === 'allow' || other.decision === 'warn') &&
        !analysis.idle.has(at) &&
        analysis.setsWith(index).some((set) => analysis.isIn(set, at)) &&
        !atomsOf(other.when).some(({ atom, negated }) => !negated && facts.has(wordFact(atom, true) ?? '')),
    );
    for (const allow of open) {
      const escaped = passing(analysis, index, allow);
      if (!escaped) continue;
      analysis.report({
        kind: 'bypass',
        message: CF207({ rule: rule.id, others: listed(open) }),
        rule,
        place: rule.place,
        related: open.slice(0, 10).map((other) => ({ rule: other, note: 'leaves the words open' })),
        ...escaped,
      });
      continue nextRule;
    }
  }
}

/** Which words a condition looks at. @param pins Also conditions that say exactly which are meant. */
function wordFact({ key, data }: { readonly key: string; readonly data: unknown }, pins = false): string | undefined {
  if (key === 'contains' || key === 'match_keywords' || key === 'match_regex') return 'text';
  if (key !== 'args') return undefined;
  const { selector, op } = data as { selector: string; op: string };
  const looks = op === 'contains' || op === 'regex' || (pins && ['eq', 'in', 'glob'].includes(op));
  return looks ? `args ${selector.replace(/\?$/, '')}` : undefined;
}

/** A call that the rule denies, spelled so that the other allows it. */
function passing(analysis: Analysis, index: number, allow: Rule): { witness: Witness; outcome: string } | undefined {
  const rule = analysis.rule(index);
  const at = analysis.rules.indexOf(allow);
  for (const set of analysis.setsWith(index)) {
    if (!analysis.isIn(set, at)) continue;
    let found: { witness: Witness; outcome: string } | undefined;
    analysis.space.find(set, { matched: [index, at], singleKnown: true }, (witness) => {
      const judged = analysis.run(witness);
      if (!judged || found || !matchedBy(judged, rule)) return false;
      found = respelled(analysis, witness, allow);
      return found !== undefined;
    });
    if (found) return found;
  }
  return undefined;
}

/** Every string in the arguments, spelled otherwise. */
function spelled(value: unknown, spell: (word: string) => string): unknown {
  if (typeof value === 'string') return value === '' || value.startsWith('/') ? value : spell(value);
  if (Array.isArray(value)) return value.map((item) => spelled(item, spell));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, spelled(member, spell)]));
}

/** Ways to write a word that shells and readers take for the same. */
const SPELLINGS: readonly ((word: string) => string)[] = [
  (word) => `${word[0]}''${word.slice(1)}`,
  (word) => `${word[0]}\\${word.slice(1)}`,
  (word) => [...word].join(' '),
  (word) => [...word].join('_'),
  // Between commands a line break does what a semicolon does.
  (word) => word.replace(/[^A-Za-z0-9 ]/g, '\n'),
];

function respelled(
  analysis: Analysis,
  witness: Witness,
  allow: Rule,
): { witness: Witness; outcome: string } | undefined {
  for (const spell of SPELLINGS) {
    const other = { ...witness, args: spelled(witness.args, spell) as Witness['args'] };
    const judged = analysis.run(other);
    if (judged?.rule === allow) return { witness: other, outcome: outcomeOf(judged) };
  }
  return undefined;
}
