import { CATALOGUE } from '../../runtime/data/catalogue.js';
import type { Decision, Environment, Mapping } from '../../runtime/decide/types.js';
import { type Demand, methodDemands, toolDemands } from '../interpret/demands.js';
import { pathWorld } from '../interpret/interpret.js';
import { commonName, isGlob } from '../ir/globs.js';
import type { Policy, Rule } from '../ir/policy.js';
import { callOf, type Witness } from './call.js';
import type { Change, Judges, PolicyDiff } from './diff.js';
import { type AnalysedRule, analysedRule, RegionCache } from './formula.js';
import { isStricter, levelClasses } from './level.js';
import type { PathRegion } from './paths.js';
import { regionText } from './region_text.js';
import { Regions } from './regions.js';
import { type Shape, search } from './search.js';
import { type CallKind, presenceOf } from './shapes.js';
import { dimensionFor } from './space.js';

/*
 * Tools and methods that the two policies map otherwise. The same call then has other facts for each mapping, and a call
 * that does several things is decided by the strictest: both are told apart by naming each mapping's facts.
 */

/** A tool or method, and what it does under each policy; null: it is not judged. */
interface Remapped {
  readonly tool?: string;
  readonly method?: string;
  readonly before: readonly Demand[] | null;
  readonly after: readonly Demand[] | null;
}

/** One way a call comes to its verdict: by which rules of which mappings, and which do not match. */
interface Route {
  readonly decision: Decision;
  readonly rule: Rule | null;
  readonly capability: string;
  readonly matched: readonly AnalysedRule[];
  readonly unmatched: readonly AnalysedRule[];
}

/** More combinations of rules than this are not looked at. */
const MOST_ROUTES = 3000;

export function changedMappings(
  before: Policy,
  after: Policy,
  judges: Judges,
  environment: Environment,
): Pick<PolicyDiff, 'changes' | 'notAnalysed'> {
  const changes: Change[] = [];
  const notAnalysed: string[] = [];
  for (const remapped of remappedNames(before, after)) {
    const name = remapped.tool ?? remapped.method ?? '';
    const found = changesOf(remapped, before, after, judges, environment);
    if (found === 'budget') notAnalysed.push(`how the new mapping of ${name} changes its calls`);
    else changes.push(...found);
  }
  return { changes, notAnalysed };
}

function remappedNames(before: Policy, after: Policy): Remapped[] {
  const layers = [...before.layers, ...after.layers];
  const sample = (name: string) => (isGlob(name) ? (commonName(name, name) as string) : name);
  const catalogued = CATALOGUE.flatMap((row) => row.names.split(' '));
  const tools = new Set([...layers.flatMap((layer) => Object.keys(layer.tools).map(sample)), ...catalogued]);
  const methods = new Set(layers.flatMap((layer) => Object.keys(layer.methods).map(sample)));
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  // Tools that change alike are one change.
  const seen = new Set<string>();
  const remapped: Remapped[] = [];
  for (const tool of tools) {
    const one = { tool, before: toolDemands(before, tool), after: toolDemands(after, tool) };
    const key = JSON.stringify([one.before, one.after]);
    if (same(one.before, one.after) || seen.has(key)) continue;
    seen.add(key);
    remapped.push(one);
  }
  for (const method of methods) {
    const demands = (policy: Policy) => methodDemands(policy, method, {})?.demands ?? null;
    const one = { method, before: demands(before), after: demands(after) };
    if (!same(one.before, one.after)) remapped.push(one);
  }
  return remapped;
}

function changesOf(
  remapped: Remapped,
  before: Policy,
  after: Policy,
  judges: Judges,
  environment: Environment,
): Change[] | 'budget' {
  const kinds = new Map<string, CallKind>();
  const shape = shapeOf(kinds, before, environment);
  const changes = new Map<string, Change>();
  for (const level of levelClasses([before, after])) {
    const was = routes(before, remapped.before, remapped, level.decision, kinds, environment);
    const is = routes(after, remapped.after, remapped, level.decision, kinds, environment);
    if (was.length * is.length > MOST_ROUTES * MOST_ROUTES || was.length > MOST_ROUTES || is.length > MOST_ROUTES)
      return 'budget';
    for (const old of was) {
      for (const next of is) {
        const key = `${old.decision} ${next.decision} ${old.rule?.id} ${next.rule?.id}`;
        if (old.decision === next.decision || changes.has(key)) continue;
        const matched = [...old.matched, ...next.matched, ...(level.condition ? [level.condition] : [])];
        const answer = search({ matched, unmatched: [...old.unmatched, ...next.unmatched] }, shape);
        if (answer === 'none') continue;
        if (typeof answer === 'string') return 'budget';
        const witness = witnessOf(remapped, answer.assignment, kinds, next.capability || old.capability);
        const [a, b] = [judges.before.judge(witness), judges.after.judge(witness)];
        const proved = (a?.decision ?? 'allow') === old.decision && (b?.decision ?? 'allow') === next.decision;
        if (!proved) continue;
        const [ruleBefore, ruleAfter] = [a?.rule ?? null, b?.rule ?? null];
        changes.set(key, {
          from: old.decision,
          to: next.decision,
          capability: next.capability || old.capability,
          region: `${remapped.tool === undefined ? 'method' : 'tool'} ${remapped.tool ?? remapped.method}, ${regionText([ruleBefore, ruleAfter], [])}`,
          witness,
          before: ruleBefore,
          after: ruleAfter,
        });
      }
    }
  }
  return [...changes.values()];
}

