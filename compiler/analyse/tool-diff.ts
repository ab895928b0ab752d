import { URI_METHODS } from '../../runtime/data/methods.js';
import type { Decision, Environment, Mapping } from '../../runtime/decide/types.js';
import { type CapabilityUse, methodUses, toolUses } from '../interpret/capability-uses.js';
import { capabilityMatches, pathWorld } from '../interpret/interpret.js';
import { isStricter } from '../ir/decision.js';
import type { Policy, Rule } from '../ir/policy.js';
import { isSpent } from './budget.js';
import { callOf, type Witness } from './call.js';
import type { Judges, PolicyDiff, VerdictChange } from './diff.js';
import { analysedRule, type Matcher, RegionCache } from './formula.js';
import { decisionAt, levelClasses } from './level.js';
import { fileParams, likelyCalls, type Remapped } from './likely-calls.js';
import { regionText } from './region-text.js';
import { Regions } from './regions.js';
import { type Shape, search } from './search.js';
import { type CallKind, presenceOf } from './shapes.js';
import { dimensionFor } from './space.js';
import { namedMethods, namedTools } from './tool-names.js';

/*
 * Tools and methods that the two policies map otherwise. The same call then has other facts for each mapping, and a call
 * that does several things is decided by the strictest: both are told apart by naming each mapping's facts.
 */

/** One way a call comes to its verdict: by which rules of which mappings, and which do not match. */
interface Route {
  readonly decision: Decision;
  readonly rule: Rule | null;
  readonly capability: string;
  readonly matched: readonly Matcher[];
  readonly unmatched: readonly Matcher[];
}

/** More combinations of rules than this are not looked at. */
const MAX_ROUTES = 3000;

export function changedMappings(
  before: Policy,
  after: Policy,
  crossChecks: Judges,
  environment: Environment,
): Pick<PolicyDiff, 'changes' | 'notAnalysed'> {
  const changes: VerdictChange[] = [];
  const notAnalysed: string[] = [];
  const { remapped: names, isComplete } = remappedNames(before, after);
  if (!isComplete) notAnalysed.push('the names that the globs of tools or methods share');
  for (const remapped of names) {
    const name = remapped.tool ?? remapped.method ?? '';
    const found = changesOf(remapped, before, after, crossChecks, environment);
    changes.push(...found.changes);
    if (found.open) notAnalysed.push(`all that the new mapping of ${name} changes`);
  }
  return { changes, notAnalysed };
}

function remappedNames(before: Policy, after: Policy): { remapped: Remapped[]; isComplete: boolean } {
  const policies = [before, after];
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  // Tools that change alike are one change.
  const seen = new Set<string>();
  const remapped: Remapped[] = [];
  const tools = namedTools(policies);
  const methods = namedMethods(policies);
  for (const { sample: tool } of tools.names) {
    const one = { tool, before: toolUses(before, tool), after: toolUses(after, tool) };
    const key = JSON.stringify([one.before, one.after]);
    if (same(one.before, one.after) || seen.has(key)) continue;
    seen.add(key);
    remapped.push(one);
  }
  for (const method of new Set([...methods.names.map(({ sample }) => sample), ...URI_METHODS.keys()])) {
    // What an unmapped method does depends on its parameters: a file's URI is a path.
    const params = fileParams(method, '/x');
    const uses = (policy: Policy) => methodUses(policy, method, params)?.uses ?? null;
    const one = { method, before: uses(before), after: uses(after) };
    if (!same(one.before, one.after)) remapped.push(one);
  }
  return { remapped, isComplete: tools.isComplete && methods.isComplete };
}

