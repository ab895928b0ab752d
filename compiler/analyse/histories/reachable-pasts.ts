import type { After } from '../../conditions/condition.js';
import type { RuleGroup } from '../../emit/rule-sets.js';
import { literalsOf } from '../../ir/normal-form.js';
import type { Mark } from '../../ir/policy.js';
import { isSpent } from '../regions/budget.js';
import { askedIn, isPast, pastDimension } from '../regions/past.js';
import { type PastPart, type PastRelation, relationsOf } from '../regions/past-relations.js';
import { FALSE, TRUE, UNKNOWN } from '../regions/region.js';
import { type LabelState, LabelStates, type LabelTraits } from './label-states.js';
import type { MarkedSpace } from './marked-space.js';
import { PassingCalls } from './passing-calls.js';

/*
 * The pasts that calls can lead to: the least set that holds the empty one and is closed under calls that pass, their
 * ends, time, and what other policies do. It may hold more than there is, so what holds of all of it is certain.
 *
 * Few labels are looked at all together. Where there are more, each few of them that some rules ask for together are,
 * and of the others only what was found before; so it goes round until nothing more is found.
 */

/** More labels than this are not looked at all at once. */
const MAX_TOGETHER = 4;
/** And of more, so many at a time. */
const SIZES = [1, 2, 3];
/** More pasts than this are not looked through, nor more ways from one to another. */
const MAX_STATES = 4000;
const MAX_STEPS = 40_000;
const MAX_ROUNDS = 3;

/** What holds in every past that there can be. */
export function relationsOfPasts(
  spaces: readonly MarkedSpace[],
  declared: ReadonlySet<string>,
  asked: readonly After[],
): PastRelation[] {
  const search = new PastSearch(spaces, declared, asked);
  return search.run();
}

class PastSearch {
  private readonly asked: readonly After[];
  private readonly traits: readonly LabelTraits[];
  private readonly passing: readonly PassingCalls[];
  /** The labels that rules of one capability ask for. */
  private readonly together: readonly ReadonlySet<string>[];
  private readonly askedIn = new Map<RuleGroup, readonly After[]>();
  private relations = new Map<string, PastRelation>();

  constructor(
    private readonly spaces: readonly MarkedSpace[],
    declared: ReadonlySet<string>,
    more: readonly After[],
  ) {
    const sets = spaces.flatMap(({ space }) => space.sets.map((set) => ({ space, set })));
    for (const { space, set } of sets) this.askedIn.set(set, askedBy(space, set));
    const asked = [...[...this.askedIn.values()].flat(), ...more];
    this.asked = [...new Map(asked.map((one) => [pastDimension(one), one])).values()];
    const marks = spaces.flatMap(({ policy }) => policy.marks);
    const askedByMarks = new Set(
      spaces.flatMap(({ policy, space, marksAt }) =>
        policy.marks.flatMap((_, at) => askedByRule(space, marksAt + at).flatMap(({ labels }) => labels)),
      ),
    );
    const labels = [...new Set(this.asked.flatMap((one) => one.labels))];
    this.traits = labels.map((label): LabelTraits => {
      const own = marks.filter((mark) => mark.labels.includes(label));
      const is = (holds: (mark: Mark) => boolean) => own.some(holds);
      return {
        label,
        isDeclared: declared.has(label),
        isCleared: is(({ clears }) => clears),
        isKeyed: is(({ by }) => by !== undefined),
        hasResult: is(({ result }) => result !== undefined),
        isAskedByMarks: askedByMarks.has(label),
      };
    });
    this.passing = spaces.map((space) => new PassingCalls(space));
    this.together = [...this.askedIn.values()].map((some) => new Set(some.flatMap((one) => one.labels)));
  }

