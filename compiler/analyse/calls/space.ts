import type { Environment } from '../../../runtime/types.js';
import type { After } from '../../conditions/condition.js';
import type { CapabilityTree, RuleGroup } from '../../emit/rule-sets.js';
import { ruleSetOf, ruleSets } from '../../emit/rule-sets.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import { toolUses, useOf } from '../../interpret/capability-uses.js';
import { pathWorld } from '../../interpret/interpret.js';
import type { PathWorld } from '../../interpret/paths.js';
import { ANY_SQL } from '../../interpret/statements.js';
import { literalsOf } from '../../ir/normal-form.js';
import type { Policy, SqlSettings } from '../../ir/policy.js';
import { ArgumentNamesDimension } from '../regions/argument-names.js';
import { ArgumentDimension } from '../regions/arguments.js';
import { type AnalysedRule, analysedRule, type Matcher, type Pivot, pivots, RegionCache } from '../regions/formula.js';
import { IdentifiersDimension } from '../regions/identifiers.js';
import { AmountDimension } from '../regions/numbers.js';
import { ParsedDimension } from '../regions/parsed.js';
import { askedIn, isOfKeys, isPast, PastDimension } from '../regions/past.js';
import { matcherOf, matchersOf, type PastRelation } from '../regions/past-relations.js';
import { PathDimension, type PathRegion } from '../regions/paths.js';
import { type Dimension, FALSE, remembering, UNKNOWN } from '../regions/region.js';
import { Regions } from '../regions/regions.js';
import { RuleIndex } from '../regions/rule-index.js';
import { type Assignment, isMatch, type Query, type Shape, search } from '../regions/search.js';
import { namedTools } from '../regions/tool-names.js';
import { WordDimension } from '../regions/words.js';
import { callOf, type Witness } from './call.js';
import { oddShapes } from './odd-shapes.js';
import { bareKind, type CallKind, callKinds, presenceOf } from './shapes.js';

/** A query by rules' places in the space. */
export interface Question {
  readonly matched: readonly number[];
  readonly unmatched?: readonly number[];
  readonly falsified?: readonly number[];
  readonly singleKnown?: boolean;
  readonly known?: boolean;
  /** Its past may be one that no calls lead to. */
  readonly inAnyPast?: boolean;
  /** What else must hold of the call. */
  readonly besides?: readonly Matcher[];
}

/** `none` is certain; `budget` and `unproved` (no call could be shown) say nothing. */
export type SearchResult = { readonly witness: Witness } | 'none' | 'budget' | 'unproved';

/** The same call, with calls before it after which it still proves what is looked for; undefined: none were found. */
export type LeadTo = (
  call: Witness,
  asked: readonly After[],
  proves: (call: Witness) => boolean,
) => Witness | undefined;

/** A call as the search sees it, not run. */
export interface Model {
  /** Would the rule match it? */
  matches(index: number): boolean;
  /** Would the rule match it, or rest on what is unknown? */
  mayMatch(index: number): boolean;
}

/** Kinds of calls that differ in no fact that the rules of a set look at. */
interface Profile {
  readonly key: string;
  readonly kinds: CallKind[];
}

/** The calls that the rules of one or two policies look at, and the questions that can be asked about them. */
export class Space {
  readonly tree: CapabilityTree | RuleGroup;
  readonly sets: readonly RuleGroup[];
  private readonly plain: readonly AnalysedRule[];
  private reaching: readonly AnalysedRule[] | undefined;
  private readonly profiles = new Map<RuleGroup, readonly Profile[]>();
  private readonly kinds: ReadonlyMap<RuleGroup, CallKind[]>;
  private readonly dimensions = new Map<string, Dimension>();
  private relations: readonly PastRelation[] = [];
  private readonly pastsOf = new Map<number, readonly string[]>();
  private leadTo: LeadTo | undefined;
  private shaken: ReadonlyMap<RuleGroup, ReadonlySet<string>> | undefined;
  private readonly matchers = new Map<string, Matcher[]>();
  /** For calls of one path, and for those that reach below theirs. */
  private readonly indices = [new Map<RuleGroup, RuleIndex>(), new Map<RuleGroup, RuleIndex>()];

