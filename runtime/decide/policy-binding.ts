import { BindError } from '../bind-error.js';
import { AMOUNT_NAMES } from '../data/amount-keys.js';
import { CATALOGUE, CATALOGUE_VERSION } from '../data/catalogue.js';
import { simpleFold } from '../text/case-fold.js';
import { parseSelector, type Selector } from '../text/selector.js';
import { foldName } from '../text/tool-name.js';
import type {
  Args,
  Context,
  Decide,
  Decision,
  Environment,
  Guard,
  Manifest,
  ManifestRule,
  Mapping,
  Verdict,
} from '../types.js';
import { type Capability, parseCapability, unmappedCapability } from './capability.js';
import { type Prefixes, reaches, readPrefixes } from './conditions/path-prefix.js';
import { matches, matchesAlways, type RuleFormula, unknownFacts } from './conditions/rule-formula.js';
import type { RuleSet } from './conditions/rule-set.js';
import { FALSE, TRUE } from './conditions/truth-set.js';
import { Facts, type Selectors } from './facts/facts.js';
import { PathFact } from './facts/path-fact.js';
import { type Lookup, lookup, mappingsFor } from './mapping-lookup.js';
import { foldKey, NO_PATH, pathKey } from './paths/path-key.js';
import { type PathCase, PathReader } from './paths/path-reader.js';
import { resourcePaths } from './paths/resource-paths.js';

/** What a generated module hands over: everything else is the same for all policies. */
export interface CompiledRules {
  /** The rules whose capability matches. */
  readonly rulesFor: (resource: string, action: string, scope: string) => RuleSet;
}

export interface Settings {
  readonly pathCase: PathCase;
  /** What a risk level does to a call that a rule would let pass or ask about. */
  readonly riskLevels: Readonly<Record<string, Decision>>;
}

/** One thing that a tool does, ready to be judged. @internal */
interface CapabilityUse {
  readonly capability: Capability;
  readonly selectors: Selectors;
  readonly ruleSet: RuleSet;
  /** By position in the rule set, the default last. */
  readonly verdicts: readonly Verdict[];
}

const STRICTNESS: Readonly<Record<Decision, number>> = { allow: 0, warn: 1, require_approval: 2, deny: 3 };

/** Tool names and capabilities come from calls: remember at most so many of those the policy doesn't name. */
const MAX_REMEMBERED = 1024;

const MAX_WARMED = 8;
const WARM_UP_CALLS = 32;

/** The part of a bound policy that does not depend on what it says: tables of tools, capability uses and verdicts. */
export class PolicyBinding {
  readonly reader: PathReader;
  /** What was given, and what was fixed when the policy was compiled. */
  readonly context: Context;
  private readonly facts: Facts;
  private compiled!: CompiledRules;
  private readonly tools = new Map<string, readonly CapabilityUse[]>();
  /** Every mapped or catalogued name by its fold, to find what a look-alike name may mean to a server. */
  private readonly namesByFold = new Map<string, string[]>();
  private readonly remembered = new Map<string, readonly CapabilityUse[]>();
  private readonly rememberedCapabilities = new Map<string, CapabilityUse>();
  private readonly methods = new Map<string, readonly CapabilityUse[]>();
  private readonly toolTables: readonly Lookup[];
  private readonly methodTables: readonly Lookup[];
  private readonly foldedGlobs: readonly Lookup[];

  /** @throws BindError where the context differs from what was folded at compile time, or a root is relative. */
  constructor(
    private readonly manifest: Manifest,
    given: Context,
    private readonly environment: Environment,
    private readonly settings: Settings,
  ) {
    if (manifest.catalogue !== CATALOGUE_VERSION) {
      throw new BindError(
        `policy ${manifest.policy} was compiled against tool catalogue ${manifest.catalogue}, ` +
          `this runtime has ${CATALOGUE_VERSION}: compile it again`,
      );
    }
    for (const [key, value] of Object.entries(manifest.context)) {
      if (given[key] !== undefined && String(given[key]) !== String(value)) {
        throw new BindError(`policy ${manifest.policy} was compiled for ${key}=${value}, not ${key}=${given[key]}`);
      }
    }
    this.context = { ...given, ...manifest.context };
    this.reader = new PathReader(environment, settings.pathCase);
    this.facts = new Facts(this.reader);
    this.toolTables = manifest.tools.map(lookup);
    this.methodTables = manifest.methods.map(lookup);
    this.foldedGlobs = this.toolTables.map(({ globs }) => ({
      names: new Map(),
      globs: globs.map(([glob, mappings]) => [foldName(glob), mappings] as const),
    }));
  }

