import { COMMAND_ARGUMENT_NAMES, COMMAND_NAMES } from '../../runtime/data/text-keys.js';
import type { Mapping } from '../../runtime/types.js';
import type { Mode } from '../conditions/condition.js';
import { DEEPEST, findBySelector, foldKey, Looks } from './arguments.js';

/* The text of a call (docs/language.md, Tools and methods), gathered by the mapping's selectors or by default. null: unknown. */

type Texts = (string | null)[];

export function textsOf(mapping: Mapping, args: unknown, mode: Mode): Texts {
  if (mapping.text === undefined) return defaultTexts(args, mode, mode === 'forbid', 0, new Looks());
  const named = mapping.text.flatMap((selector) =>
    typeof selector === 'string' ? bySelector(args, selector, mode) : byGroup(args, selector, mode),
  );
  if (!mapping.otherText || args === null || typeof args !== 'object') return named;
  const read = mapping.text.flat().map((selector) => selector.replace(/\?$/, ''));
  const others = Object.entries(args).filter(([key]) => !read.includes(key));
  const looks = new Looks();
  return [...named, ...others.flatMap(([, value]) => defaultTexts(value, mode, false, 1, looks))];
}

function bySelector(args: unknown, selector: string, mode: Mode): Texts {
  return findBySelector(args, selector).flatMap((found) =>
    typeof found === 'string' ? [null] : valueTexts(found.value, mode),
  );
}

/** A bracketed group is one value; in deny and approval rules its parts count too. */
function byGroup(args: unknown, selectors: readonly string[], mode: Mode): Texts {
  const found = selectors.flatMap((selector) => findBySelector(args, selector));
  const whole = found.map((part) => (typeof part === 'string' ? null : spelledWhole(part.value)));
  const parts = found.flatMap((part) =>
    typeof part === 'string' || mode === 'permit' ? [] : valueTexts(part.value, mode),
  );
  if (whole.includes(null)) return [...parts, null];
  return whole.length > 0 ? [...parts, whole.join(' ')] : parts;
}

/** A scalar as it is, an array of scalars joined; in deny and approval rules its elements as well. */
function valueTexts(value: unknown, mode: Mode): Texts {
  const elements = Array.isArray(value) && mode !== 'permit' ? scalarsIn(value, 0).map(spelled) : [];
  return [...elements, spelledWhole(value)];
}

/** @param everything Numbers, booleans and keys count, not only strings. */
function defaultTexts(node: unknown, mode: Mode, everything: boolean, depth: number, looks: Looks): Texts {
  if (typeof node === 'string') return [node];
  if (typeof node === 'number' || typeof node === 'boolean') return everything ? [spelled(node)] : [];
  if (node === null || typeof node !== 'object') return [];
  if (depth > DEEPEST) return [null];
  if (Array.isArray(node)) {
    if (!looks.take(node.length)) return [null];
    const joined = isAllScalars(node, depth) ? spelled(node) : null;
    if (joined === null) return node.flatMap((item) => defaultTexts(item, mode, everything, depth + 1, looks));
    // It stands for the arrays within it as well.
    return mode === 'permit' ? [joined] : [joined, ...elementTexts(node, everything, looks)];
  }
  const entries = Object.entries(node);
  if (!looks.take(entries.length)) return [null];
  const line = commandLine(entries);
  const texts = entries.flatMap(([key, value]) => {
    const stoodFor = line !== null && mode === 'permit' && isLinePart(key);
    return [...(everything ? [key] : []), ...(stoodFor ? [] : defaultTexts(value, mode, everything, depth + 1, looks))];
  });
  return line === null ? texts : [line, ...texts];
}

/** The scalars of an array of these, nested ones too. */
function elementTexts(array: readonly unknown[], everything: boolean, looks: Looks): Texts {
  return array.flatMap((item): Texts => {
    if (Array.isArray(item)) return looks.take(item.length) ? elementTexts(item, everything, looks) : [null];
    return everything || typeof item === 'string' ? [spelled(item)] : [];
  });
}

/** What stands under a command key, joined with what stands under an arguments key beside it. */
function commandLine(entries: readonly (readonly [string, unknown])[]): string | null {
  const commands = entries.filter(([key]) => COMMAND_NAMES.has(foldKey(key)));
  const commandArguments = entries.filter(([key]) => COMMAND_ARGUMENT_NAMES.has(foldKey(key)));
  if (commands.length === 0 || commandArguments.length === 0) return null;
  const parts = [...commands, ...commandArguments].map(([, value]) => spelled(value));
  return parts.includes(null) ? null : parts.join(' ');
}

function isLinePart(key: string): boolean {
  return COMMAND_NAMES.has(foldKey(key)) || COMMAND_ARGUMENT_NAMES.has(foldKey(key));
}

/** One text for a scalar or an array of scalars, nested ones flattened; null where it is none, or empty. */
function spelled(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  if (!Array.isArray(value) || !isAllScalars(value, 0)) return null;
  const parts = scalarsIn(value, 0);
  return parts.length > 0 ? parts.map(spelled).join(' ') : null;
}

/** The same of what a selector finds, where an empty array is something that can't be read. */
function spelledWhole(value: unknown): string | null {
  return hasEmptyArray(value, 0) ? null : spelled(value);
}

function hasEmptyArray(value: unknown, depth: number): boolean {
  if (!Array.isArray(value) || depth > DEEPEST) return false;
  return value.length === 0 || value.some((item) => hasEmptyArray(item, depth + 1));
}

function isAllScalars(array: readonly unknown[], depth: number): boolean {
  if (depth > DEEPEST) return false;
  const is =
    allScalars.get(array) ??
    array.every((item) =>
      Array.isArray(item) ? isAllScalars(item, depth + 1) : ['string', 'number', 'boolean'].includes(typeof item),
    );
  allScalars.set(array, is);
  return is;
}

/** What was found out of an array of a call, which nobody changes while it is judged. */
const allScalars = new WeakMap<readonly unknown[], boolean>();

function scalarsIn(array: readonly unknown[], depth: number): unknown[] {
  if (depth > DEEPEST) return [];
  return array.flatMap((item) => {
    if (Array.isArray(item)) return scalarsIn(item, depth + 1);
    return ['string', 'number', 'boolean'].includes(typeof item) ? [item] : [];
  });
}