  /** Rules are counted through all the policies. */
  constructor(
    private readonly policies: readonly Policy[],
    private readonly environment: Environment,
  ) {
    this.plain = this.analyse(false);
    const rules = policies.flatMap((policy) => policy.rules);
    const { tree, sets } = ruleSets({ rules }, true);
    this.tree = tree;
    this.sets = sets;
    this.kinds = callKinds(policies, tree);
  }

  private analyse(tree: boolean): AnalysedRule[] {
    return this.policies.flatMap((policy) => {
      const regions = new RegionCache(new Regions(pathWorld(policy, this.environment), tree, sqlOf(policy)));
      return policy.rules.map((rule) => analysedRule(rule, regions));
    });
  }

  /** Every past of a call is such a one: others are not asked about from here on. */
  assume(relations: readonly PastRelation[]): void {
    this.relations = relations;
    this.matchers.clear();
  }

  /** A call that needs a past is shown with calls that lead there, or not at all, from here on. */
  showPasts(leadTo: LeadTo): void {
    this.leadTo = leadTo;
  }

  /** Nothing has come before a call of the set. */
  nothingBefore(set: RuleGroup): Matcher[] {
    const dimensions = [...new Set(set.rules.flatMap((index) => this.pastsIn(index)))];
    // A key may be unknown all the same.
    return dimensions.map((dimension) =>
      matcherOf([{ dimension, allowed: isOfKeys(dimension) ? FALSE | UNKNOWN : FALSE }]),
    );
  }

  /** What the rules of a set ask of the past. */
  askedIn({ rules }: RuleGroup): After[] {
    return [...new Set(rules.flatMap((index) => this.pastsIn(index)))].map(askedIn);
  }

  rule(index: number): AnalysedRule {
    return this.plain[index] as AnalysedRule;
  }

  /**
   * Looks for a call of one rule set.
   *
   * @param proves Runs a call and says whether it is what was looked for.
   * @param options With `inAnyPast`, the past of a call need not be shown.
   */
  find(
    set: RuleGroup,
    question: Question,
    proves: (witness: Witness) => boolean,
    { inAnyPast = false }: { readonly inAnyPast?: boolean } = {},
  ): SearchResult {
    const shownBy = (call: Witness): Witness | undefined => {
      if (call.history !== undefined && !inAnyPast && this.leadTo) return this.leadTo(call, this.askedIn(set), proves);
      return proves(call) ? call : undefined;
    };
    let result: SearchResult = 'none';
    for (const profile of this.profilesOf(set)) {
      const kind = profile.kinds[0] as CallKind;
      let shown: Witness | undefined;
      const tree = kind.mapping.tree ?? false;
      const query = this.queryOf(set, question, tree);
      let answer = search(query, this.shapeOf(kind), (assignment) => {
        const own = new Set(
          query.matched.flatMap(({ formula }) => literalsOf(formula).map(({ dimension }) => dimension)),
        );
        const short = new Map([...assignment].filter(([dimension]) => own.has(dimension)));
        for (const one of profile.kinds.slice(0, MAX_KINDS)) {
          // What no rule that must match looks at is left out where it can be.
          for (const values of [short, ...(short.size < assignment.size ? [assignment] : [])]) {
            shown = shownBy(callOf(values, one));
            if (shown) return true;
          }
        }
        return false;
      });
      if (shown) return { witness: shown };
      // With several keys no call is made; that there is none is no proof then.
      if (answer === 'none' && this.mayNeedKeys(question)) {
        const several = search(this.queryOf(set, question, tree, true), this.shapeOf(kind));
        if (several !== 'none') answer = 'unproved';
      }
      if (answer === 'budget' || (answer === 'unproved' && result === 'none')) result = answer;
    }
    return result;
  }

