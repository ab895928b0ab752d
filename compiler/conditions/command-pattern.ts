import { OWN_OPTIONS } from '../../runtime/data/programs.js';
import type { ShellCommand, ShellWord, Truth } from './condition.js';
import { and, not, or } from './truth.js';
import { programName } from './wrapped-commands.js';

/** What a policy says of a command: its words, options one of which is there, options none of which is. */
export interface CommandPattern {
  readonly run: string;
  readonly flags?: readonly string[];
  readonly noFlags?: readonly string[];
}

/** In the interpreter: the truth of one command and one pattern. */
export function patternTruth(command: ShellCommand, { run, flags, noFlags }: CommandPattern, forbids: boolean): Truth {
  const all = run.split(' ');
  const first = all.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const variables = all.slice(0, first);
  return and([
    variableTruth(command.assignments, variables, forbids),
    wordsTruth(command.words, all.slice(first), forbids),
    flags ? flagTruth(command.words, flags) : 'true',
    noFlags ? not(flagTruth(command.words, noFlags)) : 'true',
  ]);
}

function variableTruth(given: readonly ShellWord[], named: readonly string[], forbids: boolean): Truth {
  const isLike = (word: ShellWord, pattern: string) => !word.expands && wordIsLike(pattern, word.text);
  if (!forbids) return given.every((word) => named.some((pattern) => isLike(word, pattern))) ? 'true' : 'unknown';
  if (named.every((pattern) => given.some((word) => isLike(word, pattern)))) return 'true';
  return given.some(({ expands }) => expands) ? 'unknown' : 'false';
}

function wordsTruth(words: readonly ShellWord[], pattern: readonly string[], forbids: boolean): Truth {
  if (new Matching(words, pattern, forbids, false).matches(0, 0)) return 'true';
  return new Matching(words, pattern, forbids, true).matches(0, 0) ? 'unknown' : 'false';
}

/** Do the words from one place on match the pattern from one place on? Each pair of places is worked out once. */
class Matching {
  private readonly known = new Map<string, boolean>();

  /** @param may For something that the words which expand may come to; else whatever they come to. */
  constructor(
    private readonly words: readonly ShellWord[],
    private readonly pattern: readonly string[],
    private readonly forbids: boolean,
    private readonly may: boolean,
  ) {}

  matches(at: number, place: number): boolean {
    const key = `${at} ${place}`;
    let is = this.known.get(key);
    if (is === undefined) {
      is = this.worked(at, place);
      this.known.set(key, is);
    }
    return is;
  }

  private worked(at: number, place: number): boolean {
    const word = this.words[at];
    const token = this.pattern[place];
    if (token === '...' && this.words.slice(at).every((one) => one !== undefined)) return true;
    if (token === '**' && this.matches(at, place + 1)) return true;
    if (!word) return token === undefined;
    if (word.expands) {
      // It may be no word or any number of them.
      if (this.may)
        return (
          this.pattern.some((_, i) => i >= place && this.matches(at + 1, i)) ||
          this.matches(at + 1, this.pattern.length)
        );
      return token === '**' && /^[^-]/.test(word.text) && this.matches(at + 1, place);
    }
    if (token === undefined) return false;
    const takes = at === 0 ? this.isProgram(token, word.text) : wordTakes(token, word.text);
    if (takes && this.matches(at + 1, token === '**' ? place : place + 1)) return true;
    return this.forbids && at > 0 && place > 0 && this.withoutOption(at, place);
  }

  /** An option of the program's own between the words of the pattern, with its value where it takes one. */
  private withoutOption(at: number, place: number): boolean {
    const { text } = this.words[at] as ShellWord;
    if (!text.startsWith('-') || text === '-') return false;
    const program = programName((this.words[0] as ShellWord).text);
    const own = Object.hasOwn(OWN_OPTIONS, program) ? OWN_OPTIONS[program] : undefined;
    const flags = own?.flags.split(' ') ?? [];
    const values = own?.values.split(' ') ?? [];
    const name = text.split('=')[0] as string;
    const isAlone = flags.includes(text) || (name !== text && (values.includes(name) || flags.includes(name)));
    const alone = () => this.matches(at + 1, place);
    if (isAlone) return alone();
    if (values.includes(text)) return this.afterValue(at + 1, place);
    return this.may && (alone() || this.afterValue(at + 1, place));
  }

  private afterValue(at: number, place: number): boolean {
    const value = this.words[at];
    if (!value) return false;
    if (this.matches(at + 1, place)) return true;
    // A value that expands may bring further words.
    return value.expands && this.may && this.matches(at, place);
  }

  private isProgram(token: string, program: string): boolean {
    if (this.forbids) return wordTakes(/^\*\*?$/.test(token) ? token : programName(token), programName(program));
    return (token.includes('/') || !program.includes('/')) && wordTakes(token, program);
  }
}

function wordTakes(token: string, word: string): boolean {
  return token === '*' || token === '**' ? !word.startsWith('-') : wordIsLike(token, word);
}

/** `*` any run without `/`, `?` one character but `/`; neither begins with `-` nor is a `..`. */
function wordIsLike(pattern: string, word: string): boolean {
  if (/^[*?]/.test(pattern) && word.startsWith('-')) return false;
  const [globs, segments] = [pattern.split('/'), word.split('/')];
  if (globs.length !== segments.length) return false;
  return globs.every((glob, i) => {
    const segment = segments[i] as string;
    if (glob === segment) return true;
    if (segment === '..' || !/[*?]/.test(glob)) return false;
    const parts = [...glob].map((c) =>
      c === '*' ? '[^]*' : c === '?' ? '[^]' : c.replace(/[\\^$.|+()[\]{}]/, '\\$&'),
    );
    return new RegExp(`^${parts.join('').replace(/(\[\^\]\*)+/g, '[^]*')}$`).test(segment);
  });
}

function flagTruth(words: readonly ShellWord[], flags: readonly string[]): Truth {
  return or(
    words.slice(1).map(({ text, expands }) => {
      if (flags.some((flag) => isFlag(flag, text))) return 'true';
      // Some programs take an abbreviation of one or two letters.
      const name = text.split('=')[0] as string;
      const isShortened = /^--..?$/.test(name) && flags.some((flag) => flag.startsWith(name));
      return (expands && !/^[^-]/.test(text)) || (!expands && isShortened) ? 'unknown' : 'false';
    }),
  );
}

function isFlag(flag: string, text: string): boolean {
  if (text === flag || text.startsWith(`${flag}=`)) return true;
  const isShort = /^-[^-]$/.test(flag);
  if (isShort) return /^-[^-]/.test(text) && text.slice(1).includes(flag.slice(1));
  const given = text.split('=')[0] as string;
  return flag.startsWith('--') && given.length >= '--abc'.length && flag.startsWith(given);
}
