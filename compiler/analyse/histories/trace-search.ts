import type { LedgerEntry } from '../../../runtime/history/entry.js';
import type { Environment } from '../../../runtime/types.js';
import type { After } from '../../conditions/condition.js';
import { EventPast } from '../../interpret/histories/event-past.js';
import { eventsOf, SOMEBODY } from '../../interpret/histories/given-past.js';
import { type Interpretation, interpretCapability, interpretMethod, interpretTool } from '../../interpret/interpret.js';
import type { Policy } from '../../ir/policy.js';
import type { Witness } from '../calls/call.js';
import { keyAt } from '../calls/past.js';
import { isSpent } from '../regions/budget.js';
import { pastDimension } from '../regions/past.js';
import type { MarkedSpace } from './marked-space.js';
import { markingCalls } from './marking-calls.js';
import { fileOf, type Move, type Reached, TraceGraph } from './trace-graph.js';

/*
 * Calls that lead to a past, shortest first: those that mark something that matters, one after the other, ended in each
 * way, with time between them. Each is judged where it stands; pasts in which all that is asked comes out alike, now and
 * when windows run out, are one.
 */

/** So many calls are tried for one that needs a past; few, once so many have led nowhere. */
const MAX_TRIED = 2000;
const MAX_FAILED = 4000;
const FEW_TRIED = 150;
/** Pasts that are unlike the one that was given. */
const MAX_OTHERS = 8;

/** What is looked at: calls that mark these labels, and what pasts are told apart by. */
interface Stage {
  readonly labels: ReadonlySet<string>;
  readonly asked: readonly After[];
}

export class TraceSearch {
  private readonly graphs = new Map<string, TraceGraph>();
  private readonly cones = new Map<string, ReadonlySet<string>>();
  private readonly moves = new Map<string, readonly Move[]>();
  private readonly start: number;
  /** Calls that were tried, and led nowhere. */
  private failed = 0;

  constructor(
    private readonly spaces: readonly MarkedSpace[],
    private readonly environment: Environment,
    /** Policies each of which judges every call, and has a past of its own. */
    private readonly worlds: readonly Policy[] = [],
  ) {
    this.start = environment.now?.() ?? Date.now();
  }

  /**
   * The same call, with calls before it that lead to a past in which it proves what it does in the one it was given.
   *
   * @param asked What the rules of its capability ask of the past.
   * @param proves Whether a call with those before it shows what is looked for.
   */
  find(call: Witness, asked: readonly After[], proves: (call: Witness) => boolean): Witness | undefined {
    const { history, ...bare } = call;
    const isLikely = this.worlds.length > 0 ? this.differs(call) : this.decidesLike(call);
    const dimensions = new Set(asked.map(pastDimension));
    const given = this.failed > MAX_FAILED ? FEW_TRIED : MAX_TRIED;
    const budget = { left: given };
    for (const stage of this.stages(call, asked)) {
      const graph = this.graph(call, stage);
      const wanted = this.worlds.length > 0 ? undefined : graph.answersTo(this.eventsBefore(call), dimensions);
      // What is asked need not come out as in the given past: a few others are tried on the way.
      const tried = new Set<string>();
      let others = 0;
      for (const past of graph.pasts(budget)) {
        if (isSpent()) return undefined;
        const { events, steps, now } = past;
        const answers = graph.answers(past, dimensions);
        if (tried.has(answers)) continue;
        tried.add(answers);
        if (wanted !== undefined && answers !== wanted && ++others > MAX_OTHERS) continue;
        if (!isLikely(events, now)) continue;
        const at = Math.round((now - this.start) / 1000);
        const policy = this.spaces.length > 1 && { policy: fileOf((this.spaces[0] as MarkedSpace).policy) };
        const found = steps.length === 0 ? bare : { ...bare, trace: steps, at, ...policy };
        if (proves(found)) return found;
      }
    }
    this.failed += given - budget.left;
    return undefined;
  }

  /** What a call needs mostly comes about by itself; else with all that it asks for, or that this depends on. */
  private *stages({ history = {} }: Witness, asked: readonly After[]): Iterable<Stage> {
    const needed = new Set(Object.keys(history));
    const all = new Set(asked.flatMap((one) => one.labels));
    const cone = this.coneOf(all);
    yield { labels: needed, asked: asked.filter((one) => one.labels.some((label) => needed.has(label))) };
    if (needed.size < all.size) yield { labels: all, asked };
    const about = this.askedAbout(cone);
    if (all.size < cone.size || about.length > asked.length) yield { labels: cone, asked: about };
  }