  /** May there be such a call? Nothing is run: `false` is certain. */
  mayBe(set: RuleGroup, question: Question): Model | false | 'budget' {
    let spent = false;
    for (const { kinds } of this.profilesOf(set)) {
      const kind = kinds[0] as CallKind;
      const tree = kind.mapping.tree ?? false;
      const shape = this.shapeOf(kind);
      let answer = search(this.queryOf(set, question, tree), shape);
      if (answer === 'none' && this.mayNeedKeys(question)) {
        answer = search(this.queryOf(set, question, tree, true), shape);
      }
      if (answer === 'budget') spent = true;
      else if (typeof answer !== 'string') {
        const rule = (index: number) => this.rulesFor(tree)[index] as AnalysedRule;
        return {
          matches: (index) => isMatch(rule(index), answer.assignment, shape),
          mayMatch: (index) => isMatch({ ...rule(index), protects: true }, answer.assignment, shape),
        };
      }
    }
    return spent ? 'budget' : false;
  }

  /** For each rule of a set, and for the default, a call of each kind that it decides; else one that it matches. */
  *deciding(set: RuleGroup): Iterable<{ readonly witness: Witness; readonly rule: number }> {
    for (const { kinds } of this.profilesOf(set)) {
      const kind = kinds[0] as CallKind;
      const shape = this.shapeOf(kind);
      const tree = kind.mapping.tree ?? false;
      for (const at of [...set.rules.keys(), set.rules.length]) {
        const matched = set.rules.slice(at, at + 1);
        for (const unmatched of [set.rules.slice(0, at), []]) {
          const answer = search(this.queryOf(set, { matched, unmatched }, tree), shape);
          if (typeof answer === 'string') continue;
          yield { witness: callOf(answer.assignment, kind), rule: matched[0] ?? -1 };
          break;
        }
      }
    }
  }

  /**
   * For each condition of each rule of a set, calls that the rule's verdict hangs on it in: with values on both sides of
   * its border, with two values, and with nothing known of its fact.
   */
  *borders(set: RuleGroup): Iterable<Witness> {
    for (const { kinds } of this.profilesOf(set)) {
      const kind = kinds[0] as CallKind;
      const rules = this.rulesFor(kind.mapping.tree ?? false);
      for (const [at, index] of set.rules.entries()) {
        const rule = rules[index] as AnalysedRule;
        const earlier = set.rules.slice(0, at);
        for (const pivot of pivots(rule.formula)) {
          const assignment = this.pivotal(set, rule, pivot, earlier, kind);
          const { region, dimension } = pivot.literal;
          const values = [...(region.borders ?? region.samples).call(region), undefined];
          for (const [i, value] of values.entries()) {
            const others = i === 0 ? [[value], [value, values[1]]] : [[value]];
            for (const some of others) {
              const slots = some.map((one) => ({
                value: one ?? (dimension.startsWith('context') || isPast(dimension) ? one : null),
                layer: 0,
              }));
              yield callOf(new Map([...assignment, [dimension, slots]]), kind);
            }
          }
        }
      }
    }
  }

  /** Calls of a set with values of every shape under every selector that its rules and mappings read. */
  *oddShapes(set: RuleGroup): Iterable<Witness> {
    const rules = set.rules.map((index) => this.rule(index).rule);
    for (const { kinds } of this.profilesOf(set)) {
      for (const kind of kinds.slice(0, MAX_KINDS_SHAPED)) {
        for (const at of [0, set.rules.length - 1, set.rules.length]) {
          const matched = set.rules.slice(at, at + 1);
          const answer = search(this.queryOf(set, { matched }, kind.mapping.tree ?? false), this.shapeOf(kind));
          if (typeof answer !== 'string') yield* oddShapes(rules, kind, callOf(answer.assignment, kind));
        }
      }
    }
  }

