import type { Mode } from '../../conditions/condition.js';
import { isSpent } from './budget.js';
import type { Formula, Literal, Matcher } from './formula.js';
import { isOfKeys } from './past.js';
import { type Constraint, type Dimension, FALSE, NOTHING, TRUE, UNKNOWN } from './region.js';

/*
 * The question behind every finding: is there a call that these rules match and those do not? A call is, for each fact,
 * a set of values; the facts are taken for independent of one another, so that `none` is certain, and a call that is
 * found is run before it is believed.
 *
 * The search is lazy: it looks for values that satisfy the rules that must match, then at which of the others matches
 * as well, and asks for values that this one fails on, until none is left or there are no more values.
 */

/** Which values a fact may have in the calls that are looked at. */
export interface Shape {
  dimension(key: string): Dimension;
  /** A mapping names the text: what deny rules see beside it are parts of it. */
  readonly namesText?: boolean;
  /** Is there always a value, never, or as it comes? */
  presence(key: string): 'always' | 'never' | 'maybe';
}

export interface Query {
  readonly matched: readonly Matcher[];
  /** A rule that is unknown does not match where it permits. */
  readonly unmatched: readonly Matcher[];
  /** Where these are many: those of them that may match a call with such values. */
  narrow?(valuesOf: (dimension: string) => readonly unknown[]): Iterable<Matcher>;
  /** Conditions that must be false, not merely unknown. */
  readonly falsified?: readonly Matcher[];
  /** One known value for each fact, of which conditions are true or false; else sets of values, unknown ones too. */
  readonly singleKnown?: boolean;
  /** A call has several keys, of which the past says other things. */
  readonly manyKeys?: boolean;
  /** Conditions of rules that must match are true, not merely unknown. */
  readonly known?: boolean;
}

/** Values of the facts, by dimension. */
export type Assignment = ReadonlyMap<string, readonly Slot[]>;

/** A value, and the largest set of the call's texts it must be part of. */
export interface Slot {
  readonly value: unknown;
  readonly layer: number;
}

export type Answer = { readonly assignment: Assignment } | 'none' | 'budget' | 'unproved';

/** More alternatives than this, and the answer is `budget`. */
const MAX_BRANCHES = 500;
const MAX_REFUSED = 24;

/** The texts of allow rules are among those of negated conditions in deny rules, and these among all. */
const LAYERS: Readonly<Record<Mode, number>> = { permit: 0, permitNot: 0, forbidNot: 1, forbid: 2 };

interface Task {
  readonly formula: Formula;
  readonly holds: boolean;
  readonly protects: boolean;
}

/** What is asked of one fact so far, and values that answer. */
interface Asked {
  /** Of every value in the layer. */
  readonly every: readonly (Constraint & { readonly layer: number })[];
  /** Of some value each. */
  readonly some: readonly (Constraint & { readonly layer: number })[];
  readonly present: boolean;
  readonly slots: readonly Slot[];
}

interface State {
  readonly asked: ReadonlyMap<string, Asked>;
  readonly todo: readonly Task[];
}

/** Does a rule match a call that was found? */
export function isMatch(rule: Matcher, assignment: Assignment, shape: Shape): boolean {
  return new Search({ matched: [], unmatched: [] }, shape).matchesAssignment(rule, assignment);
}

/**
 * Looks for a call.
 *
 * @param accept Says whether a call that was found will do; after some that will not, the answer is `unproved`.
 */
export function search(query: Query, shape: Shape, accept: (found: Assignment) => boolean = () => true): Answer {
  return new Search(query, shape).run(accept);
}

class Search {
  private spent = false;

  constructor(
    private readonly query: Query,
    private readonly shape: Shape,
  ) {}

