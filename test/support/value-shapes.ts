/*
 * What may stand where a selector looks: every shape of value, around one value of its own. Shared by the grid of the
 * properties, so that no shape is left to the luck of a generator.
 */

/** A named way to put a value into the arguments, or to leave it out. */
export interface Shape {
  readonly name: string;
  readonly of: (value: unknown) => unknown;
}

/** Stands for an argument that is not there. */
export const ABSENT = Symbol('absent');

export const SHAPES: readonly Shape[] = [
  { name: 'as it is', of: (value) => value },
  { name: 'absent', of: () => ABSENT },
  { name: 'null', of: () => null },
  { name: 'another type', of: (value) => (typeof value === 'number' ? 'no number' : 7) },
  { name: 'true', of: () => true },
  { name: 'object', of: (value) => ({ inner: value }) },
  { name: 'empty object', of: () => ({}) },
  { name: 'empty array', of: () => [] },
  { name: 'array of one', of: (value) => [value] },
  { name: 'array of two', of: (value) => [value, value] },
  { name: 'mixed with another type', of: (value) => [value, typeof value === 'number' ? 'no number' : 7] },
  { name: 'mixed with null', of: (value) => [value, null] },
  { name: 'mixed with an object', of: (value) => [value, { inner: value }] },
  { name: 'beside an empty array', of: (value) => [value, []] },
  { name: 'behind an empty array', of: (value) => [[], value] },
  { name: 'nested', of: (value) => [[value]] },
  { name: 'nested empty', of: () => [[]] },
  { name: 'nested, and empty beside', of: (value) => [[value], [[]]] },
  { name: 'nested null', of: (value) => [[value, [null]]] },
  { name: 'deep', of: (value) => nested(value, 8) },
  { name: 'deep empty', of: () => nested([], 8) },
  { name: 'array of objects', of: (value) => [{ inner: value }, {}] },
  { name: 'empty string', of: () => '' },
];

function nested(value: unknown, levels: number): unknown {
  return levels === 0 ? value : [nested(value, levels - 1)];
}

/** Where the value stands for a selector of each form: a name, a pointer, stars, optional ones. */
export const FORMS: readonly {
  readonly selector: string;
  readonly place: (value: unknown) => Record<string, unknown>;
}[] = [
  { selector: 'a', place: (value) => member('a', value) },
  { selector: 'a?', place: (value) => member('a', value) },
  { selector: '/a', place: (value) => member('a', value) },
  { selector: '/a/b', place: (value) => ({ a: member('b', value) }) },
  { selector: '/a/b?', place: (value) => ({ a: member('b', value) }) },
  { selector: '/a/*', place: (value) => member('a', value) },
  { selector: '/a/*?', place: (value) => member('a', value) },
  { selector: '/a/*', place: (value) => ({ a: [value === ABSENT ? {} : value, 'z'] }) },
  { selector: '/a/*/b', place: (value) => ({ a: [member('b', value), { b: 'z' }] }) },
  { selector: '/a/*/b?', place: (value) => ({ a: [member('b', value)] }) },
  { selector: '/a/*/*', place: (value) => ({ a: [value === ABSENT ? [] : [value]] }) },
  { selector: '/a/0', place: (value) => ({ a: value === ABSENT ? [] : [value] }) },
  { selector: '/*', place: (value) => member('a', value) },
];

function member(key: string, value: unknown): Record<string, unknown> {
  return value === ABSENT ? {} : { [key]: value };
}

/** The same arguments with a key in another case, and with both. */
export function otherCases(args: Record<string, unknown>): Record<string, unknown>[] {
  const renamed = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(renamed);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key.toUpperCase(), renamed(value)]));
  };
  const other = renamed(args) as Record<string, unknown>;
  return [other, { ...args, ...other }];
}
