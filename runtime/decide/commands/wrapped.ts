import { MAX_WRAPPED, RESERVED_WORDS, UNSEEN_BUILTINS } from '../../data/command-names.js';
import { RUNS_OTHERS, type RunsOthers, SHELLS, WRAPPERS, type Wrapper } from '../../data/programs.js';
import { isUnseen, parseShell, type SimpleCommand, type Word } from './shell-text.js';

/** What a command runs beside itself. @internal */
export interface Seen {
  /** Itself, and those that stand in it. */
  readonly commands: readonly SimpleCommand[];
  /** There is one that can't be seen. */
  readonly isUnknown: boolean;
}

/** The simple commands that a list of them comes to, those behind `sudo`, `sh -c` and their kin as well. */
export function everyCommand(commands: readonly SimpleCommand[], windows: boolean): Seen {
  const walk = new Walk(windows);
  for (const command of commands) walk.visit(command, 0);
  return walk;
}

class Walk implements Seen {
  readonly commands: SimpleCommand[] = [];
  isUnknown = false;

  constructor(private readonly windows: boolean) {}

  visit(command: SimpleCommand, depth: number): void {
    if (depth > MAX_WRAPPED || this.commands.length > MAX_SEEN) {
      this.isUnknown = true;
      return;
    }
    this.commands.push(command);
    const [program] = command.words;
    if (program === undefined) return;
    const name = baseName(program.text);
    if (Object.hasOwn(WRAPPERS, name)) this.behind(command.words, WRAPPERS[name] as Wrapper, name, depth);
    else if (SHELLS.has(name)) this.ofShell(command.words, depth);
  }

  private behind(words: readonly Word[], wrapper: Wrapper, name: string, depth: number): void {
    const start = commandStart(words, wrapper);
    if (start === undefined) {
      this.isUnknown = true;
      return;
    }
    const rest = words.slice(start);
    const [program] = rest;
    if (program === undefined) return;
    if (program.expands || UNSEEN_BUILTINS.has(program.text) || RESERVED_WORDS.has(program.text) || isUnseen(rest)) {
      this.isUnknown = true;
      return;
    }
    // What it reads is put behind its words.
    const own = name === 'xargs' ? [...rest, { text: '', expands: true }] : rest;
    this.visit({ words: own, assignments: [], redirects: false }, depth + 1);
  }

  private ofShell(words: readonly Word[], depth: number): void {
    const text = shellTextOf(words);
    if (text === null) return;
    const commands = text === undefined || text.expands ? undefined : parseShell(text.text, this.windows);
    if (commands === undefined) this.isUnknown = true;
    else for (const command of commands) this.visit(command, depth + 1);
  }
}

const MAX_SEEN = 4096;

/** Where the command of a wrapper begins; undefined: an option that no table knows. */
function commandStart(words: readonly Word[], wrapper: Wrapper): number | undefined {
  const flags = optionSet(wrapper.flags);
  const values = optionSet(wrapper.values);
  let at = 1;
  let isOver = false;
  let operands = wrapper.operands;
  for (; at < words.length; at++) {
    const { text, expands } = words[at] as Word;
    if (expands) return undefined;
    if (!isOver && text === '--') {
      isOver = true;
    } else if (!isOver && (flags.has(text) || (wrapper.isNumeric && /^-[0-9]+$/.test(text)))) {
      // An option alone.
    } else if (!isOver && values.has(text)) {
      if (words[++at]?.expands) return undefined;
    } else if (!isOver && text.startsWith('-') && text.length > 1) {
      const taken = clusterOf(text, flags, values);
      if (taken === undefined) return undefined;
      if (taken === 2 && words[++at]?.expands) return undefined;
    } else if (wrapper.assignments && /^[A-Za-z_]\w*=/.test(text)) {
      // A variable of the command's.
    } else if (operands > 0) operands--;
    else break;
  }
  return at;
}

/** How many words an option takes that is written in another way; undefined: unknown. */
function clusterOf(text: string, flags: ReadonlySet<string>, values: ReadonlySet<string>): 1 | 2 | undefined {
  if (text.startsWith('--')) {
    const name = text.slice(0, text.indexOf('='));
    return text.includes('=') && (flags.has(name) || values.has(name)) ? 1 : undefined;
  }
  for (let i = 1; i < text.length; i++) {
    const option = `-${text[i]}`;
    if (values.has(option)) return i === text.length - 1 ? 2 : 1;
    if (!flags.has(option)) return undefined;
  }
  return 1;
}

const optionSets = new Map<string, ReadonlySet<string>>();

/** A list of options, as a set that is made once. */
export function optionSet(list: string): ReadonlySet<string> {
  let set = optionSets.get(list);
  if (set === undefined) {
    set = new Set(list.split(' ').filter((option) => option !== ''));
    optionSets.set(list, set);
  }
  return set;
}

