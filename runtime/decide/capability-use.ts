import { AMOUNT_NAMES } from '../data/amount-keys.js';
import { DECISIONS, type Decision } from '../decision.js';
import { simpleFold } from '../text/case-fold.js';
import { parseSelector, type Selector } from '../text/selector.js';
import type { Args, Context, Manifest, ManifestRule, Mapping, SecretSearch, Verdict } from '../types.js';
import { type Capability, parseCapability, unmappedCapability } from './capability.js';
import type { RuleSet } from './conditions/rule-set.js';
import type { EffectSet } from './effects/effect-set.js';
import type { Facts, Selectors } from './facts/facts.js';
import type { TextSelector } from './facts/text-fact.js';
import { foldKey, NO_PATH, pathKey } from './paths/path-key.js';

/** One thing that a tool does, ready to be judged. @internal */
export interface CapabilityUse {
  readonly capability: Capability;
  readonly selectors: Selectors;
  readonly ruleSet: RuleSet;
  /** By position in the rule set, the default last. */
  readonly verdicts: readonly Verdict[];
  /** What calls of it leave behind; undefined: nothing. */
  readonly effects: EffectSet | undefined;
  /** What it is judged on, where that is not what the call brings. */
  readonly args: Args | undefined;
}

/** What a generated module hands over: everything else is the same for all policies. */
export interface CompiledRules {
  /** The rules whose capability matches. */
  readonly rulesFor: (resource: string, action: string, scope: string) => RuleSet;
  /** The marks and limits whose capability matches; absent where the policy has none. */
  readonly effectsFor?: (resource: string, action: string, scope: string) => EffectSet | undefined;
  /** Whether a result is what a mark asks for (TRUE, UNKNOWN, FALSE), for those that ask. */
  readonly results?: Readonly<Record<number, (facts: Facts) => number>>;
  /** What finds the secrets that the policy asks for. */
  readonly secrets?: SecretSearch;
}

export const STRICTNESS = Object.fromEntries(
  DECISIONS.map((decision, i) => [decision, DECISIONS.length - 1 - i]),
) as Readonly<Record<Decision, number>>;

/** What capability uses are made with. */
export interface UseSetup extends CompiledRules {
  readonly manifest: Manifest;
  readonly context: Context;
  /** What a risk level does to a call that a rule would let pass or ask about. */
  readonly riskLevels: Readonly<Record<string, Decision>>;
}

/** Makes capability uses of mappings. */
export class UseFactory {
  /** Many tools may have one glob's mapping. */
  private readonly byMapping = new WeakMap<Mapping, CapabilityUse>();

  constructor(private readonly setup: UseSetup) {}

  /** @param tool Whose schema says which arguments there are. */
  mapped(mappings: readonly Mapping[], tool?: string): readonly CapabilityUse[] {
    return mappings.map((mapping) => {
      let use = this.byMapping.get(mapping);
      if (use === undefined) {
        use = this.use(parseCapability(mapping.capability), mapping);
        this.byMapping.set(mapping, use);
      }
      return this.ofTool(use, tool);
    });
  }

  /** Of a tool that nothing maps. */
  unmapped(tool: string): CapabilityUse {
    return this.ofTool(this.use(unmappedCapability(tool), {}, 'unmapped_tool'), tool);
  }

  /** Of a request that nothing maps: where no rule matches, it passes. */
  request(method: string): CapabilityUse {
    const capability = parseCapability(`mcp.${method.replaceAll('/', '.')}`);
    const use = this.use(capability, { noneIfAbsent: true }, UNJUDGED);
    const verdict: Verdict = { decision: 'allow', reason: UNJUDGED, capability: capability.text, rule: -1 };
    return { ...use, verdicts: [...use.verdicts.slice(0, -1), Object.freeze(verdict)] };
  }

