import type { Syntax } from '../parse/syntax.js';
import { type SyntaxPath, scalar } from './edit.js';

/** A small change of a value, and what kind of mistake it is. */
export interface ValueMutant {
  readonly kind: string;
  /** Where it stands in the value, and what stands there now. */
  readonly at: SyntaxPath;
  readonly node: Syntax;
  /** undefined: it is left out. */
  readonly value: Syntax | undefined;
}

/** Conditions whose strings are folders. */
const PREFIXES: ReadonlySet<string> = new Set(['path_prefix', 'url_prefix']);

/** Every small change of a condition's value. @param key The condition. */
export function valueMutants(key: string, value: Syntax): ValueMutant[] {
  const below = (step: string | number, mutants: readonly ValueMutant[]) =>
    mutants.map((mutant) => ({ ...mutant, at: [step, ...mutant.at] }));
  const without = (kind: string, at: string | number, node: Syntax): ValueMutant => ({
    kind,
    at: [at],
    node,
    value: undefined,
  });
  if (value.kind === 'list')
    return value.items.flatMap((item, i) => [
      ...(value.items.length > 1 ? [without('word-left-out', i, item)] : []),
      ...below(i, valueMutants(key, item)),
    ]);
  if (value.kind === 'map')
    return value.entries.flatMap((entry) => [
      ...(value.entries.length > 1 ? [without('part-left-out', entry.key, entry.value)] : []),
      ...below(entry.key, valueMutants(key === 'args' ? '' : PREFIXES.has(key) ? key : entry.key, entry.value)),
    ]);
  const said = value.value;
  if (typeof said === 'boolean') return [{ kind: 'switched', at: [], node: value, value: scalar(value, !said) }];
  if (typeof said === 'number')
    return [said - 1, said + 1].map((one) => ({
      kind: 'bound-shifted',
      at: [],
      node: value,
      value: scalar(value, one),
    }));
  if (typeof said !== 'string') return [];
  const texts: (readonly [kind: string, text: string])[] = [
    ...durations(said),
    ...(PREFIXES.has(key) || (key !== '' && /^[~.]?\/[^*?]*$/.test(said)) ? prefixes(said) : []),
    ...stars(said),
  ];
  return texts.map(([kind, text]) => ({ kind, at: [], node: value, value: scalar(value, text) }));
}

/** One segment shorter, one longer. */
function prefixes(prefix: string): (readonly [string, string])[] {
  const trimmed = prefix.replace(/\/+$/, '');
  const above = trimmed.replace(/\/[^/]*$/, '');
  // What is above a folder at the top is everything.
  const shorter = above === '' ? '/' : above;
  return [
    ...(above !== trimmed && trimmed !== '' && above !== '~' && above !== '.'
      ? ([['prefix-shortened', shorter]] as const)
      : []),
    ['prefix-lengthened', `${trimmed}/x`],
  ];
}

/** A star less, one more, or at the other end. */
function stars(glob: string): (readonly [string, string])[] {
  if (!glob.includes('*') || glob === '*') return [];
  const ends = [
    glob.includes('**') ? glob.replace('**', '*') : undefined,
    glob.startsWith('*') && !glob.endsWith('*') ? `${glob.replace(/^\*+\/?/, '')}*` : undefined,
    glob.endsWith('*') && !glob.startsWith('*') ? `*${glob.replace(/\/?\*+$/, '')}` : undefined,
    glob.replace(/\*+\/?/, ''),
  ];
  return [...new Set(ends)]
    .filter((one) => one !== undefined && one !== '' && one !== glob)
    .map((one) => ['star-moved', one as string]);
}

function durations(text: string): (readonly [string, string])[] {
  const found = /^(\d{1,6})(s|m|h|d)$/.exec(text);
  if (!found) return [];
  const count = Number(found[1]);
  return [...(count > 1 ? [count - 1] : []), count + 1].map((one) => ['bound-shifted', `${one}${found[2]}`]);
}
