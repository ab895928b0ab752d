import { COMMAND_ARGUMENT_KEYS, COMMAND_KEYS, MAX_COMMAND, MAX_COMMANDS } from '../../data/command-names.js';
import { MAX_DEPTH, type Selector, select } from '../../text/selector.js';
import { parseShell, type SimpleCommand, splitWords } from '../commands/shell-text.js';
import { foldKey } from '../paths/path-key.js';
import type { Facts } from './facts.js';
import type { TextSelector } from './text-fact.js';
import { WalkBudget } from './walk-budget.js';

/** One way to understand a command; undefined: it can't be known. */
type CommandReading = readonly SimpleCommand[] | undefined;

/** The commands of one capability use: each value with all its readings. @internal */
export class CommandFact {
  readonly values: (readonly CommandReading[])[] = [];
  isUnknown = false;
  readonly windows: boolean;
  private readonly isShell: boolean | undefined;
  private readonly budget = new WalkBudget();

  constructor(f: Facts) {
    const { commands, isShell } = f.selectors;
    this.windows = f.isWindows;
    this.isShell = isShell;
    if (commands === undefined) this.walk(f.args, 0);
    else for (const selector of commands) this.named(f.args, selector);
    const isNothing = commands === undefined && this.values.length === 0 && !f.selectors.noneIfAbsent;
    if (isNothing || f.isOpen(commands === undefined)) this.isUnknown = true;
  }

  private named(args: unknown, selector: TextSelector): void {
    if ('tokens' in selector) {
      select(args, selector, { value: (value) => this.add([value], false), unknown: () => this.spoil() });
      return;
    }
    const parts: unknown[] = [];
    for (const part of selector as readonly Selector[]) {
      select(args, part, { value: (value) => parts.push(value), unknown: () => parts.push(undefined) });
    }
    if (parts.length > 0) this.add(parts, false);
  }

  private walk(node: unknown, depth: number): void {
    if (node === null || typeof node !== 'object') return;
    if (depth > MAX_DEPTH) {
      this.spoil();
      return;
    }
    const keys = Object.keys(node);
    if (!this.budget.take(keys.length)) {
      this.spoil();
      return;
    }
    const member = (key: string) => (node as Record<string, unknown>)[key];
    const isList = Array.isArray(node);
    const beside = isList ? [] : keys.filter((key) => COMMAND_ARGUMENT_KEYS.has(foldKey(key))).map(member);
    for (const key of keys) {
      if (!isList && COMMAND_KEYS.has(foldKey(key))) this.add([member(key), ...beside], true);
      else this.walk(member(key), depth + 1);
    }
  }

  private spoil(): void {
    this.isUnknown = true;
  }

  /** @param mayBeEmpty No arguments are none. */
  private add(parts: readonly unknown[], mayBeEmpty: boolean): void {
    const words: string[] = [];
    const isList = parts.some((part) => Array.isArray(part) && part.length > 0);
    if (!parts.every((part, i) => wordsOf(part, 0, words, mayBeEmpty && i > 0)) || words.length === 0) {
      this.spoil();
      return;
    }
    const text = words.join(' ');
    if (text.length > MAX_COMMAND || this.values.length >= MAX_COMMANDS) this.spoil();
    else this.values.push(this.readings(words, text, isList));
  }

  private readings(words: readonly string[], text: string, isList: boolean): readonly CommandReading[] {
    const asText = () => someOf(parseShell(text, this.windows));
    const asWords = () => wordReading(words.map((word) => ({ text: word, expands: false })));
    if (this.isShell === true || (!isList && this.isShell === undefined)) return [asText()];
    if (!isList) return [wordReading(splitWords(text))];
    return this.isShell === false ? [asWords()] : [asWords(), asText()];
  }
}

function wordReading(words: SimpleCommand['words'] | undefined): CommandReading {
  return words && words.length > 0 ? [{ words, assignments: [], redirects: false }] : undefined;
}

function someOf(commands: readonly SimpleCommand[] | undefined): CommandReading {
  return commands && commands.length > 0 ? commands : undefined;
}

/** Adds the words of a scalar or of an array of these. @returns whether it is no more than that. */
function wordsOf(value: unknown, depth: number, words: string[], mayBeEmpty: boolean): boolean {
  if (typeof value === 'string') words.push(value);
  else if (typeof value === 'boolean') words.push(String(value));
  else if (typeof value === 'number') words.push(Number.isFinite(value) ? String(value) : 'null');
  else if (!Array.isArray(value) || depth > MAX_DEPTH || (value.length === 0 && !mayBeEmpty)) return false;
  else return value.every((item) => wordsOf(item, depth + 1, words, mayBeEmpty));
  return true;
}

/** The commands of a call, read when a condition first asks. */
export function commandFact(f: Facts): CommandFact {
  return f.once(COMMANDS, () => new CommandFact(f));
}

const COMMANDS = 1;