  private use(
    capability: Capability,
    mapping: Omit<Mapping, 'capability'>,
    defaultReason = 'policy_default_deny',
  ): CapabilityUse {
    const { rulesFor, effectsFor, context } = this.setup;
    const { resource, action, scope } = capability;
    const ruleSet = rulesFor(resource, action, scope);
    const contextRisk = context['risk_level'];
    const risk = mapping.risk ?? (contextRisk === undefined ? undefined : String(contextRisk));
    const verdicts = ruleSet.rules.map((index) => this.verdict(index, capability.text, risk ?? 'unrated'));
    verdicts.push(Object.freeze({ decision: 'deny', reason: defaultReason, capability: capability.text, rule: -1 }));
    return {
      capability,
      selectors: selectorsOf(mapping, risk),
      ruleSet,
      verdicts,
      effects: effectsFor?.(resource, action, scope),
      args: undefined,
    };
  }

  /** What is one tool's own: its schema, and what is remembered of it. */
  private ofTool(use: CapabilityUse, tool: string | undefined): CapabilityUse {
    const { arguments: schemas, hints } = this.setup.manifest;
    const names = schemas && tool !== undefined && Object.hasOwn(schemas, tool) ? schemas[tool] : undefined;
    const said = hints && tool !== undefined && Object.hasOwn(hints, tool) ? hints[tool] : undefined;
    return {
      ...use,
      selectors: { ...use.selectors, known: names && new Set(names), hints: said, ofTool: { truthSets: [] } },
    };
  }

  private verdict(rule: number, capability: string, level: string): Verdict {
    const { decision, reason } = this.setup.manifest.rules[rule] as ManifestRule;
    const { riskLevels } = this.setup;
    const action = Object.hasOwn(riskLevels, level) ? riskLevels[level] : undefined;
    return action !== undefined && STRICTNESS[action] > STRICTNESS[decision]
      ? Object.freeze({ decision: action, reason: `risk_level_${level}`, capability, rule })
      : Object.freeze({ decision, reason, capability, rule });
  }
}

/** Why a request passes that no rule is about. */
export const UNJUDGED = 'unjudged';

function parseGroup(selector: string | readonly string[]): TextSelector {
  return typeof selector === 'string' ? parseSelector(selector) : selector.map(parseSelector);
}

function selectorsOf(mapping: Omit<Mapping, 'capability'>, risk: string | undefined): Selectors {
  const paths = mapping.paths?.map(parseSelector);
  const amounts = mapping.amounts?.map(parseSelector);
  const text = mapping.text?.map(parseGroup);
  const commands = mapping.commands?.map(parseGroup);
  const recipients = mapping.recipients?.map(parseSelector);
  const sql = mapping.sql?.map(parseSelector);
  const urls = mapping.urls?.map(parseSelector);
  const named = [
    ...(paths ?? []),
    ...(urls ?? []),
    ...(sql ?? []),
    ...(recipients ?? []),
    ...(commands?.flat() ?? []),
    ...(amounts ?? []),
    ...(text?.flat() ?? []),
  ] as readonly Selector[];
  const tokens = new Set(named.flatMap((selector) => selector.tokens.map(simpleFold)));
  const isBare = text?.length === 1 && !mapping.otherText && !mapping.noOptions;
  return {
    paths,
    amounts,
    text,
    urls,
    commands,
    isShell: mapping.shell,
    sql,
    recipients,
    hints: undefined,
    dialects: mapping.dialect,
    textName: isBare ? (text?.[0] as Selector | undefined)?.name : undefined,
    otherText: mapping.otherText ?? false,
    tree: mapping.tree ?? false,
    noOptions: mapping.noOptions ?? false,
    noneIfAbsent: mapping.noneIfAbsent ?? false,
    known: undefined,
    risk,
    ofTool: { truthSets: [] },
    keys: (key) =>
      tokens.has(simpleFold(key)) ||
      (!paths && pathKey(key) !== NO_PATH) ||
      (!amounts && AMOUNT_NAMES.has(foldKey(key))),
  };
}
