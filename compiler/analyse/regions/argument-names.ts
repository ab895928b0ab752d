import { type Constraint, type Dimension, FALSE, firstWithin, type Region, type Solution, TRUE } from './region.js';

/** The names of a call's arguments are among these. Its values are lists of names. */
export class ArgumentNamesRegion implements Region {
  readonly dimension = 'argument names';
  readonly perCall = true;

  constructor(readonly names: readonly string[]) {}

  truth(value: unknown): number {
    return (value as readonly string[]).every((name) => this.names.includes(name)) ? TRUE : FALSE;
  }

  samples(): readonly unknown[] {
    return [[], ...this.names.map((name) => [name])];
  }

  borders(): readonly unknown[] {
    return [
      ...this.samples(),
      this.names,
      [...this.names, OTHER],
      [OTHER],
      ...this.names.map((name) => [name.toUpperCase()]),
    ];
  }
}

/** A name that no policy has. */
const OTHER = 'another_argument';

export class ArgumentNamesDimension implements Dimension {
  readonly key = 'argument names';
  readonly single = true;

  solve(constraints: readonly Constraint[]): Solution {
    const given = constraints as readonly Constraint<ArgumentNamesRegion>[];
    const lists = given.map(({ region }) => region.names);
    // A name outside each of the lists is one that some list has and others don't, or none has: a set of them tells all.
    const names = [...new Set([...lists.flat(), OTHER])];
    const wanted = given.filter(({ allowed }) => (allowed & FALSE) === 0);
    const within = names.filter((name) => wanted.every(({ region }) => region.names.includes(name)));
    return firstWithin([[], ...within.map((name) => [name]), within], constraints);
  }
}