/** The text behind `-c`; null: there is none; undefined: that can't be told. */
export function shellTextOf(words: readonly Word[]): Word | null | undefined {
  let isText = false;
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as Word;
    const { text } = word;
    if (!word.expands && /^[-+][A-Za-z]+$/.test(text)) {
      if (text.startsWith('-') && text.includes('c')) isText = true;
      // Each of these takes a word of its own.
      at += text.replace(/[^oO]/g, '').length;
    } else if (!word.expands && text === '--') return isText ? words[at + 1] : null;
    else if (!word.expands && /^--(?:rcfile|init-file)$/.test(text)) at++;
    else if (!word.expands && /^--(?:norc|noprofile|posix|login|verbose|restricted|noediting)$/.test(text)) continue;
    else if (word.expands || text.startsWith('-')) return isText || word.expands || text.length > 1 ? undefined : null;
    else return isText ? word : null;
  }
  return isText ? undefined : null;
}

/** The name of a program, without its folder. */
export function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

let byProgram: Map<string, RunsOthers[]> | undefined;

/** Does a command run others that nobody sees? */
export function runsOthers({ words }: SimpleCommand): boolean {
  if (words.length === 0) return false;
  if (byProgram === undefined) {
    byProgram = new Map();
    for (const entry of RUNS_OTHERS) {
      for (const program of entry.programs.split(' ')) {
        byProgram.set(program, [...(byProgram.get(program) ?? []), entry]);
      }
    }
  }
  const name = baseName((words[0] as Word).text);
  // What can be seen into is no such.
  if (SHELLS.has(name)) return shellTextOf(words) === null && readsInput(words);
  const entries = byProgram.get(name);
  return entries?.some((entry) => isOf(entry, words.slice(1))) ?? false;
}

/** A shell without `-c` and without a file to read. */
function readsInput(words: readonly Word[]): boolean {
  for (let at = 1; at < words.length; at++) {
    const { text, expands } = words[at] as Word;
    if (expands) return true;
    if (/^[-+][A-Za-z]+$/.test(text)) at += text.replace(/[^oO]/g, '').length;
    else if (text === '--rcfile' || text === '--init-file') at++;
    else if (!/^(?:-|\+$|\+[A-Za-z])/.test(text)) return INPUT.test(text);
  }
  return true;
}

const INPUT = /^\/(?:dev|proc\/self)\/(?:stdin|fd\/0)$/;

function isOf(
  { options, without, min, max, sub, prefix, contains, unless }: RunsOthers,
  words: readonly Word[],
): boolean {
  const may = words.some(({ expands }) => expands);
  const isOperand = ({ text, expands }: Word) => expands || !text.startsWith('-') || text === '-';
  const operands = words.filter(isOperand);
  if (
    options !== undefined &&
    !may &&
    !options.split(' ').some((option) => words.some((word) => isOption(word, option)))
  ) {
    return false;
  }
  // A letter means other things to other programs.
  if (
    without
      ?.split(' ')
      .some((option) => option.startsWith('--') && words.some((word) => !word.expands && isOption(word, option)))
  )
    return false;
  if (may) return true;
  if (min !== undefined && operands.length < min) return false;
  // An option before the first operand may have taken that for its value.
  const before = Math.max(0, words.findIndex(isOperand));
  const isInput = operands.some(({ text }) => text === '-' || INPUT.test(text));
  if (max !== undefined && !isInput && operands.length > max + before) return false;
  if (sub !== undefined && !sub.split('|').some((one) => hasWords(one, words, operands))) return false;
  if (prefix !== undefined && !operands.some(({ text }) => text.startsWith(prefix))) return false;
  if (contains !== undefined && !contains.split(' ').some((part) => words.some(({ text }) => text.includes(part))))
    return false;
  return unless === undefined || !scriptsOf(words, operands).every((script) => new RegExp(unless).test(script));
}

/** Are all the words there? */
function hasWords(list: string, words: readonly Word[], operands: readonly Word[]): boolean {
  return list
    .split(' ')
    .every((one) =>
      one.startsWith('-') && one !== '-'
        ? words.some((word) => isOption(word, one))
        : operands.some(({ text }) => text === one),
    );
}

function isOption({ text }: Word, option: string): boolean {
  if (text === option || text.startsWith(`${option}=`)) return true;
  // Long options may be abbreviated.
  if (option.startsWith('--')) return text.length >= 5 && option.startsWith(text.replace(/=[\s\S]*$/, ''));
  return /^-[A-Za-z]$/.test(option) && /^-[^-]/.test(text) && text.includes(option[1] as string);
}

/** What a program such as sed is told: behind each `-e`, or else first. */
function scriptsOf(words: readonly Word[], operands: readonly Word[]): string[] {
  const given = words.flatMap(({ text }, i) => {
    if (text === '-e' || text === '--expression') return [words[i + 1]?.text ?? ''];
    return /^(?:-e|--expression=)/.test(text) ? [text.replace(/^(?:-e|--expression=)/, '')] : [];
  });
  return given.length > 0 ? given : [operands[0]?.text ?? ''];
}