  /** The decision function over what the module compiled. */
  decide(compiled: CompiledRules): Decide {
    this.compiled = compiled;
    const catalogued = CATALOGUE.flatMap((row) => row.names.split(' ').map((name) => [name, row.uses] as const));
    for (const [name, mappings] of catalogued) this.addTool(name, mappings);
    for (const table of this.toolTables) for (const name of table.names.keys()) this.addTool(name, []);
    for (const [name] of catalogued) {
      const alike = this.toolTables.some((table) => table.names.has(name)) ? [] : this.alike(name);
      if (alike.length > 0) this.tools.set(name, [...this.usesOf(name), ...alike]);
    }
    this.warmUp();
    const decide = (tool: string, args: Args): Verdict =>
      this.judge(tool, this.tools.get(tool) ?? this.resolve(tool), args);
    return Object.assign(decide, {
      method: (name: string, params: Args) => {
        const call = this.methodCall(name, params);
        return call && this.judge(undefined, call.uses, call.args);
      },
      capability: (capability: string, args: Args) => this.judgeOne(undefined, this.capabilityUse(capability), args),
      reachable: (tool: string) => this.usesOf(tool).every((use) => this.isPassable(tool, use)),
      unknown: (tool: string, args: Args) => this.unknownFacts(tool, this.usesOf(tool), args),
      unknownMethod: (name: string, params: Args) => {
        const call = this.methodCall(name, params);
        return call ? this.unknownFacts(undefined, call.uses, call.args) : [];
      },
      touches: (kind: 'tool' | 'method', name: string, args: Args, guard: Guard) => {
        const call = kind === 'tool' ? { uses: this.usesOf(name), args } : this.methodCall(name, args);
        return call === null ? 'no' : this.touches(call.uses, call.args, guard);
      },
      mapsMethod: (name: string) => mappingsFor(this.methodTables, name) !== undefined,
      selects: (kind: 'tool' | 'method', name: string, key: string) =>
        (kind === 'tool' ? this.usesOf(name) : (this.methodCall(name, {})?.uses ?? [])).some(
          ({ selectors, ruleSet }) => selectors.keys(key) || ruleSet.reads?.some((read) => isSameName(read, key)),
        ),
      guard: (files: readonly string[], folders: readonly string[], resolveLinks?: Environment['resolveLinks']) =>
        this.guard(files, folders, resolveLinks),
    });
  }

  /** Decides a few calls that nobody made, so that the first real one finds tables built and code warm. */
  private warmUp(): void {
    const warmed = new Set<RuleSet>();
    for (const [tool, uses] of this.tools) {
      for (const use of uses) {
        const { ruleSet, selectors } = use;
        if (warmed.size >= MAX_WARMED || ruleSet.rules.length < 2 || warmed.has(ruleSet)) continue;
        warmed.add(ruleSet);
        const names = (selectors.paths ?? []).flatMap(({ name }) => name ?? []);
        for (let i = 0; i < WARM_UP_CALLS; i++) {
          const path = `/warm-up/${i}`;
          const paths = Object.fromEntries(names.map((name) => [name, path]));
          this.judge(tool, [use], { path, amount: i, text: path, ...paths });
        }
      }
    }
  }

  private addTool(name: string, mappings: readonly Mapping[]): void {
    this.tools.set(name, this.uses(mappingsFor(this.toolTables, name) ?? mappings, name));
    const fold = foldName(name);
    const names = this.namesByFold.get(fold) ?? [];
    if (!names.includes(name)) this.namesByFold.set(fold, [...names, name]);
  }

  private usesOf(tool: string): readonly CapabilityUse[] {
    return this.tools.get(tool) ?? this.resolve(tool);
  }

  /** Capability uses of a name that no table holds; worked out once and remembered. */
  private resolve(tool: string): readonly CapabilityUse[] {
    const remembered = this.remembered.get(tool);
    if (remembered) return remembered;
    const own = mappingsFor(this.toolTables, tool);
    const uses = own ? [...this.uses(own, tool)] : [this.unmappedUse(tool)];
    uses.push(...this.alike(tool));
    // A glob that the name would match if case and such did not count.
    const alike = mappingsFor(this.foldedGlobs, foldName(tool)) ?? [];
    uses.push(...this.uses(alike.filter((mapping) => !own?.includes(mapping))));
    if (this.remembered.size < MAX_REMEMBERED && tool.length <= 256) this.remembered.set(tool, uses);
    return uses;
  }

  /** The capability uses of the other names that a sloppy server may take this one for. */
  private alike(tool: string): readonly CapabilityUse[] {
    const names = this.namesByFold.get(foldName(tool)) ?? [];
    return names.filter((name) => name !== tool).flatMap((name) => this.tools.get(name) ?? []);
  }