  run(accept: (found: Assignment) => boolean): Answer {
    let refused = 0;
    const { matched, falsified = [] } = this.query;
    const task = (rule: Matcher, holds: boolean): Task => ({ ...rule, holds });
    const start = [...falsified.map((rule) => task(rule, false)), ...matched.map((rule) => task(rule, true))];
    const pending: State[] = [{ asked: new Map(), todo: start }];
    for (let branches = 0; ; branches++) {
      const state = pending.pop();
      if (!state) return this.spent ? 'budget' : refused > 0 ? 'unproved' : 'none';
      if (branches > MAX_BRANCHES || isSpent()) return 'budget';
      const assignment = this.settle(state, pending);
      if (!assignment) continue;
      if (accept(assignment)) return { assignment };
      if (++refused >= MAX_REFUSED) return 'unproved';
    }
  }

  /** Works a state off; its alternatives are put on the stack. undefined: it is refuted. */
  private settle(state: State, pending: State[]): Assignment | undefined {
    const asked = new Map(state.asked);
    const todo = [...state.todo];
    const refuted = new Set<Matcher>();
    for (;;) {
      for (let task = todo.pop(); task; task = todo.pop()) {
        const { formula, holds, protects } = task;
        if (formula.kind === 'literal') {
          if (!this.use(asked, formula.literal, holds, protects)) return undefined;
        } else if ((formula.kind === 'all') === holds) {
          todo.push(...formula.of.map((part) => ({ formula: part, holds, protects })));
        } else {
          const [first, ...others] = formula.of;
          if (!first) return undefined;
          for (const other of others.toReversed()) {
            pending.push({ asked: new Map(asked), todo: [...todo, { formula: other, holds, protects }] });
          }
          todo.push({ formula: first, holds, protects });
        }
      }
      const hit = this.firstMatch(asked);
      // The values that were found do not keep it from matching after all: nothing is known.
      if (hit && refuted.has(hit)) {
        this.spent = true;
        return undefined;
      }
      if (!hit) return new Map([...asked].map(([key, { slots }]) => [key, slots]));
      refuted.add(hit);
      todo.push({ formula: hit.formula, holds: false, protects: hit.protects });
    }
  }

  /** Asks one more thing of a fact. @returns whether some values still answer. */
  private use(asked: Map<string, Asked>, literal: Literal, holds: boolean, protects: boolean): boolean {
    const { region, dimension, negated, mode } = literal;
    const before = asked.get(dimension) ?? this.nothingAsked(dimension);
    if (!before) return false;
    const isTrue = negated ? FALSE : TRUE;
    const isFalse = negated ? TRUE : FALSE;
    // A part that holds a word is in a whole that holds it.
    const isWhole = holds && !negated && region.isSubstring && this.shape.namesText;
    const layer = region.dimension === 'text' && !isWhole ? LAYERS[mode] : 0;
    const maybe = this.query.known ? 0 : UNKNOWN;
    let next: Asked;
    if (this.query.singleKnown) {
      next = { ...before, every: [...before.every, { region, allowed: holds ? isTrue : isFalse, layer }] };
    } else if (protects) {
      next =
        holds && !this.isOne(region.perCall, dimension)
          ? { ...before, some: [...before.some, { region, allowed: isTrue | maybe, layer }] }
          : {
              ...before,
              every: [...before.every, { region, allowed: holds ? isTrue | maybe : isFalse | NOTHING, layer }],
              present: before.present || holds,
            };
    } else {
      next = holds
        ? { ...before, every: [...before.every, { region, allowed: isTrue, layer }], present: true }
        : this.permitFails(dimension, before, { region, allowed: isFalse | UNKNOWN | NOTHING, layer });
    }
    const slots = this.slotsFor(dimension, next);
    if (slots) asked.set(dimension, { ...next, slots });
    return slots !== undefined;
  }

  /** Is there one value in a call, of which the same is said? */
  private isOne(usually: boolean | undefined, dimension: string): boolean {
    return usually === true && !(this.query.manyKeys && isOfKeys(dimension));
  }

  /** An allow rule's condition fails where there is no value, or one that it is not true of. */
  private permitFails(key: string, before: Asked, constraint: Asked['some'][number]): Asked {
    const mayBeEmpty = this.shape.presence(key) !== 'always' && !before.present && before.some.length === 0;
    if (mayBeEmpty && before.slots.length === 0) return before;
    return { ...before, some: [...before.some, constraint] };
  }

