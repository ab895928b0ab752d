import type { After } from '../../conditions/condition.js';
import type { RuleGroup } from '../../emit/rule-sets.js';
import type { Mark } from '../../ir/policy.js';
import { isSpent } from '../regions/budget.js';
import { pastDimension } from '../regions/past.js';
import { type PastPart, type PastRelation, relationsOf } from '../regions/past-relations.js';
import { FALSE, TRUE, UNKNOWN } from '../regions/region.js';
import { type LabelState, LabelStates, type LabelTraits, type MarkedBy } from './label-states.js';
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
const MAX_STEPS = 8_000;
/** All the ways that are looked at, of all that are looked at together. */
const MAX_WORK = 60_000;
const MAX_ROUNDS = 6;
const MAX_CHOICES = 12;

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
  private work = 0;
  private relations = new Map<string, PastRelation>();

  constructor(
    private readonly spaces: readonly MarkedSpace[],
    declared: ReadonlySet<string>,
    more: readonly After[],
  ) {
    const sets = spaces.flatMap(({ space }) => space.sets.map((set) => ({ space, set })));
    for (const { space, set } of sets) this.askedIn.set(set, space.askedIn(set));
    const asked = [...[...this.askedIn.values()].flat(), ...more];
    this.asked = [...new Map(asked.map((one) => [pastDimension(one), one])).values()];
    const marks = spaces.flatMap(({ policy }) => policy.marks);
    const labels = [...new Set(this.asked.flatMap((one) => one.labels))];
    this.traits = labels.map((label): LabelTraits => {
      const own = marks.filter((mark) => mark.labels.includes(label));
      const is = (holds: (mark: Mark) => boolean) => own.some(holds);
      return {
        label,
        isDeclared: declared.has(label),
        isCleared: is(({ clears }) => clears),
        isKeyed: is(({ by }) => by !== undefined),
        hasResult: is(({ result, secret }) => result !== undefined || secret !== undefined),
        // What other policies do to one they may not do to the other.
        marks: declared.has(label)
          ? label
          : marks.flatMap((mark, i) => (mark.labels.includes(label) ? [i] : [])).join(),
      };
    });
    this.passing = spaces.map((space) => new PassingCalls(space));
    this.together = [...this.askedIn.values()].map((some) => new Set(some.flatMap((one) => one.labels)));
  }

  run(): PastRelation[] {
    const all = this.traits;
    if (all.length === 0) return [];
    this.knowInGeneral();
    this.learn();
    if (all.length <= MAX_TOGETHER && this.lookAt(all)) return this.found();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.relations.size;
      for (const size of SIZES) {
        for (const group of groupsOf(all, size)) {
          if (isSpent() || this.work > MAX_WORK) return this.found();
          // Of two something may be known by way of others; of three it is of use where rules ask for all.
          const isAsked = size < 3 || this.together.some((labels) => group.every(({ label }) => labels.has(label)));
          const before = this.relations.size;
          if (isAsked && !this.lookAt(group)) this.lookAtParts(group);
          // What is known of two may tell of the next.
          if (this.relations.size > before) this.learn();
        }
      }
      if (this.relations.size === before) break;
    }
    return this.found();
  }

  /** What holds of any past: the longer window, more labels, any key hold where the shorter, fewer, one does. */
  private knowInGeneral(): void {
    for (const a of this.asked) {
      for (const b of this.asked) {
        const isWithin =
          a.labels.every((label) => b.labels.includes(label)) && (b.within ?? Infinity) >= (a.within ?? Infinity);
        if (a === b || !isWithin || (b.by !== undefined && b.by !== a.by)) continue;
        const [dimension, wider] = [pastDimension(a), pastDimension(b)];
        this.add([
          { dimension, allowed: UNKNOWN | FALSE },
          { dimension: wider, allowed: TRUE },
        ]);
        // A key that is unknown says nothing of any.
        if (a.by !== b.by) continue;
        this.add([
          { dimension, allowed: FALSE },
          { dimension: wider, allowed: TRUE | UNKNOWN },
        ]);
      }
    }
  }

  private add(relation: PastRelation): void {
    this.relations.set(JSON.stringify(relation), relation);
  }

  private found(): PastRelation[] {
    this.learn();
    return [...this.relations.values()];
  }

  /** What was found holds of every call that is looked at from here on. */
  private learn(): void {
    const relations = [...this.relations.values()];
    for (const { space } of this.spaces) space.assume(relations);
  }

  /** Of each of the labels one question, where all are too much. */
  private lookAtParts(group: readonly LabelTraits[]): void {
    const choices = group.map(({ label }) => this.asked.filter((one) => one.labels.includes(label)));
    const all = choices.reduce<After[][]>(
      (some, own) => some.flatMap((one) => own.map((next) => [...one, next])),
      [[]],
    );
    for (const about of all.slice(0, MAX_CHOICES)) {
      if (isSpent() || this.work > MAX_WORK) return;
      this.lookAt(group, about);
    }
  }

  /**
   * @param of What is looked at of them; absent: all.
   * @returns whether all their pasts could be looked through.
   */
  private lookAt(group: readonly LabelTraits[], of?: readonly After[]): boolean {
    const labels = new Set(group.map(({ label }) => label));
    const about = of ?? this.asked.filter((one) => one.labels.some((label) => labels.has(label)));
    const within = about.filter((one) => one.labels.every((label) => labels.has(label)));
    const states = new LabelStates(group, about);
    const vectors = new Map<string, number[]>();
    const start = states.start();
    const known = new Set([states.keyOf(start)]);
    const todo: LabelState[] = [start];
    const sets = this.markingSets(labels, about);
    let steps = 0;
    for (let state = todo.pop(); state; state = todo.pop()) {
      for (const vector of states.vectors(state, within)) vectors.set(vector.join(), vector);
      for (const next of this.successors(states, state, sets)) {
        const key = states.keyOf(next);
        if (++steps > MAX_STEPS || ++this.work > MAX_WORK || isSpent()) return false;
        if (known.has(key)) continue;
        if (known.size >= MAX_STATES) return false;
        known.add(key);
        todo.push(next);
      }
    }
    for (const relation of relationsOf(within.map(pastDimension), [...vectors.values()])) {
      this.add(relation);
    }
    return true;
  }

  /** The capabilities whose calls may mark these labels, and what is known of the past of each. */
  private markingSets(labels: ReadonlySet<string>, about: readonly After[]): MarkingSet[] {
    return this.spaces.flatMap(({ space }, i) => {
      const passing = this.passing[i] as PassingCalls;
      return passing.sets.flatMap((set): MarkingSet[] => {
        const marks = passing.marksOfLabels(set, labels);
        if (marks.length === 0) return [];
        const own = new Set((this.askedIn.get(set) ?? []).map(pastDimension));
        const shaken = space.shakenIn(set);
        // What its rules ask, and what is known to go with that.
        const isLinked = (dimension: string) =>
          [...this.relations.values()].some(
            (parts) => parts.some((one) => own.has(one.dimension)) && parts.some((one) => one.dimension === dimension),
          );
        const asked = about.filter((one) => own.has(pastDimension(one)) || isLinked(pastDimension(one)));
        return [
          {
            asked: asked.map((one) => ({ one, isShaken: one.labels.some((label) => shaken.has(label)) })),
            known: new Map(),
            find: (past) => passing.marked(set, marks, past),
          },
        ];
      });
    });
  }

  private *successors(states: LabelStates, state: LabelState, sets: readonly MarkingSet[]): Iterable<LabelState> {
    yield* states.afterWaiting(state);
    const done = new Set<string>();
    for (const { asked, known, find } of sets) {
      const past = asked.map(({ one, isShaken }): PastPart => {
        const truth = states.truthOfAnyKey(state, one);
        // What is unknown makes rules ask that would not match otherwise, and marks of a call perhaps.
        const isOpen = isShaken || states.mayHaveBeenOpen(truth, one);
        return { dimension: pastDimension(one), allowed: isOpen ? truth | UNKNOWN : truth };
      });
      const key = past.map(({ allowed }) => allowed).join();
      let all = known.get(key);
      if (!all) {
        const telling = past.filter(({ allowed }) => allowed !== (TRUE | UNKNOWN | FALSE));
        all = find(telling).map((marks) => ({ marks, name: JSON.stringify(marks) }));
        known.set(key, all);
      }
      for (const { marks, name } of all) {
        if (done.has(name)) continue;
        done.add(name);
        yield* states.afterCall(state, marks);
      }
    }
  }
}

/** A capability whose calls may mark labels that are looked at. */
interface MarkingSet {
  readonly asked: readonly { readonly one: After; readonly isShaken: boolean }[];
  /** By what is known of the past: the marks that passing calls have together. */
  readonly known: Map<string, readonly { readonly marks: readonly MarkedBy[]; readonly name: string }[]>;
  find(past: readonly PastPart[]): readonly (readonly MarkedBy[])[];
}

function groupsOf<T>(all: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return all.flatMap((one, i) => groupsOf(all.slice(i + 1), size - 1).map((rest) => [one, ...rest]));
}
