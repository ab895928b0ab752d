import { OWN_OPTIONS } from '../../data/programs.js';
import type { SimpleCommand, Word } from '../commands/shell-text.js';
import { baseName, optionSet } from '../commands/wrapped.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** What a policy says of commands. */
export interface CommandPattern {
  /** Words with single spaces between. */
  readonly run: string;
  readonly flags?: readonly string[];
  readonly noFlags?: readonly string[];
}

/** @internal */
export interface PreparedPattern {
  readonly assignments: readonly string[];
  readonly words: readonly string[];
  readonly flags: readonly string[] | undefined;
  readonly noFlags: readonly string[] | undefined;
}

export function prepareCommand({ run, flags, noFlags }: CommandPattern): PreparedPattern {
  const words = run.split(' ');
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const start = first < 0 ? words.length : first;
  return { assignments: words.slice(0, start), words: words.slice(start), flags, noFlags };
}

/** The truth of one command and one pattern. @param forbids As forbidding rules compare. */
export function commandTruth(command: SimpleCommand, pattern: PreparedPattern, forbids: boolean): number {
  let truth = assignmentTruth(command, pattern, forbids);
  if (truth !== FALSE) truth = both(truth, wordsTruth(command.words, pattern.words, forbids));
  if (truth !== FALSE && pattern.flags !== undefined) truth = both(truth, flagTruth(command.words, pattern.flags));
  if (truth !== FALSE && pattern.noFlags !== undefined) {
    const there = flagTruth(command.words, pattern.noFlags);
    truth = both(truth, there === TRUE ? FALSE : there === FALSE ? TRUE : UNKNOWN);
  }
  return truth;
}

function both(a: number, b: number): number {
  if (a === FALSE || b === FALSE) return FALSE;
  return a === UNKNOWN || b === UNKNOWN ? UNKNOWN : TRUE;
}

/** Permitting patterns must name each variable, forbidding ones ask for those they name. */
function assignmentTruth(
  { assignments }: SimpleCommand,
  { assignments: named }: PreparedPattern,
  forbids: boolean,
): number {
  const isNamed = (word: Word) => !word.expands && named.some((pattern) => isLike(pattern, word.text));
  if (!forbids) return assignments.every(isNamed) ? TRUE : UNKNOWN;
  const isThere = (pattern: string) => assignments.some(({ text, expands }) => !expands && isLike(pattern, text));
  if (named.every(isThere)) return TRUE;
  return assignments.some(({ expands }) => expands) ? UNKNOWN : FALSE;
}

function wordsTruth(words: readonly Word[], pattern: readonly string[], forbids: boolean): number {
  if (words.length === 0) return UNKNOWN;
  if (isMatch(words, pattern, forbids, false)) return TRUE;
  return isMatch(words, pattern, forbids, true) ? UNKNOWN : FALSE;
}

/** Words that a match may be at: which one of the pattern is next, and whether a word is an option's value. */
class Places {
  private readonly at = new Set<number>();

  constructor(private readonly pattern: readonly string[]) {}

  /** With all that follows where words may be none. */
  add(place: number, isValue = false): void {
    this.at.add(place * 2 + (isValue ? 1 : 0));
    if (!isValue && this.pattern[place] === '**') this.add(place + 1);
  }

  *[Symbol.iterator](): Iterator<readonly [place: number, isValue: boolean]> {
    for (const one of this.at) yield [one >> 1, (one & 1) === 1];
  }

  get isEmpty(): boolean {
    return this.at.size === 0;
  }

  has(place: number): boolean {
    return this.at.has(place * 2);
  }
}

