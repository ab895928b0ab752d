import type { Syntax, SyntaxEntry } from '../parse/syntax.js';

/** Keys and indices from the root of a policy. */
export type SyntaxPath = readonly (string | number)[];

/** The tree with another node in this place; undefined: without it, and its key. */
export function edited(root: Syntax, path: SyntaxPath, change: (node: Syntax) => Syntax | undefined): Syntax {
  const [step, ...rest] = path;
  if (step === undefined) return change(root) ?? root;
  const inner = (node: Syntax): Syntax | undefined => (rest.length === 0 ? change(node) : edited(node, rest, change));
  if (root.kind === 'map')
    return {
      ...root,
      entries: root.entries.flatMap((entry): SyntaxEntry[] => {
        if (entry.key !== step) return [entry];
        const value = inner(entry.value);
        return value === undefined ? [] : [{ ...entry, value }];
      }),
    };
  if (root.kind === 'list')
    return { ...root, items: root.items.flatMap((item, i) => (i === step ? (inner(item) ?? []) : item)) };
  return root;
}

export function scalar(like: Syntax, value: string | number | boolean): Syntax {
  return { kind: 'scalar', place: like.place, value };
}

export function list(like: Syntax, items: readonly Syntax[]): Syntax {
  return { kind: 'list', place: like.place, items };
}

export function map(like: Syntax, members: Readonly<Record<string, Syntax>>): Syntax {
  return {
    kind: 'map',
    place: like.place,
    entries: Object.entries(members).map(([key, value]) => ({ key, keyPlace: like.place, value })),
  };
}
