import type { CommandPattern } from '../../conditions/command-pattern.js';
import { shellCommands } from '../../conditions/shell.js';
import type { ParsedDomain, ParsedTest } from './parsed-domain.js';

/*
 * Commands for analysis: the patterns of a rule are automata over words, and words are of few sorts: those that a pattern
 * names, options, others. Walking all automata at once gives a shortest command for each way in which they can end.
 */

export const commandDomain: ParsedDomain = {
  factsOf: (value) => ({
    commands: () => [value === null ? null : [shellCommands(value as string, false)]],
    isWindows: false,
  }),
  candidates: (tests) => everyCommand(tests),
  // What lies behind `sudo` and such is walked as far as patterns name it.
  isComplete: () => true,
};

interface Path {
  readonly words: readonly string[];
  /** Of each pattern, the places that may be next; and which options were there. */
  readonly places: readonly (readonly number[])[];
}

function* everyCommand(tests: readonly ParsedTest[]): Iterable<string | null> {
  const patterns = tests.flatMap(({ data }) => data as readonly CommandPattern[]);
  const tokens = patterns.map(({ run }) => run.split(' '));
  const flags = [...new Set(patterns.flatMap((pattern) => [...(pattern.flags ?? []), ...(pattern.noFlags ?? [])]))];
  const other = unlike(tokens.flat());
  const words = [...new Set([...tokens.flat().flatMap(samplesOf), ...flags, other, '-x', `./${other}`])];
  const start: Path = { words: [], places: tokens.map((pattern) => closed(pattern, [0])) };
  const known = new Set<string>();
  const queue = [start];
  const longest = Math.max(...tokens.map(({ length }) => length), 0) + 2;
  for (let path = queue.shift(); path && known.size < MAX_STATES; path = queue.shift()) {
    if (path.words.length > 0) yield path.words.map(quoted).join(' ');
    if (path.words.length >= longest) continue;
    for (const word of words) {
      // A program is no option.
      if (path.words.length === 0 && word.startsWith('-')) continue;
      const places = tokens.map((pattern, i) => stepped(pattern, path.places[i] as readonly number[], word));
      const isNew = flags.includes(word) && !path.words.includes(word) ? word : '';
      const key = JSON.stringify([places, flags.filter((flag) => path.words.includes(flag) || flag === isNew)]);
      if (known.has(key)) continue;
      known.add(key);
      queue.push({ words: [...path.words, word], places });
    }
  }
  yield null;
}

/** A program that no pattern can mean: one with the last segment of what a pattern names may be that. */
function unlike(tokens: readonly string[]): string {
  const names = new Set(tokens.flatMap((token) => [token, token.slice(token.lastIndexOf('/') + 1)]));
  let name = 'x';
  while (names.has(name)) name += 'x';
  return name;
}

const MAX_STATES = 4000;

/** Words that a token takes, and some that it only seems to. */
function samplesOf(token: string): string[] {
  if (token === '...' || token === '**' || token === '*') return ['x'];
  if (!/[*?]/.test(token)) return [token];
  return [token.replace(/\*/g, 'x').replace(/\?/g, 'y')];
}

function closed(pattern: readonly string[], places: readonly number[]): readonly number[] {
  const all = new Set(places);
  for (const place of all) if (pattern[place] === '**') all.add(place + 1);
  return [...all].sort((a, b) => a - b);
}

function stepped(pattern: readonly string[], places: readonly number[], word: string): readonly number[] {
  const next = places.flatMap((place) => {
    const token = pattern[place];
    if (token === undefined) return [];
    if (token === '...') return [place];
    if (token === '**') return word.startsWith('-') ? [] : [place];
    const takes = token === '*' ? !word.startsWith('-') : samplesOf(token).includes(word);
    return takes ? [place + 1] : [];
  });
  return closed(pattern, next);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
