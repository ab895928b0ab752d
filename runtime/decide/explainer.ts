import type { Args, AskedLabel, History, Manifest, ManifestRule } from '../types.js';
import { type CapabilityUse, STRICTNESS } from './capability-use.js';
import {
  type FormulaInput,
  matches,
  matchesAlways,
  type RuleFormula,
  unknownConditions,
} from './conditions/rule-formula.js';
import type { RuleCondition } from './conditions/rule-set.js';
import { FALSE, TRUE, UNKNOWN } from './conditions/truth-set.js';
import type { Facts, Selectors } from './facts/facts.js';
import type { UseJudge } from './use-judge.js';

/** Questions about verdicts, off the hot path: each condition is worked out once, and what follows is told. @internal */
export class Explainer {
  constructor(
    private readonly manifest: Manifest,
    private readonly facts: Facts,
    private readonly judge: UseJudge,
  ) {}

  /** The facts that the verdict rests on without knowing them. */
  unknownFacts(tool: string | undefined, uses: readonly CapabilityUse[], args: Args, history?: History): string[] {
    const { use, truthSets, position } = this.deciding(tool, uses, args, history);
    const { formulas, conditions } = use.ruleSet;
    // For the default deny: what kept the rules from matching that would have let the call pass.
    const concerned = formulas().flatMap((formula, at) => {
      const input = this.inputFor(use, at, truthSets);
      if (position < formulas().length ? at !== position : input.forbids) return [];
      return unknownConditions(formula, input).map((index) => (conditions[index] as RuleCondition).fact);
    });
    return [...new Set(concerned)];
  }

  /** May some rule let such a call pass or ask, before one that always matches denies it? */
  isPassable(tool: string, use: CapabilityUse): boolean {
    const { ruleSet, selectors, verdicts } = use;
    if (ruleSet.blocked) return false;
    const truthSets = this.truthSets(tool, use, {});
    const isConditionFixed = (at: number) => isFixed((ruleSet.conditions[at] as RuleCondition).fact, selectors);
    for (const [at, formula] of ruleSet.formulas().entries()) {
      const holds = matchesAlways(formula, this.inputFor(use, at, truthSets), isConditionFixed);
      if (holds !== FALSE && verdicts[at]?.decision !== 'deny') return true;
      if (holds === TRUE) return false;
    }
    return false;
  }

  /** Each distinct `after` that the deciding rule asks for, with its keys, where it holds or may. */
  asked(
    tool: string | undefined,
    uses: readonly CapabilityUse[],
    args: Args,
    history: History | undefined,
  ): AskedLabel[] {
    const { use, past, truthSets, position } = this.deciding(tool, uses, args, history);
    const formula = use.ruleSet.formulas()[position];
    if (formula === undefined) return [];
    const asked: AskedLabel[] = [];
    const watch: History = {
      now: past?.now ?? 0,
      label: (after, key) => {
        const truth = past?.label(after, key) ?? UNKNOWN;
        if (truth !== FALSE) asked.push(key === undefined ? { after } : { after, keys: [key] });
        return truth;
      },
      exceeds: () => false,
    };
    const facts = this.facts.of(tool, use.args ?? args, use.selectors, watch);
    for (const at of conditionsIn(formula)) {
      const { fact, truthSet } = use.ruleSet.conditions[at] as RuleCondition;
      if (fact === 'history' && truthSets[at] !== FALSE) truthSet(facts);
    }
    return asked;
  }

  /** All rules that ask for approval and may match, whichever decides: indices into `manifest.rules`. */
  asking(
    tool: string | undefined,
    uses: readonly CapabilityUse[],
    args: Args,
    history: History | undefined,
  ): readonly number[] {
    const each = this.judge.each(tool, uses, args, history);
    const found = uses.flatMap((use, i) => {
      const { past, verdict } = each[i] as (typeof each)[0];
      const truthSets = this.truthSets(tool, use, args, past);
      const own = use.ruleSet.formulas().flatMap((formula, at) => {
        const rule = use.ruleSet.rules[at] as number;
        const asks = this.manifest.rules[rule]?.decision === 'require_approval';
        return asks && matches(formula, this.inputFor(use, at, truthSets)) ? [rule] : [];
      });
      // A risk level may make another rule ask.
      return verdict.decision === 'require_approval' ? [verdict.rule, ...own] : own;
    });
    return [...new Set(found)];
  }

  /** The use that decides, and the position of its rule. */
  private deciding(tool: string | undefined, uses: readonly CapabilityUse[], args: Args, history: History | undefined) {
    const each = this.judge.each(tool, uses, args, history);
    const considered = uses.map((use, i) => {
      const { past, verdict } = each[i] as (typeof each)[0];
      const truthSets = this.truthSets(tool, use, args, past);
      const formulas = use.ruleSet.formulas();
      const hit = formulas.findIndex((formula, at) => matches(formula, this.inputFor(use, at, truthSets)));
      const position = hit < 0 ? formulas.length : hit;
      return { use, past, truthSets, position, strictness: STRICTNESS[verdict.decision] };
    });
    return considered.reduce((best, next) => (next.strictness > best.strictness ? next : best));
  }

  private truthSets(
    tool: string | undefined,
    { ruleSet, selectors, args: own }: CapabilityUse,
    args: Args,
    history?: History,
  ): number[] {
    const facts = this.facts.of(tool, own ?? args, selectors, history);
    return ruleSet.conditions.map(({ truthSet }) => truthSet(facts));
  }

  private inputFor({ ruleSet }: CapabilityUse, at: number, truthSets: readonly number[]): FormulaInput {
    const { decision } = this.manifest.rules[ruleSet.rules[at] as number] as ManifestRule;
    return {
      truthSet: (index) => truthSets[index] as number,
      forbids: STRICTNESS[decision] >= STRICTNESS.require_approval,
    };
  }
}

/** Is the fact the same in every call of a tool? Context is, and what a mapping says there is none of. */
function isFixed(fact: string, selectors: Selectors): boolean {
  if (fact.startsWith('args ') || PER_CALL.has(fact)) return false;
  const selected = SELECTED[fact];
  if (selected === undefined) return true;
  return !selectors.noOptions && selectors[selected]?.length === 0 && !(fact === 'text' && selectors.otherText);
}

/** Facts that no mapping can rule out. */
const PER_CALL: ReadonlySet<string> = new Set(['table', 'only_args', 'identifier', 'time', 'history']);

/** Facts that a mapping names the selectors of. */
const SELECTED: Readonly<Record<string, 'paths' | 'amounts' | 'text' | 'urls' | 'commands' | 'sql' | 'recipients'>> = {
  path: 'paths',
  amount: 'amounts',
  text: 'text',
  url: 'urls',
  command: 'commands',
  sql: 'sql',
  recipient: 'recipients',
};

/** The conditions that a formula asks. */
function conditionsIn(formula: RuleFormula): number[] {
  if ('at' in formula) return [formula.at];
  return ('all' in formula ? formula.all : formula.any).flatMap(conditionsIn);
}
