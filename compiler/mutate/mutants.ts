import { DECISIONS, isDecision } from '../../runtime/decision.js';
import type { Decision } from '../../runtime/types.js';
import type { Place } from '../diagnostics/source.js';
import { entry, extentOf, type Syntax, type SyntaxEntry, type SyntaxMap } from '../parse/syntax.js';
import { inline } from '../parse/yaml-printer.js';
import { edited, list, map, type SyntaxPath, scalar } from './edit.js';
import { valueMutants } from './value-mutants.js';

/** One small change that an author could make by mistake. */
export interface Mutant {
  /** What was changed: `rule-left-out`, `section-moved`, … */
  readonly kind: string;
  /** The part of the policy, as it is called: `deny[0]`, `mark[1]`, `tools: write_file`. */
  readonly rule: string;
  readonly place: Place;
  /** The author's own text, and what stands there instead. */
  readonly before: string;
  readonly after: string;
  readonly root: Syntax;
}

/** Members of rules, marks and limits that say no condition. */
const NAMES: ReadonlySet<string> = new Set(
  'id description reason capability label clear by result of max per over whose action threshold'.split(' '),
);
const LEFT_OUT = '(left out)';

/** Every mutant of a policy's own file, in the order of its text. */
export function mutantsOf(root: Syntax): Mutant[] {
  if (root.kind !== 'map') return [];
  const found = root.entries.flatMap(({ key, value }) => {
    if (isDecision(key) && value.kind === 'list')
      return value.items.flatMap((item, i) => ruleMutants(root, key, item, i));
    if (key === 'mark' && value.kind === 'list') return value.items.flatMap((item, i) => markMutants(root, item, i));
    if (key === 'limits' && value.kind === 'list') return value.items.flatMap((item, i) => limitMutants(root, item, i));
    if ((key === 'tools' || key === 'methods') && value.kind === 'map')
      return value.entries.flatMap((one) => mappingMutants(root, key, one));
    return [];
  });
  // Two ways to the same change are one.
  const seen = new Set<string>();
  return found.filter(({ rule, before, after, place }) => {
    const key = JSON.stringify([rule, place.offset, before, after]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Makes mutants of one part of the policy. */
class Part {
  constructor(
    readonly root: Syntax,
    readonly path: SyntaxPath,
    readonly node: Syntax,
    private readonly name: string,
  ) {}

  /** @param at From this part on. */
  change(kind: string, at: SyntaxPath, node: Syntax, value: Syntax | undefined): Mutant {
    const after = value === undefined ? LEFT_OUT : inline(value);
    return {
      kind,
      rule: this.name,
      place: node.place,
      before: textOf(node),
      after,
      root: edited(this.root, [...this.path, ...at], () => value),
    };
  }

  /** Without a member, as a person sees it: key and value. */
  without(kind: string, member: SyntaxEntry): Mutant {
    const { key, keyPlace } = member;
    return {
      kind,
      rule: this.name,
      place: keyPlace,
      before: entryText(member),
      after: LEFT_OUT,
      root: edited(this.root, [...this.path, key], () => undefined),
    };
  }
}

function textOf(node: Syntax): string {
  const { start, end } = extentOf(node);
  return node.place.source.text.slice(start, end).trim();
}

/** Key and value, as they are written. */
function entryText({ keyPlace, value }: SyntaxEntry): string {
  return keyPlace.source.text.slice(keyPlace.offset, extentOf(value).end).trim();
}

function ruleMutants(root: Syntax, section: Decision, item: Syntax, index: number): Mutant[] {
  const name = idOf(item) ?? `${section}[${index}]`;
  const part = new Part(root, [section, index], item, name);
  const without = edited(root, [section, index], () => undefined);
  const left: Mutant = { ...part.change('rule-left-out', [], item, undefined), root: without };
  const at = DECISIONS.indexOf(section);
  const moved = [at - 1, at + 1].flatMap((other): Mutant[] => {
    const to = DECISIONS[other];
    if (to === undefined) return [];
    const target = entry(without, to);
    const root =
      target?.value.kind === 'list'
        ? edited(without, [to], (one) => list(one, [...(one.kind === 'list' ? one.items : []), item]))
        : {
            ...(without as SyntaxMap),
            entries: [...withoutKey(without, to), { key: to, keyPlace: item.place, value: list(item, [item]) }],
          };
    return [{ ...left, kind: 'section-moved', after: `${to}: ${inline(item)}`, root }];
  });
  return [left, ...moved, ...capabilityMutants(part), ...conditionMutants(part)];
}

function withoutKey(root: Syntax, key: string): readonly SyntaxEntry[] {
  return root.kind === 'map' ? root.entries.filter((one) => one.key !== key) : [];
}

function idOf(item: Syntax): string | undefined {
  const id = entry(item, 'id')?.value;
  return id?.kind === 'scalar' && typeof id.value === 'string' ? id.value : undefined;
}

/** One part of the capability less: `filesystem.write` as `filesystem`. */
function capabilityMutants(part: Part): Mutant[] {
  const isShort = part.node.kind === 'scalar';
  const node = isShort ? part.node : entry(part.node, 'capability')?.value;
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '*') return [];
  const parts = node.value.split('.');
  const wider = parts.length > 1 ? parts.slice(0, -1).join('.') : '*';
  return [part.change('capability-widened', isShort ? [] : ['capability'], node, scalar(node, wider))];
}

function conditionMutants(part: Part): Mutant[] {
  const { node } = part;
  if (node.kind !== 'map') return [];
  return node.entries.filter(({ key }) => !NAMES.has(key)).flatMap((one) => expressionMutants(part, [], node, one));
}

/** @param at Of the mapping, from the rule on. */
function expressionMutants(part: Part, at: SyntaxPath, owner: SyntaxMap, one: SyntaxEntry): Mutant[] {
  const { key, value } = one;
  const here = [...at, key];
  const others = owner.entries.filter((other) => other !== one);
  const replaced = (entries: readonly SyntaxEntry[]): Syntax => ({ ...owner, entries });
  const change = (kind: string, after: string, with_: Syntax): Mutant => ({
    ...part.change(kind, at, owner, with_),
    place: one.keyPlace,
    before: entryText(one),
    after,
  });
  const isAlone = others.filter((other) => !NAMES.has(other.key)).length === 0 && at.length > 0;
  const left = isAlone ? [] : [change('condition-left-out', LEFT_OUT, replaced(others))];
  if (key === 'any' || key === 'all') {
    const other = key === 'any' ? 'all' : 'any';
    const swapped = owner.entries.some((one_) => one_.key === other)
      ? []
      : [
          change(
            `${other}-for-${key}`,
            `${other}: ${inline(value)}`,
            replaced(owner.entries.map((member) => (member === one ? { ...one, key: other } : member))),
          ),
        ];
    const inner =
      value.kind === 'list'
        ? value.items.flatMap((item, i) => [
            ...(value.items.length > 1 ? [part.change('condition-left-out', [...here, i], item, undefined)] : []),
            ...(item.kind === 'map'
              ? item.entries.flatMap((member) => expressionMutants(part, [...here, i], item, member))
              : []),
          ])
        : [];
    return [...left, ...swapped, ...inner];
  }
  if (key === 'not' && value.kind === 'map') {
    const isFree = value.entries.every((inner) => !others.some((other) => other.key === inner.key));
    const negated = isFree ? [change('condition-negated', inline(value), replaced([...others, ...value.entries]))] : [];
    return [...left, ...negated, ...value.entries.flatMap((member) => expressionMutants(part, here, value, member))];
  }
  const hasNot = owner.entries.some((other) => other.key === 'not');
  const negated = hasNot
    ? []
    : [
        change(
          'condition-negated',
          `not: ${inline(map(value, { [key]: value }))}`,
          replaced(
            owner.entries.map((other) =>
              other === one ? { ...one, key: 'not', value: map(value, { [key]: value }) } : other,
            ),
          ),
        ),
      ];
  const values = valueMutants(key, value).map((one_) =>
    part.change(one_.kind, [...here, ...one_.at], one_.node, one_.value),
  );
  const relabelled = key === 'after' ? labelMutants(part, here, value) : [];
  return [...left, ...negated, ...values, ...relabelled];
}

/** Another label of the policy in the place of each that is named. */
function labelMutants(part: Part, at: SyntaxPath, value: Syntax): Mutant[] {
  if (value.kind === 'list') return value.items.flatMap((item, i) => labelMutants(part, [...at, i], item));
  if (value.kind === 'map') {
    const label = entry(value, 'label');
    return label ? labelMutants(part, [...at, 'label'], label.value) : [];
  }
  const other = labelsOf(part.root).find((one) => one !== value.value);
  return other === undefined ? [] : [part.change('label-changed', at, value, scalar(value, other))];
}

function markMutants(root: Syntax, item: Syntax, index: number): Mutant[] {
  const part = new Part(root, ['mark', index], item, idOf(item) ?? `mark[${index}]`);
  const labels = ['label', 'clear'].flatMap((key) => {
    const member = entry(item, key);
    return member ? labelMutants(part, [key], member.value) : [];
  });
  // Of each key by itself, or of all; whatever came back, or what must have.
  const without = ['by', 'result'].flatMap((key) => {
    const member = entry(item, key);
    return member ? [part.without(`${key}-left-out`, member)] : [];
  });
  return [
    part.change('mark-left-out', [], item, undefined),
    ...labels,
    ...without,
    ...capabilityMutants(part),
    ...conditionMutants(part),
  ];
}

function labelsOf(root: Syntax): string[] {
  const marks = entry(root, 'mark')?.value;
  if (marks?.kind !== 'list') return [];
  const labels = marks.items.flatMap((item) => {
    const label = entry(item, 'label')?.value;
    const all = label?.kind === 'list' ? label.items : label ? [label] : [];
    return all.flatMap((one) => (one.kind === 'scalar' && typeof one.value === 'string' ? [one.value] : []));
  });
  return [...new Set(labels)];
}

function limitMutants(root: Syntax, item: Syntax, index: number): Mutant[] {
  const part = new Part(root, ['limits', index], item, idOf(item) ?? `limits[${index}]`);
  const member = (key: string) => entry(item, key);
  const shifted = ['max', 'per'].flatMap((key) => {
    const value = member(key)?.value;
    return value
      ? valueMutants(key, value).map((one) => part.change('limit-changed', [key, ...one.at], one.node, one.value))
      : [];
  });
  const by = member('by');
  const over = member('over')?.value;
  const tightened: readonly string[] = ['deny', 'require_approval', 'warn'];
  const other = over?.kind === 'scalar' ? tightened.filter((one) => one !== over.value) : [];
  return [
    part.change('limit-left-out', [], item, undefined),
    ...shifted,
    ...(by ? [part.without('limit-changed', by)] : []),
    ...(over ? other.map((one) => part.change('limit-changed', ['over'], over, scalar(over, one))) : []),
    ...capabilityMutants(part),
    ...conditionMutants(part),
  ];
}

const SELECTORS = ['paths', 'text', 'amounts', 'urls', 'commands', 'sql', 'recipients'];

/** A demand left out, a selector, `tree`. */
function mappingMutants(root: Syntax, section: string, { key, value }: SyntaxEntry): Mutant[] {
  const part = new Part(root, [section, key], value, `${section}: ${key}`);
  const demands: (readonly [SyntaxPath, Syntax])[] =
    value.kind === 'list' ? value.items.map((item, i) => [[i], item] as const) : [[[], value]];
  return demands.flatMap(([at, demand]) => [
    ...(demands.length > 1 ? [part.change('demand-left-out', at, demand, undefined)] : []),
    ...(demand.kind === 'map'
      ? demand.entries.flatMap((member): Mutant[] => {
          if (member.key === 'tree')
            return [
              {
                ...part.without('tree-left-out', member),
                root: edited(root, [section, key, ...at, 'tree'], () => undefined),
              },
            ];
          if (!SELECTORS.includes(member.key) || member.value.kind !== 'list') return [];
          return member.value.items.map((item, i) =>
            part.change('selector-left-out', [...at, member.key, i], item, undefined),
          );
        })
      : []),
  ]);
}