  /** A call in which a rule's match hangs on one of its conditions; where there is none, as near as can be. */
  private pivotal(
    set: RuleGroup,
    rule: AnalysedRule,
    { needed, excluded }: Pivot,
    earlier: readonly number[],
    kind: CallKind,
  ): Assignment {
    const tree = kind.mapping.tree ?? false;
    const matched = { ...rule, formula: needed };
    const others = excluded.map((formula) => ({ ...rule, formula }));
    for (const [before, aside] of [
      [earlier, others],
      [[], others],
      [[], []],
    ] as const) {
      const query = this.queryOf(set, { matched: [], unmatched: before }, tree);
      const { narrow } = query;
      const unmatched = [...query.unmatched, ...aside];
      const answer = search(
        {
          ...query,
          matched: [matched],
          unmatched,
          ...(narrow && { narrow: (valuesOf) => [...narrow(valuesOf), ...aside] }),
        },
        this.shapeOf(kind),
      );
      if (typeof answer !== 'string') return answer.assignment;
    }
    return new Map();
  }

  /** The same for one kind of call. */
  mayBeOf(set: RuleGroup, kind: CallKind, question: Question): boolean {
    return search(this.queryOf(set, question, kind.mapping.tree ?? false), this.shapeOf(kind)) !== 'none';
  }

  private rulesFor(tree: boolean): readonly AnalysedRule[] {
    if (!tree) return this.plain;
    this.reaching ??= this.analyse(true);
    return this.reaching;
  }

  private queryOf(
    set: RuleGroup,
    { matched, unmatched = [], falsified = [], singleKnown, known, inAnyPast, besides = [] }: Question,
    tree: boolean,
    manyKeys = false,
  ): Query {
    const rules = this.rulesFor(tree);
    const of = (indices: readonly number[]) => indices.map((index) => rules[index] as AnalysedRule);
    const isMany = unmatched.length > MANY;
    const pasts = inAnyPast ? [] : this.pastsWith(set, [...matched, ...unmatched, ...falsified], besides, manyKeys);
    return {
      // The last are settled first: pasts have many alternatives.
      matched: [...pasts, ...of(matched), ...besides],
      unmatched: isMany ? [] : of(unmatched),
      falsified: of(falsified),
      ...(singleKnown && { singleKnown }),
      ...(known && { known }),
      ...(manyKeys && { manyKeys }),
      ...(isMany && { narrow: this.narrowing(set, unmatched, tree) }),
    };
  }

  /** What is assumed of all that these ask of the past. */
  private pastsWith(
    set: RuleGroup,
    rules: readonly number[],
    besides: readonly Matcher[],
    manyKeys: boolean,
  ): Matcher[] {
    if (this.relations.length === 0) return [];
    const asked = new Set(besides.flatMap(({ formula }) => pastsIn(formula)));
    for (const index of rules) {
      for (const dimension of this.pastsIn(index)) asked.add(dimension);
    }
    if (asked.size === 0) return [];
    const dimensions = [...asked].sort();
    const shaken = this.shakenIn(set);
    const key = `${manyKeys} ${[...shaken].join()} ${dimensions.join()}`;
    const known =
      this.matchers.get(key) ?? matchersOf(shaken.size > 0 ? this.shake(shaken) : this.relations, dimensions, manyKeys);
    this.matchers.set(key, known);
    return known;
  }

  /** What is known where these labels may be unknown besides. */
  private shake(shaken: ReadonlySet<string>): PastRelation[] {
    const isShaken = (dimension: string) => askedIn(dimension).labels.some((label) => shaken.has(label));
    return this.relations.map((parts) =>
      parts.map((part) => (isShaken(part.dimension) ? { ...part, allowed: part.allowed | UNKNOWN } : part)),
    );
  }

  /** Labels that another demand of a call of this set may set or clear: to its conditions they are unknown. */
  shakenIn(set: RuleGroup): ReadonlySet<string> {
    this.shaken ??= this.shakenLabels();
    return this.shaken.get(set) ?? NO_LABELS;
  }

