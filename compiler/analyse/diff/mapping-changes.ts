import type { Decision } from '../../../runtime/types.js';
import type { Witness } from '../calls/call.js';
import { likelyCalls, type Remapped } from '../calls/likely-calls.js';
import { isSpent } from '../regions/budget.js';
import { levelClasses } from '../regions/level.js';
import { regionText } from '../regions/region-text.js';
import { search } from '../regions/search.js';
import { MappingFacts } from './mapping-facts.js';
import type { PartialDiff, PolicyPair, VerdictChange } from './policy-pair.js';
import { remappedNames } from './remapped.js';
import { MAX_ROUTES, type Route, Router } from './routes.js';

/*
 * Tools and methods that the two policies map otherwise. The same call then has other facts for each mapping, and a call
 * that does several things is decided by the strictest: both are told apart by naming each mapping's facts.
 */

export function mappingChanges(pair: PolicyPair): PartialDiff {
  const changes: VerdictChange[] = [];
  const notAnalysed: string[] = [];
  const { remapped: names, isComplete } = remappedNames(pair.before, pair.after);
  if (!isComplete) notAnalysed.push('the names that the globs of tools or methods share');
  for (const remapped of names) {
    const found = new ChangesOfName(remapped, pair);
    if (!found.search())
      notAnalysed.push(`all that the new mapping of ${remapped.tool ?? remapped.method ?? ''} changes`);
    changes.push(...found.changes.values());
  }
  return { changes, notAnalysed };
}

/** How calls of one name are decided otherwise. */
class ChangesOfName {
  readonly changes = new Map<string, VerdictChange>();
  private readonly facts: MappingFacts;

  constructor(
    private readonly remapped: Remapped,
    private readonly pair: PolicyPair,
  ) {
    this.facts = new MappingFacts(remapped, pair);
  }

  /** @returns whether all was looked at. */
  search(): boolean {
    const { before, after, apart, policies, environment } = this.pair;
    let isComplete = true;
    for (const witness of likelyCalls(this.remapped, before, after, environment)) {
      if (isSpent()) return false;
      this.run(witness);
    }
    for (const { level, condition } of levelClasses(policies)) {
      const was = new Router(before, environment, this.facts).routes(this.remapped.before, level);
      const is = new Router(apart, environment, this.facts).routes(this.remapped.after, level);
      if (was.length > MAX_ROUTES || is.length > MAX_ROUTES) {
        isComplete = false;
        continue;
      }
      for (const old of was) {
        for (const next of is) {
          if (isSpent()) return false;
          if (!this.tryRoutes(old, next, condition ? [condition] : [])) isComplete = false;
        }
      }
    }
    return isComplete;
  }

  /** Looks for a call that takes the one way before and the other after. @returns whether that could be told. */
  private tryRoutes(old: Route, next: Route, besides: Route['matched']): boolean {
    if (old.decision === next.decision || this.isKnown(old.decision, next.decision)) return true;
    const query = {
      matched: [...old.matched, ...next.matched, ...besides],
      unmatched: [...old.unmatched, ...next.unmatched],
    };
    const answer = search(query, this.facts.shape, (assignment) =>
      this.run(this.facts.witness(assignment, next.capability)),
    );
    // Two mappings may read the same argument; where no call can be made, none may exist, or one was not found.
    return typeof answer !== 'string' || answer === 'none';
  }

  /** Runs a call; a change of its verdict is told once. */
  private run(call: Witness): boolean {
    const { pair } = this;
    const isDecidedOtherwise = (one: Witness) => {
      const [before, after] = pair.decide(one);
      return (before?.decision ?? 'allow') !== (after?.decision ?? 'allow');
    };
    const witness = call.history === undefined ? call : pair.shown(call, pair.asked(), isDecidedOtherwise);
    if (!witness) return false;
    const [a, b] = this.pair.decide(witness);
    const [from, to] = [a?.decision ?? 'allow', b?.decision ?? 'allow'];
    if (from === to) return false;
    const key = `${from} ${to} ${a?.rule?.id} ${b?.rule?.id}`;
    const { tool, method } = this.remapped;
    const rules = { before: a?.rule ?? null, after: b?.rule ?? null };
    if (!this.changes.has(key)) {
      this.changes.set(key, {
        from,
        to,
        capability: b?.capability ?? a?.capability ?? '',
        region: `${tool === undefined ? 'method' : 'tool'} ${tool ?? method}, ${regionText([rules.before, rules.after], [])}`,
        witness,
        ...rules,
      });
    }
    return true;
  }

  private isKnown(from: Decision, to: Decision): boolean {
    return [...this.changes.values()].some((change) => change.from === from && change.to === to);
  }
}
