import { RESERVED_WORDS, UNSEEN_BUILTINS, UNSEEN_OPTIONS } from '../../data/command-names.js';

/** A word of a command. Where it expands, `text` is what is known of its beginning. @internal */
export interface Word {
  readonly text: string;
  readonly expands: boolean;
}

/** @internal */
export interface SimpleCommand {
  readonly words: readonly Word[];
  /** `NAME=value` before it. */
  readonly assignments: readonly Word[];
  /** It writes or reads a file other than /dev/null. */
  readonly redirects: boolean;
}

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const PLAIN_WINDOWS = /^[A-Za-z0-9_./:-]+(?: [A-Za-z0-9_./:-]+)*$/;

/** The simple commands of a shell text; undefined where shells may differ, or something runs that can't be seen. */
export function parseShell(text: string, windows: boolean): readonly SimpleCommand[] | undefined {
  if (CONTROL.test(text) || (windows && !PLAIN_WINDOWS.test(text))) return undefined;
  return new ShellParser(text).parse();
}

class ShellParser {
  private at = 0;
  private readonly commands: SimpleCommand[] = [];
  private words: Word[] = [];
  private assignments: Word[] = [];
  private redirects = false;
  /** What is known of the word so far. */
  private word = '';
  private isWord = false;
  private expands = false;
  private isQuoted = false;
  private isAssignment = false;
  private hasEquals = false;
  /** The next word is where a redirection leads. */
  private isTarget = false;
  /** After `&&`, `||` and `|` another command must come. */
  private needsCommand = false;

  constructor(private readonly text: string) {}

  parse(): readonly SimpleCommand[] | undefined {
    const { text } = this;
    while (this.at < text.length) if (!this.step(text.charCodeAt(this.at++))) return undefined;
    if (!this.endWord() || !this.endCommand(false) || this.needsCommand) return undefined;
    return this.commands;
  }

  private get next(): number {
    return this.text.charCodeAt(this.at);
  }

  /** @returns false where the whole is unknown. */
  private step(unit: number): boolean {
    switch (unit) {
      case 0x20:
      case 0x09:
        return this.endWord();
      case 0x0a:
        return this.endWord() && this.endCommand(false);
      case 0x3b: // ;
        return this.next !== 0x3b && this.next !== 0x26 && this.endWord() && this.endCommand(true);
      case 0x26: // &
        if (this.next === 0x3e) return false;
        return this.endWord() && this.endCommand(true) && this.continues(0x26);
      case 0x7c: // |
        if (this.next === 0x26) return false;
        if (!this.endWord() || !this.endCommand(true)) return false;
        if (this.next === 0x7c) this.at++;
        this.needsCommand = true;
        return true;
      case 0x28:
      case 0x29:
      case 0x60: // ( ) `
        return false;
      case 0x3c:
      case 0x3e: // < >
        return this.redirect(unit);
      case 0x23: // #
        if (this.isWord) return this.literal('#');
        this.at = this.indexOr('\n');
        return true;
      case 0x5c:
        return this.backslash();
      case 0x27:
        return this.singleQuoted();
      case 0x22:
        return this.doubleQuoted();
      case 0x24:
        return this.dollar(false);
      case 0x2a:
      case 0x3f:
      case 0x5b:
      case 0x7b: // * ? [ {
        return this.expand();
      case 0x7e: // ~
        return this.tilde();
      case 0x3d: // =
        return this.equals();
      default:
        return this.literal(this.text[this.at - 1] as string);
    }
  }

  private indexOr(end: string): number {
    const index = this.text.indexOf(end, this.at);
    return index < 0 ? this.text.length : index;
  }

  private literal(text: string): boolean {
    this.isWord = true;
    if (!this.expands) this.word += text;
    return true;
  }

  private expand(): boolean {
    this.isWord = true;
    this.expands = true;
    return true;
  }

  private tilde(): boolean {
    if (!this.isWord) {
      this.literal('~');
      return this.expand();
    }
    return this.word.endsWith('=') || this.word.endsWith(':') ? this.expand() : this.literal('~');
  }

  private equals(): boolean {
    if (!this.hasEquals && !this.isQuoted && !this.expands && !this.isTarget && this.words.length === 0) {
      // Only some shells append.
      if (/^[A-Za-z_]\w*\+$/.test(this.word)) return false;
      this.isAssignment = /^[A-Za-z_]\w*$/.test(this.word);
    }
    this.hasEquals = true;
    return this.literal('=');
  }

  private backslash(): boolean {
    if (this.at === this.text.length) return false;
    const character = this.text[this.at++] as string;
    if (character === '\n') return true;
    this.isQuoted = true;
    return this.literal(character);
  }

  private singleQuoted(): boolean {
    const end = this.text.indexOf("'", this.at);
    if (end < 0) return false;
    this.isQuoted = true;
    this.literal(this.text.slice(this.at, end));
    this.at = end + 1;
    return true;
  }

