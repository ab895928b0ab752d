import type { RegexTable } from '../../../runtime/decide/conditions/regex.js';

/** In a table: found, whatever follows. */
const FOUND = -1;

/**
 * The smallest automaton that accepts the same texts: states are told apart by whether a text may end there, then by where
 * each class of characters leads, until no more are (Moore 1956). Classes that lead to the same everywhere become one.
 */
export function minimalTable({ next, end, ...alphabet }: RegexTable): RegexTable {
  const states = end.length;
  const width = next.length / states;
  // No text has a character behind the last one of Unicode.
  const boundaries = alphabet.boundaries.filter((boundary) => boundary <= 0x10ffff);
  const classes = alphabet.classes.slice(0, boundaries.length + 1);
  const columns = [...new Set(classes)];
  // What is found stays found: the state behind the last.
  const to = (state: number, column: number): number => {
    const target = state === states ? FOUND : (next[state * width + column] as number);
    return target === FOUND ? states : target;
  };
  let blocks = Int32Array.from({ length: states + 1 }, (_, state) => (state === states ? 1 : (end[state] as number)));
  for (let count = new Set(blocks).size; ; ) {
    const known = new Map<string, number>();
    const refined = blocks.map((block, state) => {
      const key = `${block},${columns.map((column) => blocks[to(state, column)]).join()}`;
      const number = known.get(key) ?? known.size;
      known.set(key, number);
      return number;
    });
    blocks = refined;
    if (known.size === count) break;
    count = known.size;
  }
  const found = blocks[states] as number;
  // The first state stays the first; what is found has no state of its own, unless it is where all begins.
  const numbers = new Map([[blocks[0] as number, 0]]);
  const representatives = [0];
  for (const state of representatives) {
    for (const column of columns) {
      const target = to(state, column);
      const block = blocks[target] as number;
      if (block !== found && !numbers.has(block)) numbers.set(block, representatives.push(target) - 1);
    }
  }
  const numberOf = (target: number): number => {
    const block = blocks[target] as number;
    return block === found ? FOUND : (numbers.get(block) as number);
  };
  const known = new Map<string, number>();
  const kept: number[] = [];
  const merged = new Map<number, number>();
  for (const column of columns) {
    const key = representatives.map((state) => numberOf(to(state, column))).join();
    const number = known.get(key) ?? kept.push(column) - 1;
    known.set(key, number);
    merged.set(column, number);
  }
  return {
    ...intervals(
      boundaries,
      classes.map((column) => merged.get(column) as number),
    ),
    next: representatives.flatMap((state) => kept.map((column) => numberOf(to(state, column)))),
    end: representatives.map((state) => end[state] as number),
  };
}

/** The same classes, without borders between two of one class. */
function intervals(
  boundaries: readonly number[],
  classes: readonly number[],
): Pick<RegexTable, 'boundaries' | 'classes'> {
  const kept = boundaries.flatMap((boundary, i) =>
    classes[i] === classes[i + 1] ? [] : [{ boundary, column: classes[i + 1] as number }],
  );
  return {
    boundaries: kept.map(({ boundary }) => boundary),
    classes: [classes[0] as number, ...kept.map(({ column }) => column)],
  };
}
