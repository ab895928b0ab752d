import { CATALOGUE } from '../../runtime/data/catalogue.js';
import { entry, type Syntax } from '../parse/syntax.js';
import type { PolicyText } from './policy-text.js';
import { scalarsOf } from './syntax-at.js';

/** A name in a policy, wherever it is written: of a label, or of a rule. */
export interface NameUse {
  readonly kind: 'label' | 'id';
  readonly name: string;
  readonly isDefinition: boolean;
  readonly start: number;
  readonly end: number;
}

/** Every use of a label or an id in a policy's text. */
export function namesIn(root: Syntax): NameUse[] {
  return [...pastsIn(root), ...valuesIn(root)];
}

/** A fixture's past by hand has labels, and ids of limits, for keys. */
function pastsIn(root: Syntax): NameUse[] {
  const cases = root.kind === 'map' ? entry(root, 'cases')?.value : undefined;
  if (cases?.kind !== 'list') return [];
  return [root, ...cases.items].flatMap((one) => {
    const past = entry(one, 'history')?.value;
    if (past?.kind !== 'map') return [];
    return past.entries.flatMap(({ key, keyPlace: { offset, end, source } }): NameUse[] => {
      const [start, stop] = withoutQuotes(source.text, offset, end);
      const use = { name: key, isDefinition: false, start, end: stop };
      return [
        { ...use, kind: 'label' },
        { ...use, kind: 'id' },
      ];
    });
  });
}

function valuesIn(root: Syntax): NameUse[] {
  return [...scalarsOf(root)].flatMap(({ path, node }): NameUse[] => {
    if (typeof node.value !== 'string') return [];
    const { offset, end, source } = node.place;
    const [start, stop] = withoutQuotes(source.text, offset, end);
    const use = { name: node.value, start, end: stop };
    const keys = path.filter((one) => typeof one === 'string');
    const last = keys.at(-1);
    if (keys[0] === 'cases') return last === 'rule' ? [{ ...use, kind: 'id', isDefinition: false }] : [];
    if (last === 'id') return [{ ...use, kind: 'id', isDefinition: true }];
    if (keys[0] === 'labels') return [{ ...use, kind: 'label', isDefinition: true }];
    if (last === 'label' || last === 'clear')
      return [{ ...use, kind: 'label', isDefinition: keys[0] === 'mark' && last === 'label' }];
    if (last === 'after') return [{ ...use, kind: 'label', isDefinition: false }];
    return [];
  });
}

/** Where a string stands without its quotes. */
function withoutQuotes(text: string, start: number, end: number): [number, number] {
  const isQuoted = /["']/.test(text[start] ?? '') && text[end - 1] === text[start] && end - start > 1;
  return isQuoted ? [start + 1, end - 1] : [start, end];
}

/** Tools by name, with what is known of them. */
export function toolNames(text: PolicyText): string[] {
  const own = text.policy?.layers.flatMap(({ tools }) => Object.keys(tools)) ?? [];
  const locked = text.snapshot?.tools.map(({ name }) => name);
  const known = locked ?? CATALOGUE.flatMap(({ names }) => names.split(' '));
  return [...new Set([...own, ...known])].sort();
}

/** Capabilities that something exercises. */
export function capabilityNames(text: PolicyText): string[] {
  const own =
    text.policy?.layers.flatMap(({ tools, methods }) =>
      [tools, methods].flatMap((table) => Object.values(table).flat()),
    ) ?? [];
  const catalogued = CATALOGUE.flatMap(({ uses }) => uses);
  const all = [...own, ...catalogued].map(({ capability }) => capability);
  return [...new Set(all.flatMap((one) => [one, one.split('.')[0] as string]))].sort();
}
