/** As many values of an argument are still listed one by one. */
const MAX_LISTED = 8;
/** A text that is longer is content, and no name of anything. */
const LONGEST_NAME = 200;
/** So many folders beside each other are one folder. */
const SIBLINGS = 3;
const LEAST_PREFIX = 4;

/** A prefix, and what was seen below it. */
export interface SeenPrefix {
  readonly prefix: string;
  readonly count: number;
  readonly sample: string;
}

/**
 * The folders that hold these paths: that of each file, and where three or more lie beside each other the one above them.
 * Never `/` itself, unless it was seen.
 *
 * @param paths Absolute and resolved, with `/`.
 */
export function foldersOf(paths: readonly string[]): SeenPrefix[] {
  const distinct = [...new Set(paths)];
  const isFolder = (path: string) => distinct.some((other) => other !== path && isUnder(other, path));
  let prefixes = new Set(distinct.map((path) => (isFolder(path) || parentOf(path) === '/' ? path : parentOf(path))));
  for (;;) {
    const outer = [...prefixes].filter(
      (path) => ![...prefixes].some((other) => other !== path && isUnder(path, other)),
    );
    const siblings = new Map<string, number>();
    for (const path of outer) siblings.set(parentOf(path), (siblings.get(parentOf(path)) ?? 0) + 1);
    const merged = outer.map((path) => {
      const parent = parentOf(path);
      return parent !== '/' && (siblings.get(parent) ?? 0) >= SIBLINGS ? parent : path;
    });
    const next = new Set(merged);
    if (next.size === prefixes.size && [...next].every((path) => prefixes.has(path))) break;
    prefixes = next;
  }
  return [...prefixes].sort().map((prefix) => {
    const below = distinct.filter((path) => isUnder(path, prefix));
    return { prefix, count: below.length, sample: below[0] as string };
  });
}

/** What all values of an argument have in common; undefined where that is nothing. */
export type SeenValues =
  | { readonly kind: 'in'; readonly values: readonly string[] }
  | { readonly kind: 'prefix'; readonly prefix: string; readonly count: number };

/** @param values One for each call. */
export function valuesOf(values: readonly unknown[]): SeenValues | undefined {
  if (!values.every((value): value is string => typeof value === 'string' && value.length <= LONGEST_NAME))
    return undefined;
  const distinct = [...new Set(values)].sort();
  if (distinct.length <= MAX_LISTED) return { kind: 'in', values: distinct };
  const [first = '', last = ''] = [distinct[0], distinct.at(-1)];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  // Up to where a word ends: `git sta` is no command.
  const prefix = first.slice(0, length).replace(/[^\s/:.=]*$/, '');
  return prefix.length >= LEAST_PREFIX ? { kind: 'prefix', prefix, count: distinct.length } : undefined;
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
