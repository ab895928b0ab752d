import { OWN_OPTIONS } from '../../../runtime/data/programs.js';
import type { CommandPattern } from '../../conditions/command-pattern.js';
import { CF217 } from '../../diagnostics/messages.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import { commandAtoms, passingCommand, plainWords } from '../programs/command-lines.js';
import { ESCAPES, type Escape } from '../programs/escapes.js';
import { runningsOf } from '../programs/runners.js';

/** Permitting rules whose commands can be made to run another program, write a file or reach the network. */
export function commandEscape(analysis: Analysis): void {
  for (const [index, rule] of analysis.eachRule()) {
    if ((rule.decision !== 'allow' && rule.decision !== 'warn') || analysis.idle.has(index)) continue;
    for (const { atom, patterns } of commandAtoms(rule)) {
      const found = patterns.flatMap((pattern) => [...linesFor(plainWords(pattern)), ...freeLines(pattern)]);
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

/** Where the pattern leaves the program itself open; and command lines of the table as they stand, where it admits them. */
function freeLines({ run }: CommandPattern): Line[] {
  const [program = '', sub = ''] = run.split(' ');
  if (/[*?]|^\.\.\.$/.test(program)) return [{ line: 'sh -c id', one: { does: 'runs', text: 'runs shell text' } }];
  const name = program.split('/').at(-1) as string;
  return [
    ...ESCAPES.filter((one) => one.program === name && isStrange(one, sub)).map((one) => ({
      line: [program, one.sub, one.words].filter((words) => words !== '').join(' '),
      one,
    })),
    ...runningsOf(name).map(({ words, text }) => ({
      line: `${program} ${words}`,
      one: { does: 'runs', text } as const,
    })),
  ];
}

const MAX_TRIED = 120;

const DOES: Readonly<Record<Escape['does'], string>> = {
  runs: 'runs another program',
  writes: 'writes a file',
  reaches: 'reaches the network or shows a secret',
};

interface Line {
  readonly line: string;
  readonly one: Pick<Escape, 'does' | 'text'>;
}

/** What a sub-command that was named does with its operands is what it is for. */
function isStrange({ sub, words }: Escape, named: string): boolean {
  return sub === '' || sub !== named || /(?:^| )-/.test(words);
}

/** Command lines that begin as the pattern does and go on as the table says. */
function linesFor(words: readonly string[]): Line[] {
  const [program, sub = ''] = words;
  const name = program?.split('/').at(-1);
  const own = ESCAPES.filter((one) => one.program === name);
  return own
    .filter((one) => isStrange(one, sub))
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
    });
}