  private eventsBefore({ history }: Witness): LedgerEntry[] {
    return eventsOf((this.spaces[0] as MarkedSpace).policy, history ?? {}, this.start);
  }

  /** Is the call decided as in the past that it was given? */
  private decidesLike(call: Witness): (events: Reached['events'], now: number) => boolean {
    const { policy } = this.spaces[0] as MarkedSpace;
    const wanted = this.judged(policy, call, eventsOf(policy, call.history ?? {}, this.start), this.start);
    return ([events = []], now) => this.judged(policy, call, events, now).decision === wanted.decision;
  }

  /** Is it decided otherwise in one world than in another? */
  private differs(call: Witness): (events: Reached['events'], now: number) => boolean {
    return (events, now) => {
      const decisions = this.worlds.map((policy, i) => this.judged(policy, call, events[i] ?? [], now).decision);
      return new Set(decisions).size > 1;
    };
  }

  /** Does a call pass in the past that it was given? */
  private passes({ policy }: MarkedSpace): (call: Witness) => boolean {
    return (call) => {
      const events = eventsOf(policy, call.history ?? {}, this.start);
      return policy.mode === 'observe' || this.judged(policy, call, events, this.start).decision !== 'deny';
    };
  }

  private judged(
    policy: Policy,
    call: Witness,
    events: readonly LedgerEntry[],
    now: number,
  ): Pick<Interpretation, 'decision'> {
    const past = new EventPast(events, { ...SOMEBODY, now });
    const world = { context: call.context, environment: { ...this.environment, now: () => now }, past };
    const { method } = call;
    if (method !== undefined) return interpretMethod(policy, method, call.args, world) ?? UNJUDGED;
    return call.tool !== undefined
      ? interpretTool(policy, call.tool, call.args, world)
      : interpretCapability(policy, call.capability, call.args, world);
  }

  private graph(call: Witness, { labels, asked }: Stage): TraceGraph {
    const all = [...new Map(asked.map((one) => [pastDimension(one), one])).values()];
    const keys = new Map<string, unknown>();
    for (const { by } of all) if (by !== undefined) keys.set(by, keyAt(call.args, by));
    const name = JSON.stringify([[...labels].sort(), [...keys], all.map(pastDimension).sort()]);
    let graph = this.graphs.get(name);
    if (!graph) {
      const { environment, start, spaces, worlds } = this;
      graph = new TraceGraph(
        { asked: all, keys, environment, start, worlds, isOfSeveral: spaces.length > 1 },
        this.movesOf(labels),
      );
      this.graphs.set(name, graph);
    }
    return graph;
  }

  private askedAbout(labels: ReadonlySet<string>): After[] {
    const all = this.spaces.flatMap(({ space }) => space.sets.flatMap((set) => space.askedIn(set)));
    const own = all.filter((one) => one.labels.some((label) => labels.has(label)));
    return [...new Map(own.map((one) => [pastDimension(one), one])).values()];
  }

  /** These labels, and those that the calls which mark them depend on. */
  private coneOf(start: ReadonlySet<string>): ReadonlySet<string> {
    const key = JSON.stringify([...start].sort());
    const known = this.cones.get(key);
    if (known) return known;
    const cone = new Set(start);
    for (let before = -1; before !== cone.size; ) {
      before = cone.size;
      for (const { space, policy, marksAt } of this.spaces) {
        for (const set of space.sets) {
          const isMarking = set.rules.some((index) =>
            policy.marks[index - marksAt]?.labels.some((label) => cone.has(label)),
          );
          if (isMarking) for (const label of space.askedIn(set).flatMap((one) => one.labels)) cone.add(label);
        }
      }
    }
    this.cones.set(key, cone);
    return cone;
  }

  private movesOf(labels: ReadonlySet<string>): readonly Move[] {
    const key = JSON.stringify([...labels].sort());
    const known =
      this.moves.get(key) ?? this.spaces.flatMap((space) => markingCalls(space, labels, this.passes(space)));
    this.moves.set(key, known);
    return known;
  }
}

const UNJUDGED = { decision: 'allow' } as const;
