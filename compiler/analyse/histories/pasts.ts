import type { Environment } from '../../../runtime/types.js';
import type { After } from '../../conditions/condition.js';
import { asksOf } from '../../ir/asks.js';
import type { Policy } from '../../ir/policy.js';
import type { LeadTo } from '../calls/space.js';
import { askedIn } from '../regions/past.js';
import type { PastRelation } from '../regions/past-relations.js';
import { TRUE, UNKNOWN } from '../regions/region.js';
import { type MarkedSpace, markedSpace } from './marked-space.js';
import { relationsOfPasts } from './reachable-pasts.js';
import { TraceSearch } from './trace-search.js';

export interface PastOptions {
  /** Labels that policies which are not among these set. */
  readonly declared: readonly string[];
  /** What else is asked of their pasts. */
  readonly asked?: readonly After[];
}

/** Policies of one agent, whose calls share a past. */
export class Pasts {
  readonly spaces: readonly MarkedSpace[];
  /** What holds in every past that their calls can lead to. */
  readonly relations: readonly PastRelation[];
  readonly search: TraceSearch;

  constructor(policies: readonly Policy[], environment: Environment, { declared, asked = [] }: PastOptions) {
    this.spaces = policies.map((policy) => markedSpace(policy, environment));
    const isAsked = asked.length > 0 || policies.some(asksForPasts);
    this.relations = isAsked ? relationsOfPasts(this.spaces, new Set(declared), asked) : [];
    this.search = new TraceSearch(this.spaces, environment);
    for (const of of isAsked ? this.spaces : []) {
      of.space.showPasts(this.shown);
    }
  }

  /** A call that proves something in the past that it was given, with calls that lead to such a one. */
  readonly shown: LeadTo = (call, asked, proves) => (proves(call) ? this.search.find(call, asked, proves) : undefined);

  /** Can no call that passes set the label? `false` where that is not known. */
  isNeverSet(label: string): boolean {
    return this.relations.some(
      ([part, ...others]) =>
        part !== undefined &&
        others.length === 0 &&
        (part.allowed & UNKNOWN) === 0 &&
        askedIn(part.dimension).labels.join() === label &&
        this.relations.some(
          (one) => one.length === 1 && one[0]?.dimension === part.dimension && (one[0].allowed & TRUE) === 0,
        ),
    );
  }
}

/** Does anything in a policy ask what happened before? */
export function asksForPasts({ rules, marks, promises }: Policy): boolean {
  return [...rules, ...marks, ...promises].some(({ when }) => asksOf(when).length > 0);
}