  private doubleQuoted(): boolean {
    const { text } = this;
    this.isQuoted = true;
    this.literal('');
    while (this.at < text.length) {
      const unit = text.charCodeAt(this.at++);
      if (unit === 0x22) return true;
      if (unit === 0x60) return false;
      if (unit === 0x24) {
        if (!this.dollar(true)) return false;
      } else if (unit !== 0x5c) this.literal(text[this.at - 1] as string);
      else {
        const escaped = text[this.at++];
        if (escaped === undefined) return false;
        if (escaped !== '\n') this.literal('$`"\\'.includes(escaped) ? escaped : `\\${escaped}`);
      }
    }
    return false;
  }

  private dollar(quoted: boolean): boolean {
    const { next } = this;
    // $( ${ $[
    if (next === 0x28 || next === 0x7b || next === 0x5b) return false;
    if (!quoted && (next === 0x27 || next === 0x22)) return false;
    // A name behind a line that goes on.
    if (next === 0x5c && this.text.charCodeAt(this.at + 1) === 0x0a) return false;
    PARAMETER.lastIndex = this.at;
    const parameter = PARAMETER.exec(this.text);
    if (!parameter) return this.literal('$');
    this.at += parameter[0].length;
    // It may be split wherever it stands: nothing of the word is certain.
    if (!quoted) this.word = '';
    return this.expand();
  }

  private redirect(unit: number): boolean {
    const isDescriptor = this.isWord && !this.isQuoted && !this.expands && /^[0-9]+$/.test(this.word);
    // Some shells take one digit only.
    if (isDescriptor && this.word.length > 1) return false;
    if (isDescriptor) this.clearWord();
    else if (!this.endWord()) return false;
    if (this.isTarget) return false;
    const { next } = this;
    if (next === 0x28) return false; // <( >(
    if (next === 0x26) return this.duplicate();
    if (unit === 0x3c) {
      if (next === 0x3c) return false; // <<
      if (next === 0x3e) this.at++;
    } else if (next === 0x3e || next === 0x7c) this.at++;
    this.isTarget = true;
    return true;
  }

  /** `2>&1`, `>&-`: between descriptors. */
  private duplicate(): boolean {
    DUPLICATE.lastIndex = this.at;
    const target = DUPLICATE.exec(this.text);
    if (!target) return false;
    this.at += target[0].length;
    this.isDuplicate = true;
    return true;
  }

  private isDuplicate = false;

  private clearWord(): void {
    this.word = '';
    this.isWord = false;
    this.expands = false;
    this.isQuoted = false;
    this.isAssignment = false;
    this.hasEquals = false;
  }

  private endWord(): boolean {
    if (!this.isWord) return true;
    const word: Word = { text: this.word, expands: this.expands };
    const { isQuoted, isAssignment } = this;
    this.clearWord();
    if (this.isTarget) {
      this.isTarget = false;
      if (word.expands || word.text !== '/dev/null') this.redirects = true;
      else this.isDuplicate = true;
    } else if (isAssignment) this.assignments.push(word);
    else {
      if (this.words.length === 0) {
        if (word.expands || UNSEEN_BUILTINS.has(word.text)) return false;
        if (!isQuoted && RESERVED_WORDS.has(word.text)) return false;
      }
      this.words.push(word);
    }
    return true;
  }

  /** @param needed There must be one: a separator stands behind it. */
  private endCommand(needed: boolean): boolean {
    if (this.isTarget) return false;
    const isEmpty = this.words.length === 0 && this.assignments.length === 0 && !this.redirects && !this.isDuplicate;
    if (isEmpty) return !needed;
    if (isUnseen(this.words)) return false;
    this.commands.push({ words: this.words, assignments: this.assignments, redirects: this.redirects });
    this.words = [];
    this.assignments = [];
    this.redirects = false;
    this.isDuplicate = false;
    this.needsCommand = false;
    return true;
  }

  /** `&` or `&&`. */
  private continues(unit: number): boolean {
    if (this.next === unit) {
      this.at++;
      this.needsCommand = true;
    }
    return true;
  }
}

const PARAMETER = /[A-Za-z_]\w*|[0-9@*#?$!-]/y;
const DUPLICATE = /&(?:[0-9]+|-)(?=[ \t\n;&|<>]|$)/y;

/** A builtin with an option that makes it run what can't be seen. */
export function isUnseen(words: readonly Word[]): boolean {
  const [program] = words;
  if (program === undefined || !Object.hasOwn(UNSEEN_OPTIONS, program.text)) return false;
  const options = (UNSEEN_OPTIONS[program.text] as string).split(' ');
  return words.some(({ text, expands }, i) => i > 0 && (expands || options.some((option) => text.startsWith(option))));
}

/** Words with quotes, nothing else: operators are words. undefined: a quote has no end. */
export function splitWords(text: string): readonly Word[] | undefined {
  if (CONTROL.test(text)) return undefined;
  const words: Word[] = [];
  const part = /([ \t\n]+)|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^ \t\n'"\\]+)/y;
  let word: string | undefined;
  while (part.lastIndex < text.length) {
    const found = part.exec(text);
    if (!found) return undefined;
    const [, space, single, double, escaped, plain] = found;
    if (space !== undefined) {
      if (word !== undefined) words.push({ text: word, expands: false });
      word = undefined;
    } else word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain);
  }
  if (word !== undefined) words.push({ text: word, expands: false });
  return words;
}
