import { isAlways } from '../ir/atoms.js';
import type { Policy, Rule } from '../ir/policy.js';

/** The rules whose capability matches one kind of call, as indices into the policy's rules, strictest first. */
export interface RuleGroup {
  readonly rules: readonly number[];
  /** The capability it is first met for; names its function. */
  readonly capability: string;
  /** All capabilities it is met for, `*` standing for every word that no rule names. */
  readonly capabilities: readonly string[];
}

/**
 * A decision tree over the three parts of a capability: at each part the words that some rule names, and everything
 * else. Its leaves share the rule sets.
 */
export interface CapabilityTree {
  readonly words: ReadonlyMap<string, CapabilityTree | RuleGroup>;
  /** What holds for every other word; a leaf is reached after the third part, or as soon as nothing depends on more. */
  readonly other: CapabilityTree | RuleGroup;
}

/**
 * Sorts rules by which capabilities they match together.
 *
 * @param complete Keep those that an earlier one leaves nothing to.
 */
export function ruleSets(
  { rules }: Pick<Policy, 'rules'>,
  complete = false,
): { tree: CapabilityTree | RuleGroup; sets: readonly RuleGroup[] } {
  const sets = new Map<string, RuleGroup & { capabilities: string[] }>();
  const all = rules.map((rule, index) => ({ rule, index }));
  const tree = split(all, 0, []);
  return { tree, sets: [...sets.values()] };

  function split(rules: readonly Indexed[], depth: number, path: readonly string[]): CapabilityTree | RuleGroup {
    if (depth === 3 || rules.every(({ rule }) => rule.capability.parts.slice(depth).every((part) => part === '*'))) {
      return leaf(rules, path);
    }
    const matching = (word: string) => rules.filter(({ rule }) => [word, '*'].includes(partOf(rule, depth)));
    const words = [...new Set(rules.map(({ rule }) => partOf(rule, depth)))].filter((word) => word !== '*');
    return {
      words: new Map(words.map((word) => [word, split(matching(word), depth + 1, [...path, word])])),
      other: split(matching('*'), depth + 1, [...path, '*']),
    };
  }

  function leaf(rules: readonly Indexed[], path: readonly string[]): RuleGroup {
    const indices = complete ? rules.map(({ index }) => index) : effective(rules);
    const key = indices.join();
    const capability = path.join('.').replace(/(?:\.\*)+$/, '') || '*';
    const set = sets.get(key) ?? { rules: indices, capability, capabilities: [] };
    set.capabilities.push(capability);
    sets.set(key, set);
    return set;
  }
}

interface Indexed {
  readonly rule: Rule;
  readonly index: number;
}

/** What comes after a rule without conditions never decides. */
function effective(rules: readonly Indexed[]): number[] {
  const end = rules.findIndex(({ rule }) => isAlways(rule.when));
  return (end < 0 ? rules : rules.slice(0, end + 1)).map(({ index }) => index);
}

/** The leaf that a capability leads to. */
export function ruleSetOf(tree: CapabilityTree | RuleGroup, parts: readonly string[]): RuleGroup {
  let node = tree;
  for (let depth = 0; 'words' in node; depth++) node = node.words.get(parts[depth] as string) ?? node.other;
  return node;
}

function partOf(rule: Rule, depth: number): string {
  return rule.capability.parts[depth] as string;
}