  private nothingAsked(key: string): Asked | undefined {
    const none: Asked = { every: [], some: [], present: false, slots: [] };
    const slots = this.slotsFor(key, none);
    return slots && { ...none, slots };
  }

  /** Values for what is asked of a fact; undefined: there are none. */
  private slotsFor(key: string, { every, some, present }: Asked): readonly Slot[] | undefined {
    const dimension = this.shape.dimension(key);
    const presence = this.shape.presence(key);
    if (presence === 'never') return some.length > 0 || present || this.query.singleKnown ? undefined : [];
    const solve = (constraints: readonly Constraint[]): unknown => {
      const solution = dimension.solve(constraints);
      if (solution === 'budget') this.spent = true;
      return typeof solution === 'string' ? NO_VALUE : solution.value;
    };
    if (this.isOne(dimension.single, key) || this.query.singleKnown) {
      const value = solve([...every, ...some]);
      return value === NO_VALUE ? undefined : [{ value, layer: 0 }];
    }
    if (some.length === 0) {
      if (!present && presence === 'maybe') return [];
      const value = solve(every);
      return value === NO_VALUE ? undefined : [{ value, layer: 0 }];
    }
    // One known value that does it all reads best.
    const known = some.map(({ allowed, ...rest }) => ({ ...rest, allowed: allowed & ~UNKNOWN || allowed }));
    for (const together of some.length > 1 || known[0]!.allowed !== some[0]!.allowed ? [known, some] : [some]) {
      const spent = this.spent;
      const value = solve([...together, ...every]);
      if (value !== NO_VALUE) return [{ value, layer: 0 }];
      this.spent = spent;
    }
    const slots: Slot[] = [];
    for (const one of some) {
      const value = solve([one, ...every.filter(({ layer }) => layer >= one.layer)]);
      if (value === NO_VALUE) return undefined;
      slots.push({ value, layer: one.layer });
    }
    if (present && !slots.some(({ layer }) => layer === 0)) {
      const value = solve(every);
      if (value === NO_VALUE) return undefined;
      slots.push({ value, layer: 0 });
    }
    return slots;
  }

  private firstMatch(asked: Map<string, Asked>): Matcher | undefined {
    const valuesOf = (dimension: string) => (this.askedOf(asked, dimension)?.slots ?? []).map(({ value }) => value);
    for (const rule of this.query.narrow?.(valuesOf) ?? this.query.unmatched) {
      if (this.matches(rule, asked)) return rule;
    }
    return undefined;
  }

  private askedOf(asked: Map<string, Asked>, dimension: string): Asked | undefined {
    let entry = asked.get(dimension);
    if (!entry) {
      entry = this.nothingAsked(dimension);
      if (entry) asked.set(dimension, entry);
    }
    return entry;
  }

  matchesAssignment(rule: Matcher, assignment: Assignment): boolean {
    const asked = new Map([...assignment].map(([key, slots]) => [key, { every: [], some: [], present: false, slots }]));
    return this.matches(rule, asked);
  }

  private matches(rule: Matcher, asked: Map<string, Asked>): boolean {
    const holds = (formula: Formula): boolean => {
      if (formula.kind === 'literal') return this.literalHolds(formula.literal, rule.protects, asked);
      return formula.kind === 'all' ? formula.of.every(holds) : formula.of.some(holds);
    };
    return holds(rule.formula);
  }

  private literalHolds(literal: Literal, protects: boolean, asked: Map<string, Asked>): boolean {
    const { region, dimension, negated, mode } = literal;
    const entry = this.askedOf(asked, dimension);
    if (!entry) return false;
    const isTrue = negated ? FALSE : TRUE;
    const inLayer = LAYERS[mode];
    let any = false;
    for (const { value, layer } of entry.slots) {
      if (layer > inLayer) continue;
      const truth = region.truth(value);
      if (truth === NOTHING) continue;
      if (protects && !this.query.singleKnown) {
        if ((truth & (isTrue | UNKNOWN)) !== 0) return true;
      } else if (truth !== isTrue) return false;
      any = true;
    }
    return any && !(protects && !this.query.singleKnown);
  }
}

const NO_VALUE = Symbol('no value');