  /** @param tool Whose schema says which arguments there are. */
  private uses(mappings: readonly Mapping[], tool?: string): readonly CapabilityUse[] {
    return mappings.map((mapping) =>
      this.use(parseCapability(mapping.capability), mapping, 'policy_default_deny', tool),
    );
  }

  private known(tool: string | undefined): readonly string[] | undefined {
    const { arguments: known } = this.manifest;
    return known && tool !== undefined && Object.hasOwn(known, tool) ? known[tool] : undefined;
  }

  private unmappedUse(tool: string): CapabilityUse {
    return this.use(unmappedCapability(tool), NO_SELECTORS, 'unmapped_tool', tool);
  }

  private capabilityUse(text: string): CapabilityUse {
    let use = this.rememberedCapabilities.get(text);
    if (use === undefined) {
      use = this.use(parseCapability(text), NO_SELECTORS, 'policy_default_deny');
      if (this.rememberedCapabilities.size < MAX_REMEMBERED && text.length <= 256) {
        this.rememberedCapabilities.set(text, use);
      }
    }
    return use;
  }

  private use(
    capability: Capability,
    mapping: Omit<Mapping, 'capability'>,
    defaultReason: string,
    tool?: string,
  ): CapabilityUse {
    const ruleSet = this.compiled.rulesFor(capability.resource, capability.action, capability.scope);
    const contextRisk = this.context['risk_level'];
    const risk = mapping.risk ?? (contextRisk === undefined ? undefined : String(contextRisk));
    const verdicts = ruleSet.rules.map((index) => this.verdict(index, capability.text, risk ?? 'unrated'));
    verdicts.push(freeze({ decision: 'deny', reason: defaultReason, capability: capability.text, rule: -1 }));
    return { capability, selectors: selectorsOf(mapping, risk, this.known(tool)), ruleSet, verdicts };
  }

  private verdict(rule: number, capability: string, level: string): Verdict {
    const { decision, reason } = this.manifest.rules[rule] as ManifestRule;
    const action = Object.hasOwn(this.settings.riskLevels, level) ? this.settings.riskLevels[level] : undefined;
    return action !== undefined && STRICTNESS[action] > STRICTNESS[decision]
      ? freeze({ decision: action, reason: `risk_level_${level}`, capability, rule })
      : freeze({ decision, reason, capability, rule });
  }

  private judge(tool: string | undefined, uses: readonly CapabilityUse[], args: Args): Verdict {
    let verdict = this.judgeOne(tool, uses[0] as CapabilityUse, args);
    for (let i = 1; i < uses.length; i++) {
      const next = this.judgeOne(tool, uses[i] as CapabilityUse, args);
      if (STRICTNESS[next.decision] > STRICTNESS[verdict.decision]) verdict = next;
    }
    return verdict;
  }

  private judgeOne(tool: string | undefined, use: CapabilityUse, args: Args): Verdict {
    return verdictAt(use, this.position(tool, use, args));
  }

  private position(tool: string | undefined, use: CapabilityUse, args: Args): number {
    return use.ruleSet.decide(this.facts.of(tool, args, use.selectors));
  }

  /** The capability uses a request makes and the arguments they are judged on; null where nothing is to be judged. */
  private methodCall(name: string, params: Args): { uses: readonly CapabilityUse[]; args: Args } | null {
    const mappings = mappingsFor(this.methodTables, name);
    if (mappings !== undefined) {
      if (mappings.length === 0) return null;
      let uses = this.methods.get(name);
      if (uses === undefined) {
        uses = this.uses(mappings);
        if (this.methods.size < MAX_REMEMBERED) this.methods.set(name, uses);
      }
      return { uses, args: params };
    }
    const uri = resourcePaths(name, params);
    return uri.length === 0 ? null : { uses: this.uses([{ capability: 'filesystem.read' }]), args: { uri } };
  }

  private unknownFacts(tool: string | undefined, uses: readonly CapabilityUse[], args: Args): string[] {
    // Each condition is worked out once: what decides follows from that.
    const considered = uses.map((use) => {
      const { ruleSet } = use;
      const truthSets = ruleSet.truthSets(this.facts.of(tool, args, use.selectors));
      const hit = ruleSet.rules.findIndex((rule, at) => {
        const protects = STRICTNESS[this.decisionOf(rule)] >= STRICTNESS.require_approval;
        return matches(ruleSet.formulas[at] as RuleFormula, truthSets, protects);
      });
      const position = hit < 0 ? ruleSet.rules.length : hit;
      return { ruleSet, truthSets, position, strictness: STRICTNESS[verdictAt(use, position).decision] };
    });
    const { ruleSet, truthSets, position } = considered.reduce((best, next) =>
      next.strictness > best.strictness ? next : best,
    );
    // For the default deny: what kept the rules from matching that would have let the call pass.
    const concerned = ruleSet.rules.flatMap((rule, at) => {
      const protects = STRICTNESS[this.decisionOf(rule)] >= STRICTNESS.require_approval;
      if (position < ruleSet.rules.length ? at !== position : protects) return [];
      return unknownFacts(ruleSet.formulas[at] as RuleFormula, truthSets, protects);
    });
    return [...new Set(concerned)];
  }

