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
    const what = meaningOf(path);
    if (!what) return [];
    const { offset, end, source } = node.place;
    const [start, stop] = withoutQuotes(source.text, offset, end);
    return [{ ...what, name: node.value, start, end: stop }];
  });
}

/** Sections whose entries have ids. */
const ENTRIES: ReadonlySet<unknown> = new Set(
  'deny require_approval warn allow rules mark limits prove results'.split(' '),
);

/** What a string at a path names: what a tool's arguments are called, and a fixture's calls, may be called so as well. */
function meaningOf(path: readonly (string | number)[]): Pick<NameUse, 'kind' | 'isDefinition'> | undefined {
  const [section, index, ...rest] = path;
  const label = (isDefinition: boolean) => ({ kind: 'label', isDefinition }) as const;
  if (section === 'labels' && path.length === 2) return label(true);
  if (typeof index !== 'number') return undefined;
  if (section === 'cases') {
    const isRule = rest.length === 2 && rest[0] === 'expect' && rest[1] === 'rule';
    return isRule ? { kind: 'id', isDefinition: false } : undefined;
  }
  if (!ENTRIES.has(section)) return undefined;
  if (rest.length === 1 && rest[0] === 'id') return { kind: 'id', isDefinition: true };
  const [first] = rest;
  if (section === 'mark' && (first === 'label' || first === 'clear')) return label(first === 'label');
  const inner = section === 'prove' && (first === 'never' || first === 'always') ? rest.slice(1) : rest;
  const condition = inner.findIndex((step) => typeof step === 'string' && !['any', 'all', 'not'].includes(step));
  const [asked, ...form] = inner.slice(condition);
  return asked === 'after' && form[0] !== 'within' && form[0] !== 'by' ? label(false) : undefined;
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