/** Every way to a verdict: the strictest of what the mappings come to, the first of equals. */
function routes(
  policy: Policy,
  demands: readonly Demand[] | null,
  { tool }: Remapped,
  decide: (policy: Policy, rule: Rule | null) => Decision,
  kinds: Map<string, CallKind>,
  environment: Environment,
): Route[] {
  if (!demands) return [{ decision: 'allow', rule: null, capability: '', matched: [], unmatched: [] }];
  let combined: Route[] = [];
  demands.forEach(({ mapping, parts }, i) => {
    const own = ownRoutes(policy, mapping, parts, tool, decide, kinds, environment);
    combined =
      i === 0
        ? own
        : combined.flatMap((first) =>
            own.map((second): Route => {
              const deciding = isStricter(second.decision, first.decision) ? second : first;
              return {
                decision: deciding.decision,
                rule: deciding.rule,
                capability: deciding.capability,
                matched: [...first.matched, ...second.matched],
                unmatched: [...first.unmatched, ...second.unmatched],
              };
            }),
          );
    combined = combined.slice(0, MOST_ROUTES + 1);
  });
  return combined;
}

function ownRoutes(
  policy: Policy,
  mapping: Mapping,
  parts: Demand['parts'],
  tool: string | undefined,
  decide: (policy: Policy, rule: Rule | null) => Decision,
  kinds: Map<string, CallKind>,
  environment: Environment,
): Route[] {
  const { capability, ...rest } = mapping;
  const kind: CallKind = { tool, free: false, capability, mapping: rest, isWhole: true };
  const place = (dimension: string) => {
    const key = factOf(dimension, mapping);
    kinds.set(key, kind);
    return key;
  };
  const regions = new RegionCache(new Regions(pathWorld(policy, environment), mapping.tree ?? false));
  const rules = policy.rules
    .filter((rule) => rule.capability.parts.every((part, i) => part === '*' || part === parts[i]))
    .map((rule, i) => analysedRule(rule, i, regions, place));
  return [...rules, undefined].map((hit, i) => ({
    decision: decide(policy, hit?.rule ?? null),
    rule: hit?.rule ?? null,
    capability,
    matched: hit ? [hit] : [],
    unmatched: rules.slice(0, i),
  }));
}

const SEPARATOR = '\n';

/** The same selectors find the same values; what is not selected is the call's own. */
function factOf(dimension: string, mapping: Mapping): string {
  switch (dimension) {
    case 'path':
      return [dimension, JSON.stringify([mapping.paths, mapping.tree ?? false])].join(SEPARATOR);
    case 'text':
      return [dimension, JSON.stringify([mapping.text, mapping.otherText ?? false])].join(SEPARATOR);
    case 'amount':
      return [dimension, JSON.stringify(mapping.amounts)].join(SEPARATOR);
    case 'risk':
      return mapping.risk === undefined ? dimension : [dimension, mapping.risk].join(SEPARATOR);
    default:
      return dimension;
  }
}

function shapeOf(kinds: ReadonlyMap<string, CallKind>, policy: Policy, environment: Environment): Shape {
  const made = new Map<string, ReturnType<typeof dimensionFor>>();
  return {
    presence: (key) => presenceOf(kinds.get(key) ?? NO_KIND, plainKey(key)),
    dimension: (key) => {
      let dimension = made.get(key);
      if (!dimension) {
        const regions: readonly PathRegion[] = [];
        dimension = dimensionFor(plainKey(key), kinds.get(key) ?? NO_KIND, regions, pathWorld(policy, environment));
        made.set(key, dimension);
      }
      return dimension;
    },
  };
}

const NO_KIND: CallKind = { tool: undefined, free: false, capability: '', mapping: {}, isWhole: true };

function plainKey(key: string): string {
  return key.split(SEPARATOR)[0] as string;
}

/** The call with the values of all its mappings' facts. */
function witnessOf(
  { tool, method }: Remapped,
  assignment: ReadonlyMap<string, readonly { readonly value: unknown; readonly layer: number }[]>,
  kinds: ReadonlyMap<string, CallKind>,
  capability: string,
): Witness {
  let args: Record<string, unknown> = {};
  let context: Record<string, string> = {};
  for (const [key, slots] of assignment) {
    const kind = kinds.get(key) ?? NO_KIND;
    const part = callOf(new Map([[plainKey(key), slots]]), kind);
    args = { ...args, ...part.args };
    context = { ...context, ...part.context };
  }
  return { ...(tool !== undefined ? { tool } : { method: method as string }), capability, args, context };
}