function changesOf(
  remapped: Remapped,
  before: Policy,
  after: Policy,
  crossChecks: Judges,
  environment: Environment,
): { readonly changes: readonly VerdictChange[]; readonly open: boolean } {
  let open = false;
  const kinds = new Map<string, CallKind>();
  const shape = shapeOf(kinds, before, environment);
  const changes = new Map<string, VerdictChange>();
  /** Runs a call; a change of its verdict is told once. */
  const run = (witness: Witness): boolean => {
    const [a, b] = [crossChecks.before.decide(witness), crossChecks.after.decide(witness)];
    const [from, to] = [a?.decision ?? 'allow', b?.decision ?? 'allow'];
    if (from === to) return false;
    const key = `${from} ${to} ${a?.rule?.id} ${b?.rule?.id}`;
    if (!changes.has(key)) {
      changes.set(key, {
        from,
        to,
        capability: b?.capability ?? a?.capability ?? '',
        region: `${remapped.tool === undefined ? 'method' : 'tool'} ${remapped.tool ?? remapped.method}, ${regionText([a?.rule ?? null, b?.rule ?? null], [])}`,
        witness,
        before: a?.rule ?? null,
        after: b?.rule ?? null,
      });
    }
    return true;
  };
  const told = (from: Decision, to: Decision) =>
    [...changes.values()].some((change) => change.from === from && change.to === to);
  for (const witness of likelyCalls(remapped, before, after, environment)) {
    if (isSpent()) return { changes: [...changes.values()], open: true };
    run(witness);
  }
  for (const level of levelClasses([before, after])) {
    const was = routes(before, remapped.before, remapped, level.level, kinds, environment);
    const is = routes(after, remapped.after, remapped, level.level, kinds, environment);
    if (was.length > MAX_ROUTES || is.length > MAX_ROUTES) {
      open = true;
      continue;
    }
    for (const old of was) {
      for (const next of is) {
        if (isSpent()) return { changes: [...changes.values()], open: true };
        if (old.decision === next.decision || told(old.decision, next.decision)) continue;
        const matched = [...old.matched, ...next.matched, ...(level.condition ? [level.condition] : [])];
        const query = { matched, unmatched: [...old.unmatched, ...next.unmatched] };
        const answer = search(query, shape, (assignment) =>
          run(witnessOf(remapped, assignment, kinds, next.capability)),
        );
        // Two mappings may read the same argument; where no call can be made, none may exist, or one was not found.
        if (typeof answer === 'string' && answer !== 'none') open = true;
      }
    }
  }
  return { changes: [...changes.values()], open };
}

/** Every way to a verdict: the strictest of what the mappings come to, the first of equals. */
function routes(
  policy: Policy,
  uses: readonly CapabilityUse[] | null,
  { tool }: Remapped,
  level: string | undefined,
  kinds: Map<string, CallKind>,
  environment: Environment,
): Route[] {
  if (!uses) return [{ decision: 'allow', rule: null, capability: '', matched: [], unmatched: [] }];
  let combined: Route[] = [];
  uses.forEach(({ mapping, parts }, i) => {
    const own = ownRoutes(policy, mapping, parts, tool, level, kinds, environment);
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
    combined = combined.slice(0, MAX_ROUTES + 1);
  });
  return combined;
}

function ownRoutes(
  policy: Policy,
  mapping: Mapping,
  parts: CapabilityUse['parts'],
  tool: string | undefined,
  level: string | undefined,
  kinds: Map<string, CallKind>,
  environment: Environment,
): Route[] {
  const { capability, ...rest } = mapping;
  const kind: CallKind = { tool, capability, mapping: rest, isWhole: true };
  const place = (dimension: string) => {
    const key = factOf(dimension, mapping);
    kinds.set(key, kind);
    return key;
  };
  const regions = new RegionCache(new Regions(pathWorld(policy, environment), mapping.tree ?? false));
  const rules = policy.rules
    .filter((rule) => capabilityMatches(rule.capability, parts))
    .map((rule) => analysedRule(rule, regions, place));
  return [...rules, undefined].map((hit, i) => ({
    // A mapping's own risk comes before the context's.
    decision: decisionAt(policy, hit?.rule ?? null, mapping.risk ?? level),
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
        dimension = dimensionFor(plainKey(key), kinds.get(key) ?? NO_KIND, [], pathWorld(policy, environment));
        made.set(key, dimension);
      }
      return dimension;
    },
  };
}

const NO_KIND: CallKind = { tool: undefined, capability: '', mapping: {}, isWhole: true };

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
