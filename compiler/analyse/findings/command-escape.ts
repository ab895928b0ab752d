import { OWN_OPTIONS } from '../../../runtime/data/programs.js';
import { CF217 } from '../../diagnostics/messages.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import { commandAtoms, passingCommand, plainWords } from '../programs/command-lines.js';
import { ESCAPES, type Escape } from '../programs/escapes.js';

/** Permitting rules whose commands can be made to run another program, write a file or reach the network. */
export function commandEscape(analysis: Analysis): void {
  for (const [index, rule] of analysis.eachRule()) {
    if ((rule.decision !== 'allow' && rule.decision !== 'warn') || analysis.idle.has(index)) continue;
    for (const { atom, patterns } of commandAtoms(rule)) {
      const found = patterns.flatMap((pattern) => linesFor(plainWords(pattern)));
      const tried = new Set<string>();
      for (const { line, one } of found) {
        if (patterns.some((pattern) => plainWords(pattern).join(' ') === line)) continue;
        if (tried.has(line) || tried.size >= MAX_TRIED) continue;
        tried.add(line);
        const witness = passingCommand(analysis, index, line);
        const judged = witness && analysis.run(witness);
        if (!witness || !judged) continue;
        analysis.report({
          kind: 'command-escape',
          message: CF217({ rule: rule.id, command: line, does: `${DOES[one.does]}: it ${one.text}` }),
          rule,
          place: atom.place,
          related: [],
          witness,
          outcome: outcomeOf(judged),
        });
        break;
      }
    }
  }
}

const MAX_TRIED = 120;

const DOES: Readonly<Record<Escape['does'], string>> = {
  runs: 'runs another program',
  writes: 'writes a file',
  reaches: 'reaches the network or shows a secret',
};

/** Command lines that begin as the pattern does and go on as the table says. */
function linesFor(words: readonly string[]): { readonly line: string; readonly one: Escape }[] {
  const [program, sub = ''] = words;
  const name = program?.split('/').at(-1);
  const own = ESCAPES.filter((one) => one.program === name);
  return (
    own
      // What a sub-command does with its operands is what it is for.
      .filter((one) => one.sub === '' || /(?:^| )-/.test(one.words) || one.sub !== sub)
      .filter((one) => one.sub === '' || one.sub === sub || words.length === 1)
      .flatMap((one) => {
        const start = one.sub === '' || one.sub === sub ? [] : [one.sub];
        const whole = [...words, ...start, one.words].join(' ');
        // An option may have to stand before the sub-command.
        const early = [program, one.words, ...words.slice(1)].join(' ');
        if (one.sub !== '' || words.length === 1) return [{ line: whole, one }];
        // Options of a program with sub-commands stand before these, and mean something else behind them.
        return Object.hasOwn(OWN_OPTIONS, name as string)
          ? [{ line: early, one }]
          : [
              { line: whole, one },
              { line: early, one },
            ];
      })
  );
}
