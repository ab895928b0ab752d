import { BEGIN_TEXT, END_TEXT, type RegexProgram } from '../../../runtime/decide/conditions/regex.js';
import type { Atom } from '../../conditions/condition.js';
import { regexProgram } from '../../conditions/regex.js';
import { CF210 } from '../../diagnostics/messages.js';
import { atomsOf } from '../../ir/atoms.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';
import { findText, Language } from '../regions/language.js';

/** Allow rules with a pattern that more than it may stand before or behind. */
export function unanchoredRegex(analysis: Analysis): void {
  nextRule: for (const [index, rule] of analysis.eachRule()) {
    if (rule.decision !== 'allow' || analysis.idle.has(index)) continue;
    for (const { atom, negated } of atomsOf(rule.when)) {
      if (negated) continue;
      for (const pattern of patternsOf(atom)) {
        const program = regexProgram(pattern);
        const openStart = avoids(program, BEGIN_TEXT);
        const openEnd = avoids(program, END_TEXT);
        if (!openStart && !openEnd) continue;
        const where = openStart && openEnd ? 'at either end' : openStart ? 'at its start' : 'at its end';
        const place = openStart && openEnd ? 'around it' : openStart ? 'before it' : 'behind it';
        const found = loose(analysis, index, pattern, openStart, openEnd);
        if (!found) continue;
        analysis.report({
          kind: 'unanchored-regex',
          message: CF210({ pattern, rule: rule.id, where, place, better: better(pattern) }),
          rule,
          place: atom.place,
          related: [],
          ...found,
        });
        continue nextRule;
      }
    }
  }
}

/** The patterns of a condition that looks for them, in the text or in an argument. */
function patternsOf({ key, data }: Atom): readonly string[] {
  if (key === 'match_regex') return data as readonly string[];
  const { op, value } = data as { readonly op?: string; readonly value?: unknown };
  return key === 'args' && op === 'regex' ? (value as readonly string[]) : [];
}

/** Is there a way through the program to its match that never asserts this? */
export function avoids({ start, instructions }: RegexProgram, assertion: number): boolean {
  const seen = new Set<number>();
  const pending = [start];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const instruction = instructions[at];
    if (!instruction || instruction[0] === 'fail') continue;
    if (instruction[0] === 'match') return true;
    if (instruction[0] === 'alt') pending.push(instruction[1], instruction[2]);
    else if (instruction[0] === 'take') pending.push(instruction[1]);
    else if ((instruction[2] & assertion) === 0) pending.push(instruction[1]);
  }
  return false;
}

/** Characters that end no command, no statement and no line. */
const PLAIN = '[A-Za-z0-9_ ./:=@-]';

/** What to write instead: anchored where it was not, and without what takes anything. */
function better(pattern: string): string {
  // In an alternation an anchor belongs to one of the words.
  const core = /\|/.test(pattern) ? `(?:${pattern})` : pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  const isPlain = !/\[/.test(core);
  const bounded = isPlain ? core.replace(/(?<!\\)\.(?=[*+])/g, PLAIN) : core;
  const whole = `\`^${bounded}$\``;
  if (bounded !== core) return `${whole}, or the characters that you expect`;
  return `${whole}; where more may follow, name its characters: \`^${core}( [A-Za-z0-9_./-]+)*$\``;
}

/** A call that the rule allows with more around what the pattern finds. */
function loose(analysis: Analysis, index: number, pattern: string, openStart: boolean, openEnd: boolean) {
  const rule = analysis.rule(index);
  const shortest = findText([{ language: Language.found([pattern]), inside: true }]);
  if (shortest === undefined || shortest === 'budget') return undefined;
  const texts = [openStart ? `x; ${shortest}` : shortest].map((text) => (openEnd ? `${text}; x` : text));
  const found = analysis.findIn(
    index,
    () => ({ matched: [index] }),
    (judged) => matchedBy(judged, rule),
  );
  if (typeof found === 'string') return undefined;
  // The same call with the longer text, where that still matches.
  const { witness } = found;
  for (const text of texts) {
    const args = Object.fromEntries(
      Object.entries(witness.args).map(([key, value]) => [key, value === shortest ? text : value]),
    );
    const longer = { ...witness, args };
    const judged = analysis.run(longer);
    if (judged && matchedBy(judged, rule)) return { witness: longer, outcome: outcomeOf(judged) };
  }
  const judged = analysis.run(witness);
  return judged && { witness, outcome: outcomeOf(judged) };
}
