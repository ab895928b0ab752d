import { PATH_NAMES, PATH_WORDS, URI_NAMES } from '../../runtime/data/path-keys.js';

/** Something found in the arguments, and the key it stood under; `unknown` where there is something we can't read. */
export type Found = { readonly value: unknown; readonly key: string } | 'unknown';

/** Nesting beyond this is unknown. */
export const DEEPEST = 128;

/** What a selector finds (language.md section 4). Finding nothing is unknown, unless the selector is optional. */
export function findBySelector(args: unknown, selector: string): Found[] {
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

function follow(node: unknown, steps: readonly string[], key: string, forgiving: boolean): Found[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ value: node, key }];
  if (node === null || typeof node !== 'object') return ['unknown'];
  const members = Object.entries(node);
  if (step === '*') {
    if (members.length === 0) return ['unknown'];
    return members.flatMap(([name, member]) => follow(member, rest, Array.isArray(node) ? key : name, false));
  }
  const member = members.find(([name]) => name === step);
  if (!member) return forgiving ? [] : ['unknown'];
  return follow(member[1], rest, Array.isArray(node) ? key : step, forgiving);
}

/** The default paths: what stands under a path key, at any depth. */
export function findPaths(node: unknown, depth = 0): Found[] {
  if (node === null || typeof node !== 'object') return [];
  if (depth > DEEPEST) return ['unknown'];
  if (Array.isArray(node)) return node.flatMap((item) => findPaths(item, depth + 1));
  return Object.entries(node).flatMap(([key, value]): Found[] =>
    isPathKey(key) ? [{ value, key }] : findPaths(value, depth + 1),
  );
}

/** The strings of a found value: itself, or an array's elements, nested ones too; null for anything else. */
export function stringsOf(value: unknown, depth = 0): (string | null)[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && depth <= DEEPEST) return value.flatMap((item) => stringsOf(item, depth + 1));
  return [null];
}

export function isPathKey(name: string): boolean {
  const whole = foldKey(name);
  const words = name.match(/[A-Z]{2,}s(?=$|[_-])|[A-Z]+(?![^A-Z_-])|[A-Z]?[^A-Z_-]+|[A-Z]+/g) ?? [];
  return PATH_NAMES.has(whole) || PATH_WORDS.has(whole) || PATH_WORDS.has((words.at(-1) ?? '').toLowerCase());
}

export function isUriName(name: string): boolean {
  return URI_NAMES.has(foldKey(name));
}

export function foldKey(name: string): string {
  return name.split(/[_-]/).join('').toLowerCase();
}
