import type { Place } from '../diagnostics/source.js';

/**
 * What a policy file says, with a place for everything: the tree that both syntaxes (YAML and the DSL) parse to, and
 * that everything after reads.
 */
export type Syntax = SyntaxMap | SyntaxList | SyntaxScalar;

export interface SyntaxMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: readonly SyntaxEntry[];
}

export interface SyntaxEntry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Syntax;
}

export interface SyntaxList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Syntax[];
}

export interface SyntaxScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

/** The plain value, for schemas. A key `__proto__` stays an own key. */
export function toValue(syntax: Syntax): unknown {
  switch (syntax.kind) {
    case 'scalar':
      return syntax.value;
    case 'list':
      return syntax.items.map(toValue);
    case 'map':
      return Object.fromEntries(syntax.entries.map(({ key, value }) => [key, toValue(value)]));
  }
}

export function entry(syntax: Syntax | undefined, key: string): SyntaxEntry | undefined {
  return syntax?.kind === 'map' ? syntax.entries.find((candidate) => candidate.key === key) : undefined;
}

/** The node at a path of keys and indices; the nearest one above where the path leads nowhere. */
export function nodeAt(syntax: Syntax, path: readonly PropertyKey[]): Syntax {
  let node = syntax;
  for (const step of path) {
    const next =
      node.kind === 'map'
        ? entry(node, String(step))?.value
        : node.kind === 'list'
          ? node.items[Number(step)]
          : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

export function isNull(syntax: Syntax): boolean {
  return syntax.kind === 'scalar' && syntax.value === null;
}

/** How the value is called in messages. */
export function typeName(syntax: Syntax): string {
  if (syntax.kind === 'map') return 'a mapping';
  if (syntax.kind === 'list') return 'a list';
  if (syntax.value === null) return 'nothing';
  return typeof syntax.value === 'string'
    ? 'a string'
    : typeof syntax.value === 'number'
      ? 'a number'
      : 'true or false';
}

/** A stretch of a text. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The whole of a node: what the DSL makes of several words has only the place of the first. */
export function extentOf(node: Syntax): Extent {
  const own = { start: node.place.offset, end: node.place.end };
  if (node.kind === 'list') return node.items.map(extentOf).reduce(around, own);
  if (node.kind !== 'map') return own;
  return node.entries
    .flatMap(({ keyPlace, value }) => [{ start: keyPlace.offset, end: keyPlace.end }, extentOf(value)])
    .reduce(around, own);
}

/** Both, and what is between them. */
export function around(one: Extent, other: Extent): Extent {
  return { start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) };
}