  run(): PastRelation[] {
    const all = this.traits;
    if (all.length === 0) return [];
    if (all.length <= MAX_TOGETHER && this.lookAt(all)) return this.found();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.relations.size;
      for (const size of SIZES) {
        for (const group of groupsOf(all, size)) {
          if (isSpent()) return this.found();
          const isAsked = this.together.some((labels) => group.every(({ label }) => labels.has(label)));
          if (isAsked) this.lookAt(group);
        }
        this.learn();
      }
      if (this.relations.size === before) break;
    }
    return this.found();
  }

  private found(): PastRelation[] {
    this.learn();
    return [...this.relations.values()];
  }

  /** What was found holds of every call that is looked at from here on. */
  private learn(): void {
    const relations = [...this.relations.values()];
    for (const { space } of this.spaces) space.assume(relations);
    for (const passing of this.passing) passing.forget();
  }

  /** @returns whether all their pasts could be looked through. */
  private lookAt(group: readonly LabelTraits[]): boolean {
    const labels = new Set(group.map(({ label }) => label));
    const about = this.asked.filter((one) => one.labels.some((label) => labels.has(label)));
    const within = about.filter((one) => one.labels.every((label) => labels.has(label)));
    const states = new LabelStates(group, about);
    const vectors = new Map<string, number[]>();
    const start = states.start();
    const known = new Set([states.keyOf(start)]);
    const todo: LabelState[] = [start];
    let steps = 0;
    for (let state = todo.pop(); state; state = todo.pop()) {
      for (const vector of states.vectors(state, within)) vectors.set(vector.join(), vector);
      for (const next of this.successors(states, state, labels, about)) {
        const key = states.keyOf(next);
        if (++steps > MAX_STEPS || isSpent()) return false;
        if (known.has(key)) continue;
        if (known.size >= MAX_STATES) return false;
        known.add(key);
        todo.push(next);
      }
    }
    for (const relation of relationsOf(within.map(pastDimension), [...vectors.values()])) {
      this.relations.set(JSON.stringify(relation), relation);
    }
    return true;
  }

  private *successors(
    states: LabelStates,
    state: LabelState,
    labels: ReadonlySet<string>,
    about: readonly After[],
  ): Iterable<LabelState> {
    yield* states.afterWaiting(state);
    const done = new Set<string>();
    for (const [i, passing] of this.passing.entries()) {
      for (const set of passing.sets) {
        const past = this.pastOf(states, state, this.spaces[i] as MarkedSpace, set, about);
        for (const marks of passing.marked(set, labels, past)) {
          const key = JSON.stringify(marks);
          if (done.has(key)) continue;
          done.add(key);
          yield* states.afterCall(state, marks);
        }
      }
    }
  }

  /** What a state says of the past of a call of a capability. */
  private pastOf(
    states: LabelStates,
    state: LabelState,
    { policy, space, marksAt }: MarkedSpace,
    set: RuleGroup,
    about: readonly After[],
  ): PastPart[] {
    const own = new Set((this.askedIn.get(set) ?? []).map(pastDimension));
    const byMarks = new Set(
      set.rules
        .filter((index) => index >= marksAt && index < marksAt + policy.marks.length)
        .flatMap((index) => askedByRule(space, index).map(pastDimension)),
    );
    return about.flatMap((asked): PastPart[] => {
      const dimension = pastDimension(asked);
      if (!own.has(dimension)) return [];
      let allowed = states.truthOfAnyKey(state, asked);
      // A mark may have been judged while what it asks for was open.
      const wasOpen = (allowed & TRUE) !== 0 || states.wasOpen(state, asked);
      if (byMarks.has(dimension) && wasOpen) allowed |= UNKNOWN;
      return allowed === (TRUE | UNKNOWN | FALSE) ? [] : [{ dimension, allowed }];
    });
  }
}

/** What the rules of a capability ask of the past. */
function askedBy(space: MarkedSpace['space'], set: RuleGroup): After[] {
  const asked = set.rules.flatMap((index) => askedByRule(space, index));
  return [...new Map(asked.map((one) => [pastDimension(one), one])).values()];
}

function askedByRule(space: MarkedSpace['space'], index: number): After[] {
  return literalsOf(space.rule(index).formula).flatMap(({ dimension }) =>
    isPast(dimension) ? askedIn(dimension) : [],
  );
}

function groupsOf<T>(all: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return all.flatMap((one, i) => groupsOf(all.slice(i + 1), size - 1).map((rest) => [one, ...rest]));
}