  /** May some rule let such a call pass or ask, before one that always matches denies it? */
  private isPassable(tool: string, { ruleSet, selectors, verdicts }: CapabilityUse): boolean {
    if (ruleSet.blocked) return false;
    const truthSets = ruleSet.truthSets(this.facts.of(tool, {}, selectors));
    for (const [at, rule] of ruleSet.rules.entries()) {
      const protects = STRICTNESS[this.decisionOf(rule)] >= STRICTNESS.require_approval;
      const matches = matchesAlways(ruleSet.formulas[at] as RuleFormula, truthSets, protects, (fact) =>
        isFixed(fact, selectors),
      );
      const isDenied = verdicts[at]?.decision === 'deny';
      if (matches !== FALSE && !isDenied) return true;
      if (matches === TRUE) return false;
    }
    return false;
  }

  private decisionOf(rule: number): Decision {
    return (this.manifest.rules[rule] as ManifestRule).decision;
  }

  private guard(
    files: readonly string[],
    folders: readonly string[],
    resolveLinks = this.environment.resolveLinks,
  ): Guard {
    const roots = [...(this.environment.roots ?? []), ...folders];
    const world = { ...this.environment, roots, ...(resolveLinks && { resolveLinks }) };
    const environment = new PathReader(world, this.settings.pathCase);
    return { files: readPrefixes(environment, files), environment };
  }

  private touches(uses: readonly CapabilityUse[], args: Args, guard: Guard): 'yes' | 'maybe' | 'no' {
    let answer: 'maybe' | 'no' = 'no';
    for (const { capability, selectors } of uses) {
      if (capability.action === 'read' || capability.action === 'list') continue;
      const fact = new PathFact(guard.environment as PathReader);
      fact.extract(args, selectors.paths, selectors.tree);
      const reached = reaches(fact, guard.files as Prefixes, (guard.environment as PathReader).roots);
      if (reached === 'yes') return 'yes';
      if (reached === 'maybe') answer = 'maybe';
    }
    return answer;
  }
}

function verdictAt({ verdicts }: CapabilityUse, position: number): Verdict {
  return verdicts[position] as Verdict;
}

/** Is the fact the same in every call of a tool? Context is, and what a mapping says there is none of. */
function isFixed(fact: string, { paths, amounts, text, otherText, noOptions }: Selectors): boolean {
  if (noOptions && (fact === 'path' || fact === 'amount' || fact === 'text')) return false;
  if (fact === 'path') return paths?.length === 0;
  if (fact === 'amount') return amounts?.length === 0;
  if (fact === 'text') return text?.length === 0 && !otherText;
  return fact !== 'table' && fact !== 'only_args' && fact !== 'identifier' && !fact.startsWith('args ');
}

/** A tool of which nothing is said: the default facts. */
const NO_SELECTORS: Omit<Mapping, 'capability'> = {};

function selectorsOf(
  mapping: Omit<Mapping, 'capability'>,
  risk: string | undefined,
  known: readonly string[] | undefined,
): Selectors {
  const paths = mapping.paths?.map(parseSelector);
  const amounts = mapping.amounts?.map(parseSelector);
  const text = mapping.text?.map((selector) =>
    typeof selector === 'string' ? parseSelector(selector) : selector.map(parseSelector),
  );
  const named = [...(paths ?? []), ...(amounts ?? []), ...(text?.flat() ?? [])] as readonly Selector[];
  const tokens = new Set(named.flatMap((selector) => selector.tokens.map(simpleFold)));
  return {
    paths,
    amounts,
    text,
    otherText: mapping.otherText ?? false,
    tree: mapping.tree ?? false,
    noOptions: mapping.noOptions ?? false,
    known: known && new Set(known),
    risk,
    keys: (key) =>
      tokens.has(simpleFold(key)) ||
      (!paths && pathKey(key) !== NO_PATH) ||
      (!amounts && AMOUNT_NAMES.has(foldKey(key))),
  };
}

/** Case aside: of two arguments whose names differ only by case, a selector names either. */
function isSameName(name: string, other: string): boolean {
  return name.length === other.length && simpleFold(name) === simpleFold(other);
}

function freeze(verdict: Verdict): Verdict {
  return Object.freeze(verdict);
}
