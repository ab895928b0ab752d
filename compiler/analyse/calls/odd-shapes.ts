import { findBySelector } from '../../interpret/arguments.js';
import { atomsOf } from '../../ir/atoms.js';
import type { Rule } from '../../ir/policy.js';
import type { Witness } from './call.js';
import { argumentsWith } from './selector.js';
import type { CallKind } from './shapes.js';

/** What may stand where a selector looks, around one value: every kind of thing that JSON can say there. */
const SHAPES: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  () => null,
  () => true,
  () => 7,
  () => '',
  () => [],
  () => ({}),
  (value) => [value],
  (value) => [value, []],
  (value) => [[], value],
  (value) => [[value], [[]]],
  () => [[]],
  (value) => [value, null],
  (value) => [value, { inner: value }],
  (value) => [value, 7, value],
  (value) => ({ inner: value }),
];

/** Names of arguments where a mapping says nothing. */
const DEFAULTS = { path: 'path', amount: 'amount', text: 'text' } as const;

/**
 * Calls with every shape of value under every selector that the rules and the mapping read, and under the same names in
 * another case. Analysis takes facts for sets of values and never asks how they are found: this does.
 */
export function* oddShapes(rules: readonly Rule[], kind: CallKind, base: Witness): Iterable<Witness> {
  const { mapping } = kind;
  const facts = new Set(rules.flatMap((rule) => atomsOf(rule.when).map(({ atom }) => atom.key)));
  const asks = (...keys: string[]) => [...facts].some((fact) => keys.some((key) => fact.startsWith(key)));
  const selectors = new Set<string>();
  const add = (more: readonly string[]): void => {
    for (const selector of more) selectors.add(selector.replace(/\?$/, ''));
  };
  if (asks('path_')) add(mapping.paths ?? [DEFAULTS.path]);
  if (asks('amount_')) add(mapping.amounts ?? [DEFAULTS.amount]);
  if (asks('contains', 'match_')) add(mapping.text?.flat() ?? [DEFAULTS.text]);
  if (asks('table')) add(['table']);
  for (const { atom } of rules.flatMap((rule) => atomsOf(rule.when))) {
    if (atom.key === 'args') add([(atom.data as { readonly selector: string }).selector]);
  }
  for (const selector of [...selectors].slice(0, MAX_SELECTORS)) {
    const [found] = findBySelector(base.args, selector);
    const value = typeof found === 'object' ? found.value : 'x';
    const spelled = selector.startsWith('/') ? selector : `/${selector.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const others = spelled.replace(/[a-z]+$/i, (name) => swapCase(name));
    for (const shape of SHAPES) {
      yield { ...base, args: { ...base.args, ...argumentsWith({ [spelled]: shape(value) }) } };
    }
    const { [spelled.slice(1)]: _, ...without } = base.args;
    yield { ...base, args: without };
    if (others !== spelled) yield { ...base, args: { ...without, ...argumentsWith({ [others]: value }) } };
  }
}

const MAX_SELECTORS = 24;

function swapCase(name: string): string {
  const upper = name.toUpperCase();
  return upper === name ? name.toLowerCase() : upper;
}
