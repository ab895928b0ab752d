import type { Syntax, SyntaxEntry } from '../parse/syntax.js';

/** What stands at a place of a policy, with the way to it. */
export interface SyntaxAt {
  /** Keys and indices from the root on. */
  readonly path: readonly (string | number)[];
  readonly node: Syntax;
  /** The key that the place is on, or whose value it is in. */
  readonly entry?: SyntaxEntry;
  readonly isKey: boolean;
}

/** The innermost part of a policy around an offset of its text. */
export function syntaxAt(root: Syntax, offset: number): SyntaxAt {
  let found: SyntaxAt = { path: [], node: root, isKey: false };
  for (;;) {
    const next = step(found, offset);
    if (!next) return found;
    found = next;
    if (found.isKey) return found;
  }
}

function step({ path, node, entry }: SyntaxAt, offset: number): SyntaxAt | undefined {
  if (node.kind === 'list') {
    const index = node.items.findIndex(({ place }) => isIn(place, offset));
    const item = node.items[index];
    return item && { path: [...path, index], node: item, isKey: false, ...(entry && { entry }) };
  }
  if (node.kind !== 'map') return undefined;
  for (const one of node.entries) {
    const at = { path: [...path, one.key], node: one.value, entry: one };
    if (isIn(one.keyPlace, offset)) return { ...at, isKey: true };
    if (isIn(one.value.place, offset)) return { ...at, isKey: false };
  }
  return undefined;
}

function isIn({ offset: start, end }: { readonly offset: number; readonly end: number }, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** Every scalar with its path. */
export function* scalarsOf(
  node: Syntax,
  path: readonly (string | number)[] = [],
): Generator<{ readonly path: readonly (string | number)[]; readonly node: Syntax & { readonly kind: 'scalar' } }> {
  if (node.kind === 'scalar') yield { path, node };
  else if (node.kind === 'list') for (const [i, item] of node.items.entries()) yield* scalarsOf(item, [...path, i]);
  else for (const { key, value } of node.entries) yield* scalarsOf(value, [...path, key]);
}
