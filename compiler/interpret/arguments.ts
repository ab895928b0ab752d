import { IDENTIFIER_NAMES } from '../../runtime/data/identifier-names.js';
import { PATH_NAMES, PATH_WORDS, URI_NAMES } from '../../runtime/data/path-keys.js';
import type { Identifier } from '../conditions/condition.js';
import { foldCase } from './paths.js';

/**
 * Something found in the arguments, and the key it stood under; `unknown` where there is something we can't read;
 * `other case` where it stands under a name that differs only by case, which a server may read or not.
 */
export type FoundArgument = { readonly value: unknown; readonly key: string } | 'unknown' | 'other case';

/** Nesting beyond this is unknown. */
export const DEEPEST = 128;

/** What a selector finds (docs/language.md, Tools and methods). Finding nothing is unknown, unless the selector is optional. */
export function findBySelector(args: unknown, selector: string): FoundArgument[] {
  const optional = selector.endsWith('?');
  const path = optional ? selector.slice(0, -1) : selector;
  const steps = path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'))
    : [path];
  return follow(args, steps, '', optional);
}

function follow(node: unknown, steps: readonly string[], key: string, forgiving: boolean): FoundArgument[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ value: node, key }];
  if (node === null || typeof node !== 'object') return ['unknown'];
  const members = Object.entries(node);
  if (step === '*') {
    if (members.length === 0) return ['unknown'];
    return members.flatMap(([name, member]) => follow(member, rest, Array.isArray(node) ? key : name, false));
  }
  const member = members.find(([name]) => name === step);
  if (!member) {
    if (!Array.isArray(node) && members.some(([name]) => sameButForCase(name, step))) return ['other case'];
    return forgiving ? [] : ['unknown'];
  }
  return follow(member[1], rest, Array.isArray(node) ? key : step, forgiving);
}

function sameButForCase(name: string, other: string): boolean {
  return name !== other && foldCase(name) === foldCase(other);
}

/** The strings that stand under the name of an identifier, at any depth, each with the way to it. */
export function findIdentifiers(node: unknown, name: string | null = null, way: readonly string[] = []): Identifier[] {
  if (typeof node === 'string') return name !== null && isIdentifierName(name) ? [{ value: node, way }] : [];
  if (node === null || typeof node !== 'object') return [];
  if (way.length > DEEPEST) return [{ value: null, way }];
  return Object.entries(node).flatMap(([key, value]) =>
    findIdentifiers(value, Array.isArray(node) ? name : key, [...way, key]),
  );
}

function isIdentifierName(name: string): boolean {
  return IDENTIFIER_NAMES.has(foldKey(name)) || IDENTIFIER_NAMES.has(lastWord(name));
}

/** How many members and elements a default still looks through: what comes after them is unknown. */
export class Looks {
  private left = 1 << 20;

  /** @returns whether there were so many left. */
  take(count: number): boolean {
    this.left -= count;
    return this.left >= 0;
  }
}

/** Which values a fact has where a mapping says nothing of it. */
export interface Default {
  /** It takes what stands under a name. */
  readonly isNamed: (key: string) => boolean;
  /** It takes a string wherever that stands. */
  readonly isLoose: (text: string) => boolean;
}

/** The values that a default finds, at any depth. */
export function findByDefault(
  node: unknown,
  which: Default,
  key = '',
  depth = 0,
  looks = new Looks(),
): FoundArgument[] {
  if (typeof node === 'string') return which.isLoose(node) ? [{ value: node, key }] : [];
  if (node === null || typeof node !== 'object') return [];
  if (depth > DEEPEST) return ['unknown'];
  if (Array.isArray(node)) {
    return looks.take(node.length)
      ? node.flatMap((item) => findByDefault(item, which, key, depth + 1, looks))
      : ['unknown'];
  }
  return Object.entries(node).flatMap(([name, value]): FoundArgument[] => {
    if (!looks.take(1)) return ['unknown'];
    return which.isNamed(name) ? [{ value, key: name }] : findByDefault(value, which, name, depth + 1, looks);
  });
}

/** The default paths: what stands under a path key, and URIs of files under any key. */
export const PATHS: Default = {
  isNamed: isPathKey,
  // `File: notes` is how text and headers have it.
  isLoose: (text) => isFileUri(text) && !/^[^:]*: /.test(text),
};

/** Does the text begin with `file:`, however its scheme is dressed up? */
export function isFileUri(text: string): boolean {
  return /^[\s\p{Cc}]*f[\s\p{Cc}]*i[\s\p{Cc}]*l[\s\p{Cc}]*e[\s\p{Cc}]*:/iu.test(text);
}

/**
 * The strings of a found value: itself, or an array's elements, nested ones too; null for anything else, and for an
 * empty array where it stands.
 */
export function stringsOf(value: unknown, depth = 0): (string | null)[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.length > 0 && depth <= DEEPEST)
    return value.flatMap((item) => stringsOf(item, depth + 1));
  return [null];
}

export function isPathKey(name: string): boolean {
  const whole = foldKey(name);
  return PATH_NAMES.has(whole) || PATH_WORDS.has(whole) || PATH_WORDS.has(lastWord(name));
}

/** The last camel, snake or kebab word of a name, in lower case. */
export function lastWord(name: string): string {
  const words = name.match(/[A-Z]{2,}s(?=$|[_-])|[A-Z]+(?![^A-Z_-])|[A-Z]?[^A-Z_-]+|[A-Z]+/g) ?? [];
  return (words.at(-1) ?? '').toLowerCase();
}

export function isUriName(name: string): boolean {
  return URI_NAMES.has(foldKey(name));
}

export function foldKey(name: string): string {
  return name.split(/[_-]/).join('').toLowerCase();
}