  private shakenLabels(): Map<RuleGroup, ReadonlySet<string>> {
    const found = new Map<RuleGroup, Set<string>>();
    const marks = this.policies.flatMap((policy) => policy.marks);
    if (marks.length === 0) return found;
    const several = this.policies.flatMap((policy) => [
      ...namedTools([policy]).names.map(({ sample }) => toolUses(policy, sample).map(({ parts }) => parts)),
      ...policy.layers.flatMap(({ methods }) =>
        Object.values(methods).map((uses) => uses.map((use) => useOf(use).parts)),
      ),
    ]);
    for (const uses of several.filter(({ length }) => length > 1)) {
      for (const [i, parts] of uses.entries()) {
        const others = uses.filter((_, other) => other !== i);
        const labels = marks
          .filter(({ capability }) => others.some((other) => capabilityMatches(capability, other)))
          .flatMap((mark) => mark.labels);
        const set = ruleSetOf(this.tree, parts);
        found.set(set, new Set([...(found.get(set) ?? []), ...labels]));
      }
    }
    return found;
  }

  /** May it take two keys of one call to answer, of which something else is known? One is enough for one condition. */
  private mayNeedKeys({ matched, unmatched = [], singleKnown }: Question): boolean {
    if (singleKnown) return false;
    const keyed = (index: number) => this.pastsIn(index).filter(isOfKeys).length;
    const forbidding = matched.filter((index) => this.rule(index).protects);
    const permitting = unmatched.filter((index) => !this.rule(index).protects && keyed(index) > 0);
    return forbidding.reduce((sum, index) => sum + keyed(index), 0) + permitting.length > 1;
  }

  private pastsIn(index: number): readonly string[] {
    const known = this.pastsOf.get(index) ?? pastsIn(this.rule(index).formula);
    this.pastsOf.set(index, known);
    return known;
  }

  private narrowing(set: RuleGroup, unmatched: readonly number[], tree: boolean): NonNullable<Query['narrow']> {
    const index = this.indexOf(set, tree);
    const rules = this.rulesFor(tree);
    const wanted = new Uint8Array(rules.length);
    for (const rule of unmatched) wanted[rule] = 1;
    return function* (valuesOf) {
      for (const rule of index.matching(valuesOf)) if (wanted[rule]) yield rules[rule] as AnalysedRule;
    };
  }

  private indexOf(set: RuleGroup, tree: boolean): RuleIndex {
    const indices = this.indices[tree ? 1 : 0] as Map<RuleGroup, RuleIndex>;
    let index = indices.get(set);
    if (!index) {
      const rules = this.rulesFor(tree);
      index = new RuleIndex(set.rules, (rule) => rules[rule] as AnalysedRule);
      indices.set(set, index);
    }
    return index;
  }

  /** The rules of a set that may meet one of its rules. */
  meeting(set: RuleGroup, index: number): Iterable<number> {
    return this.indexOf(set, false).meeting(this.rule(index));
  }

  private shapeOf(kind: CallKind): Shape {
    return {
      namesText: kind.mapping.text !== undefined,
      presence: (key) => presenceOf(kind, key),
      dimension: (key) => this.dimension(key, kind),
    };
  }

  private dimension(key: string, kind: CallKind): Dimension {
    const name = key === 'tool' || key === 'risk' ? JSON.stringify([key, differing(key, kind)]) : key;
    let dimension = this.dimensions.get(name);
    if (!dimension) {
      const world = pathWorld(this.policies[0] as Policy, this.environment);
      dimension = remembering(dimensionFor(key, kind, this.pathRegions(), world));
      this.dimensions.set(name, dimension);
    }
    return dimension;
  }

  private pathRegions(): PathRegion[] {
    const regions = this.plain.flatMap(({ formula }) => literalsOf(formula).map(({ region }) => region));
    return regions.filter((region) => region.dimension === 'path') as PathRegion[];
  }

