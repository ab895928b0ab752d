import { COMMAND_ARGUMENT_NAMES, COMMAND_NAMES } from '../../data/text-keys.js';
import { plainText } from '../../text/plain-text.js';
import { MAX_DEPTH, type Selector, select } from '../../text/selector.js';
import { foldKey } from '../paths/path-key.js';
import { WalkBudget } from './walk-budget.js';

/** How text is gathered: for allow and warn rules; for deny and approval rules; for those under `not`. */
export type TextMode = 'permit' | 'forbid' | 'forbidNot';

/** Finds something in texts: the same one for all conditions of a policy. @internal */
export interface TextFinder {
  found(text: string): ReadonlySet<number>;
}

/** A bracketed group of selectors is one value. */
export type TextSelector = Selector | readonly Selector[];

/** The texts of one capability use. @internal */
export class TextFact {
  readonly values: string[] = [];
  /** Something that should hold text can't be read. */
  isUnknown = false;
  private readonly folded: string[] = [];

  /** @param selectors undefined: the default. @param otherText Strings that no selector reads count too. */
  constructor(
    args: unknown,
    selectors: readonly TextSelector[] | undefined,
    otherText: boolean,
    private readonly mode: TextMode,
  ) {
    if (selectors === undefined) {
      this.walk(args, 0, mode === 'forbid');
      return;
    }
    for (const selector of selectors) {
      if ('tokens' in selector) this.named(args, selector);
      else this.group(args, selector);
    }
    if (otherText && args !== null && typeof args === 'object') {
      const read = new Set(selectors.flat().map((selector) => (selector as Selector).tokens[0]));
      for (const [key, value] of Object.entries(args)) if (!read.has(key)) this.walk(value, 1, false);
    }
  }

  /** A value as `contains` reads it; worked out once for all conditions. */
  plain(index: number): string {
    this.folded[index] ??= plainText(this.values[index] as string);
    return this.folded[index];
  }

  /** What detectors find in a value; worked out once for all conditions. */
  found(index: number, finder: TextFinder): ReadonlySet<number> {
    this.finds[index] ??= finder.found(this.values[index] as string);
    return this.finds[index];
  }

  private readonly finds: ReadonlySet<number>[] = [];

  private named(args: unknown, selector: Selector): void {
    select(args, selector, {
      value: (value) => {
        if (!this.add(value)) this.isUnknown = true;
      },
      unknown: () => {
        this.isUnknown = true;
      },
    });
  }

  private group(args: unknown, selectors: readonly Selector[]): void {
    const parts: string[] = [];
    let isWhole = true;
    for (const selector of selectors) {
      select(args, selector, {
        value: (value) => {
          const text = joinedText(value, 0, true);
          if (text === undefined) isWhole = false;
          else parts.push(text);
          if (this.mode !== 'permit') this.add(value);
        },
        unknown: () => {
          isWhole = false;
        },
      });
    }
    if (!isWhole) this.isUnknown = true;
    else if (parts.length > 0) this.values.push(parts.join(' '));
  }

  /** A scalar, or an array of them as one text; in forbidding rules its elements too. @returns whether it could be read. */
  private add(value: unknown): boolean {
    const text = joinedText(value, 0, true);
    if (text !== undefined) this.values.push(text);
    if (this.mode !== 'permit' && Array.isArray(value)) this.elements(value, 0);
    return text !== undefined;
  }

  private elements(array: readonly unknown[], depth: number): void {
    if (depth > MAX_DEPTH) return;
    for (const item of array) {
      if (Array.isArray(item)) this.elements(item, depth + 1);
      else {
        const text = joinedText(item, 0);
        if (text !== undefined) this.values.push(text);
      }
    }
  }

  /** @param all Numbers, booleans and keys count as well as strings. */
  private walk(node: unknown, depth: number, all: boolean): void {
    if (typeof node === 'string') this.values.push(node);
    else if (typeof node === 'number' || typeof node === 'boolean') {
      if (all) this.values.push(joinedText(node, 0) as string);
    } else if (node === null || typeof node !== 'object') return;
    else if (depth > MAX_DEPTH) this.isUnknown = true;
    else if (Array.isArray(node)) this.walkArray(node, depth, all);
    else this.walkObject(node as Record<string, unknown>, depth, all);
  }

  private walkArray(array: readonly unknown[], depth: number, all: boolean): void {
    if (!this.budget.take(array.length)) {
      this.isUnknown = true;
      return;
    }
    const joined = array.length > 0 && this.isPlain(array, depth) ? joinedText(array, 0) : undefined;
    if (joined === undefined) {
      for (const item of array) this.walk(item, depth + 1, all);
      return;
    }
    this.values.push(joined);
    // It stands for the arrays within it as well: each text is joined once.
    if (this.mode !== 'permit') this.walkElements(array, all);
  }

  private walkElements(array: readonly unknown[], all: boolean): void {
    for (const item of array) {
      if (Array.isArray(item)) {
        if (this.budget.take(item.length)) this.walkElements(item, all);
        else this.isUnknown = true;
      } else if (typeof item === 'string') this.values.push(item);
      else if (all) this.values.push(spelled(item as number | boolean));
    }
  }

  /** Does an array hold nothing but scalars, and arrays of these? Found out once for each. */
  private isPlain(array: readonly unknown[], depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    let is = this.plainArrays.get(array);
    if (is === undefined) {
      is = array.every((item) =>
        Array.isArray(item)
          ? this.isPlain(item, depth + 1)
          : typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean',
      );
      this.plainArrays.set(array, is);
    }
    return is;
  }

  private readonly budget = new WalkBudget();
  private readonly plainArrays = new Map<readonly unknown[], boolean>();

  private walkObject(object: Record<string, unknown>, depth: number, all: boolean): void {
    const keys = Object.keys(object);
    if (!this.budget.take(keys.length)) {
      this.isUnknown = true;
      return;
    }
    const isCommand = (key: string) => COMMAND_NAMES.has(foldKey(key));
    const isArgument = (key: string) => COMMAND_ARGUMENT_NAMES.has(foldKey(key));
    const line = [...keys.filter(isCommand), ...keys.filter(isArgument)];
    const parts = line.map((key) => joinedText(object[key], 0));
    const isLine = keys.some(isCommand) && keys.some(isArgument) && !parts.includes(undefined);
    if (isLine) this.values.push(parts.join(' '));
    for (const key of keys) {
      if (all) this.values.push(key);
      if (isLine && this.mode === 'permit' && line.includes(key)) continue;
      this.walk(object[key], depth + 1, all);
    }
  }
}

/**
 * Strings as they are, numbers and booleans as JSON spells them, arrays of these joined by a space; else undefined.
 *
 * @param whole An empty array within is something that can't be read; else it is passed over.
 */
function joinedText(value: unknown, depth: number, whole = false): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return spelled(value);
  const parts: string[] = [];
  return Array.isArray(value) && flatten(value, depth, parts, whole) && parts.length > 0 ? parts.join(' ') : undefined;
}

/** As JSON spells it. */
function spelled(value: number | boolean): string {
  return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : 'null';
}

/** Adds the texts of an array's scalars, nested ones too. @returns whether it holds nothing else. */
function flatten(array: readonly unknown[], depth: number, parts: string[], whole: boolean): boolean {
  if (depth > MAX_DEPTH || (whole && array.length === 0)) return false;
  return array.every((item) => {
    if (Array.isArray(item)) return flatten(item, depth + 1, parts, whole);
    const text = joinedText(item, depth);
    if (text !== undefined) parts.push(text);
    return text !== undefined;
  });
}
