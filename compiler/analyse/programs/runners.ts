import { RUNS_OTHERS, SHELLS, WRAPPERS } from '../../../runtime/data/programs.js';

/** Words behind a program's name with which it runs another, and what it does then. */
interface Running {
  readonly words: string;
  readonly text: string;
}

const programsOf = (rows: typeof RUNS_OTHERS): ReadonlySet<string> =>
  new Set(rows.flatMap(({ programs }) => programs.split(' ')));
/** Whatever they are given. */
const ALWAYS = programsOf(RUNS_OTHERS.filter((row) => Object.keys(row).length === 1));
/** What reads code from standard input takes a file as well. */
const INTERPRETERS = programsOf(RUNS_OTHERS.filter(({ max }) => max === 0));

/** What a program that exists to run others does with words of a caller's choice. */
export function runningsOf(program: string): Running[] {
  const runnings: Running[] = [];
  const wrapper = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined;
  if (wrapper) runnings.push({ words: `${'1 '.repeat(wrapper.operands)}id`, text: 'runs a command' });
  if (SHELLS.has(program)) runnings.push({ words: '-c id', text: 'runs shell text' });
  if (INTERPRETERS.has(program)) runnings.push({ words: 'x', text: 'runs the code in a file' });
  if (ALWAYS.has(program)) runnings.push({ words: 'id', text: 'runs what it is given' });
  return runnings;
}
