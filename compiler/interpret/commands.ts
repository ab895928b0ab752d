import { COMMAND_ARGUMENT_KEYS, COMMAND_KEYS, MAX_COMMAND, MAX_COMMANDS } from '../../runtime/data/command-names.js';
import type { Mapping } from '../../runtime/types.js';
import type { CommandValue, ShellCommand } from '../conditions/condition.js';
import { shellCommands, shellWords } from '../conditions/shell.js';
import { DEEPEST, findBySelector, foldKey, Looks } from './arguments.js';

/* The commands of a call (docs/language.md, Commands), each with all its readings. null: unknown. */

/** What makes up one command: the values that selectors find, or what stands beside one another. `null`: can't be read. */
interface Found {
  readonly parts: readonly unknown[] | null;
  /** By default no arguments are none. */
  readonly mayBeEmpty: boolean;
}

export function commandsOf(mapping: Mapping, args: unknown, windows: boolean): CommandValue[] {
  const found =
    mapping.commands === undefined
      ? byDefault(args, 0, new Looks())
      : mapping.commands.flatMap((one) => bySelector(args, one));
  const values: CommandValue[] = [];
  let isUnknown = found.length === 0 && mapping.commands === undefined && !mapping.noneIfAbsent;
  for (const { parts, mayBeEmpty } of found) {
    const words = parts?.flatMap((part, i) => wordsIn(part, mayBeEmpty && i > 0, 0)) ?? [null];
    if (
      words.includes(null) ||
      words.length === 0 ||
      words.join(' ').length > MAX_COMMAND ||
      values.length >= MAX_COMMANDS
    ) {
      isUnknown = true;
    } else
      values.push(
        readings(
          words as string[],
          (parts as unknown[]).some((part) => Array.isArray(part) && part.length > 0),
          mapping.shell,
          windows,
        ),
      );
  }
  return isUnknown ? [...values, null] : values;
}

function readings(
  words: readonly string[],
  isList: boolean,
  shell: boolean | undefined,
  windows: boolean,
): CommandValue {
  const text = shellCommands(words.join(' '), windows);
  if (shell === true || (!isList && shell === undefined)) return [text];
  if (!isList) return [asOne(shellWords(words[0] as string))];
  const plain = asOne(words);
  return shell === false ? [plain] : [plain, text];
}

function asOne(words: readonly string[] | null): readonly ShellCommand[] | null {
  if (words === null || words.length === 0) return null;
  return [{ words: words.map((text) => ({ text, expands: false })), assignments: [], redirects: false }];
}

function bySelector(args: unknown, selector: string | readonly string[]): Found[] {
  const parts = [selector].flat().map((one) => findBySelector(args, one));
  const value = (found: (typeof parts)[0][0]) => (typeof found === 'string' ? null : { part: found.value });
  if (typeof selector === 'string') {
    return parts.flat().map((found) => {
      const one = value(found);
      return { parts: one && [one.part], mayBeEmpty: false };
    });
  }
  const all = parts.flat().map(value);
  if (all.length === 0) return [];
  return [{ parts: all.includes(null) ? null : all.map((one) => one?.part), mayBeEmpty: false }];
}

function byDefault(node: unknown, depth: number, looks: Looks): Found[] {
  if (node === null || typeof node !== 'object') return [];
  if (depth > DEEPEST) return [{ parts: null, mayBeEmpty: true }];
  const entries = Object.entries(node);
  if (!looks.take(entries.length)) return [{ parts: null, mayBeEmpty: true }];
  if (Array.isArray(node)) return node.flatMap((item) => byDefault(item, depth + 1, looks));
  const beside = entries.filter(([key]) => COMMAND_ARGUMENT_KEYS.has(foldKey(key))).map(([, value]) => value);
  return entries.flatMap(([key, value]) =>
    COMMAND_KEYS.has(foldKey(key))
      ? [{ parts: [value, ...beside], mayBeEmpty: true }]
      : byDefault(value, depth + 1, looks),
  );
}

/** Scalars as they are spelled, arrays of these; null in the list for anything else. */
function wordsIn(value: unknown, mayBeEmpty: boolean, depth: number): (string | null)[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [JSON.stringify(value)];
  if (!Array.isArray(value) || depth > DEEPEST || (value.length === 0 && !mayBeEmpty)) return [null];
  return value.flatMap((item) => wordsIn(item, mayBeEmpty, depth + 1));
}
