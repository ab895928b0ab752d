import { CF220 } from '../../diagnostics/messages.js';
import { atomsOf } from '../../ir/atoms.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';

/** Patterns, prefixes and words with a control character: mostly a backslash in double quotes. */
export function controlCharacter(analysis: Analysis): void {
  for (const [index, rule] of analysis.eachRule()) {
    for (const { atom } of atomsOf(rule.when)) {
      const text = strings(atom.data).find((one) => /\p{Cc}/u.test(one));
      if (text === undefined) continue;
      const found = analysis.findIn(
        index,
        () => ({ matched: [index] }),
        (judged) => matchedBy(judged, rule),
      );
      // Where no call could be made that matches, one of the capability shows what happens without.
      const witness =
        typeof found === 'string' ? { capability: rule.capability.text, args: {}, context: {} } : found.witness;
      const judged = analysis.run(witness);
      analysis.report({
        kind: 'control-character',
        message: CF220({ text: JSON.stringify(text), rule: rule.id }),
        rule,
        place: atom.place,
        related: [],
        witness,
        ...(judged && { outcome: outcomeOf(judged) }),
      });
      break;
    }
  }
}

function strings(data: unknown): string[] {
  if (typeof data === 'string') return [data];
  return data !== null && typeof data === 'object' ? Object.values(data).flatMap(strings) : [];
}
