import { MAX_WRAPPED, RESERVED_WORDS, UNSEEN_BUILTINS } from '../../runtime/data/command-names.js';
import { RUNS_OTHERS, SHELLS, WRAPPERS } from '../../runtime/data/programs.js';
import type { ShellCommand, ShellWord } from './condition.js';
import { isUnseenWith, shellCommands } from './shell.js';

/* What forbidding rules see in a command: what `sudo`, `sh -c` and their kin run. null: something that can't be seen. */

export function commandsWithin(command: ShellCommand, windows: boolean, depth = 0): (ShellCommand | null)[] {
  if (depth > MAX_WRAPPED) return [null];
  const [program] = command.words;
  if (!program) return [command];
  const name = programName(program.text);
  const inner = Object.hasOwn(WRAPPERS, name)
    ? wrapped(command.words, name)
    : SHELLS.has(name)
      ? shellCode(command.words, windows)
      : [];
  return [command, ...inner.flatMap((one) => (one === null ? [null] : commandsWithin(one, windows, depth + 1)))];
}

export function programName(program: string): string {
  return program.split('/').at(-1) as string;
}

function wrapped(words: readonly ShellWord[], name: string): (ShellCommand | null)[] {
  const { flags, values, operands, assignments, isNumeric } = WRAPPERS[name] as (typeof WRAPPERS)[string];
  const [flagList, valueList] = [flags.split(' '), values.split(' ')];
  const rest = words.slice(1);
  let left = operands;
  let areOptions = true;
  for (;;) {
    const [word, next] = rest;
    if (!word) return [];
    if (word.expands) return [null];
    const { text } = word;
    const isOption = areOptions && (flagList.includes(text) || (text.startsWith('-') && text.length > 1));
    if (isOption && text === '--') {
      areOptions = false;
      rest.shift();
    } else if (isOption) {
      const takes = optionLength(text, flagList, valueList, isNumeric ?? false);
      if (takes === null || (takes === 2 && next?.expands)) return [null];
      rest.splice(0, takes);
    } else if (assignments && /^[A-Za-z_]\w*=/.test(text)) rest.shift();
    else if (left > 0) {
      left--;
      rest.shift();
    } else break;
  }
  const { text } = rest[0] as ShellWord;
  if (UNSEEN_BUILTINS.has(text) || RESERVED_WORDS.has(text) || isUnseenWith(rest)) return [null];
  const more = name === 'xargs' ? [{ text: '', expands: true }] : [];
  return [{ words: [...rest, ...more], assignments: [], redirects: false }];
}

/** How many words an option takes; null: that is in no table. */
function optionLength(
  text: string,
  flags: readonly string[],
  values: readonly string[],
  isNumeric: boolean,
): 1 | 2 | null {
  if (flags.includes(text) || (isNumeric && /^-\d+$/.test(text))) return 1;
  if (values.includes(text)) return 2;
  if (text.startsWith('--')) {
    const name = text.includes('=') ? text.slice(0, text.indexOf('=')) : null;
    return name !== null && (flags.includes(name) || values.includes(name)) ? 1 : null;
  }
  const letters = text
    .slice(1)
    .split('')
    .map((letter) => `-${letter}`);
  const valued = letters.findIndex((letter) => values.includes(letter));
  const before = valued < 0 ? letters : letters.slice(0, valued);
  if (!before.every((letter) => flags.includes(letter))) return null;
  return valued === letters.length - 1 ? 2 : 1;
}

function shellCode(words: readonly ShellWord[], windows: boolean): (ShellCommand | null)[] {
  const code = codeWord(words);
  if (code === 'none') return [];
  const commands = code === 'unknown' || code.expands ? null : shellCommands(code.text, windows);
  return commands === null ? [null] : [...commands];
}