  /** The kinds of calls of a set, those alike in every fact that its rules look at together. */
  private profilesOf(set: RuleGroup): readonly Profile[] {
    const known = this.profiles.get(set);
    if (known) return known;
    const dimensions = new Set(
      set.rules.flatMap((index) => literalsOf(this.rule(index).formula).map(({ dimension }) => dimension)),
    );
    const profiles = new Map<string, Profile>();
    // A level may change what a rule comes to, whether a rule reads it or not.
    if (this.policies.some(({ riskLevels }) => Object.keys(riskLevels).length > 0)) dimensions.add('risk');
    const bare = set.capabilities.map((capability) => bareKind(capability, this.policies));
    const kinds = [...(this.kinds.get(set) ?? []), ...bare];
    for (const kind of kinds.toSorted((a, b) => Number(b.isWhole) - Number(a.isWhole))) {
      const key = JSON.stringify([...dimensions].map((dimension) => differing(dimension, kind)));
      const profile = profiles.get(key) ?? { key, kinds: [] };
      profile.kinds.push(kind);
      profiles.set(key, profile);
    }
    // Calls that reach below their paths are rarely the best example.
    const sorted = [...profiles.values()].toSorted((a, b) => Number(isTree(a)) - Number(isTree(b)));
    this.profiles.set(set, sorted);
    return sorted;
  }
}

/** The values that a fact may have in calls of a kind. */
export function dimensionFor(
  key: string,
  { tool, names, mapping }: CallKind,
  paths: readonly PathRegion[],
  world: PathWorld,
): Dimension {
  switch (key) {
    case 'path':
      return new PathDimension(paths, world);
    case 'amount':
      return new AmountDimension();
    case 'argument names':
      return new ArgumentNamesDimension();
    case 'identifiers':
      return new IdentifiersDimension();
    case 'time':
    case 'hints':
      return new ParsedDimension(key, true);
    case 'text':
      return new WordDimension(key, false, null);
    case 'url':
    case 'command':
    case 'sql':
    case 'recipient':
    case 'secret':
      return new ParsedDimension(key, false);
    case 'risk':
      return new WordDimension(key, true, undefined, [], mapping.risk === undefined ? undefined : [mapping.risk]);
    case 'tool':
      return names
        ? new WordDimension(key, true, undefined, names)
        : new WordDimension(key, true, undefined, [], tool === undefined ? [] : [tool]);
    default:
      if (isPast(key)) return new PastDimension(key);
      return key.startsWith('args ') ? new ArgumentDimension(key) : new WordDimension(key, true, undefined);
  }
}

/** What a formula asks of the past. */
function pastsIn(formula: Matcher['formula']): string[] {
  return literalsOf(formula)
    .map(({ dimension }) => dimension)
    .filter(isPast);
}

/** How SQL is read, and whether mappings say otherwise. */
function sqlOf({ sql, layers }: Policy): SqlSettings | undefined {
  const isMixed = layers.some(({ tools }) =>
    Object.values(tools)
      .flat()
      .some(({ dialect }) => dialect !== undefined),
  );
  return isMixed ? { ...(sql ?? ANY_SQL), isMixed } : sql;
}

const NO_LABELS: ReadonlySet<string> = new Set();
/** From so many rules on they are looked up rather than tried one by one. */
const MANY = 16;
/** So many tools of each kind are called with values of every shape. */
const MAX_KINDS_SHAPED = 3;
/** So many tools are tried as the witness's. */
const MAX_KINDS = 6;

function isTree({ kinds }: Profile): boolean {
  return kinds[0]?.mapping.tree ?? false;
}

/** What two kinds of calls may differ in that conditions on the fact can tell. */
function differing(dimension: string, kind: CallKind): unknown {
  switch (dimension) {
    case 'path':
      return [presenceOf(kind, dimension), kind.mapping.tree ?? false];
    case 'risk':
      return kind.mapping.risk ?? null;
    case 'tool':
      return [kind.tool ?? null, kind.names !== undefined];
    default:
      return presenceOf(kind, dimension);
  }
}
