import { around, type Extent, type Syntax, type SyntaxEntry } from '../parse/syntax.js';

/** What stands at a place of a policy, with the way to it. */
export interface SyntaxAt {
  /** Keys and indices from the root on. */
  readonly path: readonly (string | number)[];
  readonly node: Syntax;
  /** The key that the place is on, or whose value it is in. */
  readonly entry?: SyntaxEntry;
  readonly isKey: boolean;
}

/**
 * The innermost part of a policy around an offset of its text. In the DSL the rules of one section stand anywhere, so the
 * innermost is the shortest, not the last of a way down.
 */
export function syntaxAt(root: Syntax, offset: number): SyntaxAt {
  let found: SyntaxAt = { path: [], node: root, isKey: false };
  let length = Number.POSITIVE_INFINITY;
  const look = (at: SyntaxAt): Extent => {
    const { path, node } = at;
    let extent: Extent = { start: node.place.offset, end: node.place.end };
    const own: SyntaxAt[] = [];
    if (node.kind === 'list') {
      for (const [i, item] of node.items.entries())
        own.push({ path: [...path, i], node: item, isKey: false, ...(at.entry && { entry: at.entry }) });
    } else if (node.kind === 'map') {
      for (const entry of node.entries) {
        const inner = { path: [...path, entry.key], node: entry.value, entry };
        const key = { start: entry.keyPlace.offset, end: entry.keyPlace.end };
        extent = around(extent, key);
        consider({ ...inner, isKey: true }, key);
        own.push({ ...inner, isKey: false });
      }
    }
    for (const inner of own) extent = around(extent, look(inner));
    consider(at, extent);
    return extent;
  };
  // Of two that are as long, the one that is met first is the inner one.
  const consider = (at: SyntaxAt, { start, end }: Extent): void => {
    if (start > offset || offset > end || end - start >= length) return;
    found = at;
    length = end - start;
  };
  look(found);
  return found;
}

/** The entries of all sections that are lists: rules, marks, limits, promises, result rules. */
export function entriesOf(root: Syntax | undefined): Syntax[] {
  const sections = root?.kind === 'map' ? root.entries.map(({ value }) => value) : [];
  return sections.flatMap((section) => (section.kind === 'list' ? section.items : []));
}

/** Is an offset in it? */
export function isWithin({ start, end }: Extent, offset: number): boolean {
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