/** The word that a shell runs as code. */
function codeWord(words: readonly ShellWord[]): ShellWord | 'none' | 'unknown' {
  const rest = words.slice(1);
  let isCode = false;
  for (let word = rest.shift(); word; word = rest.shift()) {
    if (word.expands) return 'unknown';
    const { text } = word;
    if (/^[-+][A-Za-z]+$/.test(text)) {
      isCode ||= text.startsWith('-') && text.includes('c');
      // Each `o` takes a word of its own.
      rest.splice(0, [...text].filter((letter) => letter === 'o' || letter === 'O').length);
    } else if (text === '--') return isCode ? (rest[0] ?? 'unknown') : 'none';
    else if (text === '--rcfile' || text === '--init-file') rest.shift();
    else if (/^--(norc|noprofile|posix|login|verbose|restricted|noediting)$/.test(text)) continue;
    else if (text.startsWith('-')) return isCode || text !== '-' ? 'unknown' : 'none';
    else return isCode ? word : 'none';
  }
  return isCode ? 'unknown' : 'none';
}

/** Is it in the table of programs that run others which nobody sees? */
export function isRunner({ words }: ShellCommand): boolean {
  const [program, ...rest] = words;
  if (!program) return false;
  const name = programName(program.text);
  if (SHELLS.has(name)) return codeWord(words) === 'none' && readsInput(rest);
  return RUNS_OTHERS.filter(({ programs }) => programs.split(' ').includes(name)).some((entry) => {
    const expands = rest.some((word) => word.expands);
    const texts = rest.filter((word) => !word.expands).map(({ text }) => text);
    const has = (options: string | undefined) =>
      options?.split(' ').some((option) => texts.some((text) => isOption(text, option)));
    if (entry.options !== undefined && !expands && !has(entry.options)) return false;
    const long = entry.without
      ?.split(' ')
      .filter((option) => option.startsWith('--'))
      .join(' ');
    if (long && has(long)) return false;
    if (expands) return true;
    const operands = texts.filter((text) => text === '-' || !text.startsWith('-'));
    // An option before the first operand may have taken that for its value.
    const optionsFirst = Math.max(
      0,
      texts.findIndex((text) => text === '-' || !text.startsWith('-')),
    );
    const isThere = (part: string) => (/^-./.test(part) ? has(part) : operands.includes(part));
    const { min = 0, max = Number.POSITIVE_INFINITY, sub, prefix, contains, unless } = entry;
    return (
      operands.length >= min &&
      (operands.length <= max + optionsFirst || operands.some((operand) => operand === '-' || INPUT.test(operand))) &&
      (sub === undefined || sub.split('|').some((one) => one.split(' ').every((part) => isThere(part)))) &&
      (prefix === undefined || operands.some((operand) => operand.startsWith(prefix))) &&
      (contains === undefined || contains.split(' ').some((part) => texts.some((text) => text.includes(part)))) &&
      (unless === undefined || !scripts(texts, operands).every((script) => new RegExp(unless).test(script)))
    );
  });
}

/** Does a shell read its commands from its input? */
function readsInput(words: readonly ShellWord[]): boolean {
  const rest = [...words];
  for (let word = rest.shift(); word; word = rest.shift()) {
    const { text } = word;
    if (word.expands) return true;
    if (/^[-+][A-Za-z]+$/.test(text)) rest.splice(0, [...text].filter((letter) => 'oO'.includes(letter)).length);
    else if (text === '--rcfile' || text === '--init-file') rest.shift();
    else if (!/^(?:-|\+$|\+[A-Za-z])/.test(text)) return INPUT.test(text);
  }
  return true;
}

const INPUT = /^\/(dev|proc\/self)\/(stdin|fd\/0)$/;

function isOption(text: string, option: string): boolean {
  const isShortened = option.startsWith('--') && text.length >= 5 && option.startsWith(text.split('=')[0] as string);
  if (isShortened) return true;
  const isShort = /^-[A-Za-z]$/.test(option) && /^-[^-]/.test(text);
  return text === option || text.startsWith(`${option}=`) || (isShort && text.includes(option.slice(1)));
}

function scripts(texts: readonly string[], operands: readonly string[]): string[] {
  const given = texts.flatMap((text, i) => {
    if (text === '-e' || text === '--expression') return [texts[i + 1] ?? ''];
    const [, attached] = /^(?:-e|--expression=)(.*)$/s.exec(text) ?? [];
    return attached === undefined ? [] : [attached];
  });
  return given.length > 0 ? given : [operands[0] ?? ''];
}