/** @param may Does it match for some of what expands? Else for whatever that comes to. */
function isMatch(words: readonly Word[], pattern: readonly string[], forbids: boolean, may: boolean): boolean {
  const own = forbids ? OWN_OPTIONS[baseName((words[0] as Word).text)] : undefined;
  let places = new Places(pattern);
  places.add(0);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    const next = new Places(pattern);
    for (const [place, isValue] of places) {
      const token = pattern[place];
      if (isValue) {
        next.add(place);
        if (word.expands && may) for (let j = place; j <= pattern.length; j++) next.add(j);
        continue;
      }
      if (token === '...') next.add(place);
      if (word.expands) {
        if (may) for (let j = place; j <= pattern.length; j++) next.add(j);
        else if (token === '**' && word.text !== '' && !word.text.startsWith('-')) next.add(place);
        continue;
      }
      if (token === undefined) continue;
      if (i === 0 ? isProgram(token, word.text, forbids) : takes(token, word.text))
        next.add(token === '**' ? place : place + 1);
      if (forbids && place > 0 && i > 0 && token !== '...') skipOption(word.text, place, next, own, may);
    }
    if (next.isEmpty) return false;
    places = next;
  }
  return places.has(pattern.length) || (pattern.at(-1) === '...' && places.has(pattern.length - 1));
}

/** An option of the program's own may stand between the words of a pattern. */
function skipOption(
  text: string,
  place: number,
  next: Places,
  own: { readonly flags: string; readonly values: string } | undefined,
  may: boolean,
): void {
  if (!text.startsWith('-') || text === '-') return;
  const isIn = (list: string | undefined, option: string) => list !== undefined && optionSet(list).has(option);
  const name = text.replace(/=[\s\S]*$/, '');
  if (isIn(own?.flags, text) || (name !== text && (isIn(own?.values, name) || isIn(own?.flags, name)))) next.add(place);
  else if (isIn(own?.values, text)) next.add(place, true);
  else if (may) {
    next.add(place);
    next.add(place, true);
  }
}

/** Forbidding rules compare the base name; in permitting ones a program with a folder needs a pattern with one. */
function isProgram(token: string, program: string, forbids: boolean): boolean {
  if (token === '...') return true;
  if (forbids) return takes(token === '*' || token === '**' ? token : baseName(token), baseName(program));
  return (token.includes('/') || !program.includes('/')) && takes(token, program);
}

function takes(token: string, word: string): boolean {
  if (token === '*' || token === '**') return !word.startsWith('-');
  return isLike(token, word);
}

/** `*` and `?` stand for no `/`, for no `..` segment, and at the start for no `-`. */
function isLike(pattern: string, word: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === word;
  if (/^[*?]/.test(pattern) && word.startsWith('-')) return false;
  const globs = pattern.split('/');
  const segments = word.split('/');
  return (
    globs.length === segments.length &&
    globs.every((glob, i) => {
      const segment = segments[i] as string;
      return glob === segment || (segment !== '..' && segmentIsLike(glob, segment));
    })
  );
}

function segmentIsLike(glob: string, text: string): boolean {
  let g = 0;
  let star = -1;
  let from = 0;
  for (let t = 0; t < text.length; ) {
    if (glob[g] === '*') {
      star = g++;
      from = t;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === text[t])) {
      g++;
      t++;
    } else if (star >= 0) {
      g = star + 1;
      t = ++from;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}

/** Is any of the flags among the words? */
function flagTruth(words: readonly Word[], flags: readonly string[]): number {
  let truth = FALSE;
  for (let i = 1; i < words.length; i++) {
    const { text, expands } = words[i] as Word;
    if (flags.some((flag) => isFlag(flag, text))) return TRUE;
    if (expands ? text === '' || text.startsWith('-') : flags.some((flag) => isShortened(flag, text))) truth = UNKNOWN;
  }
  return truth;
}

/** An abbreviation of one or two letters, which some programs take. */
function isShortened(flag: string, text: string): boolean {
  const name = text.replace(/=[\s\S]*$/, '');
  return flag.startsWith('--') && (name.length === 3 || name.length === 4) && flag.startsWith(name);
}

/** As a word, with `=value`, in a cluster of short options, or abbreviated to three letters or more. */
function isFlag(flag: string, text: string): boolean {
  if (text === flag || text.startsWith(`${flag}=`)) return true;
  if (/^-[^-]$/.test(flag)) return /^-[^-]/.test(text) && text.slice(1).includes(flag[1] as string);
  const name = text.replace(/=[\s\S]*$/, '');
  return flag.startsWith('--') && name.length >= 5 && flag.startsWith(name);
}
