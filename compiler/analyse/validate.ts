import type { Context } from '../../runtime/types.js';
import type { Progress } from '../diagnostics/progress.js';
import type { RuleGroup } from '../emit/rule-sets.js';
import type { Policy } from '../ir/policy.js';
import type { Witness } from './calls/call.js';
import { CrossCheck } from './calls/cross-check.js';
import { Space } from './calls/space.js';

/** Where calls are made: anywhere will do, but it must be the same everywhere. */
const SOMEWHERE = { home: '/home/someone', platform: 'linux' } as const;

/**
 * The interpreter looks at every rule of a capability for every call, and takes about a microsecond for each. Beyond so
 * many looks it is asked only where the module does not name the rule that analysis expects; and borders are sampled.
 */
const MAX_LOOKS = 4_000_000;

/** What was run. */
export interface Validation {
  readonly calls: number;
  /** Of these, calls of very large policies that the interpreter was not asked about. */
  readonly unasked: number;
  /** Calls at borders that very large policies leave out. */
  readonly left: number;
}

/**
 * Translation validation: runs the module that a policy compiles to against the reference interpreter, on a call for
 * every rule that it decides, for every verdict, for values on both sides of every condition's border, for what is
 * unknown, and for values of every shape that JSON has.
 *
 * @param context Fixed at compile time.
 * @throws DisagreementError with the call on which the two disagree.
 */
export function validateModule(policy: Policy, context: Context = {}, progress: Progress = () => {}): Validation {
  const space = new Space([policy], SOMEWHERE);
  const crossCheck = new CrossCheck(policy, SOMEWHERE, context);
  let looks = 0;
  let calls = 0;
  let unasked = 0;
  let left = 0;
  const run = (set: RuleGroup, witness: Witness): void => {
    crossCheck.decide(witness);
    calls++;
    looks += set.rules.length + 1;
  };
  space.sets.forEach((set, i) => {
    progress('proving decisions', i, space.sets.length);
    for (const { witness, rule } of space.deciding(set)) {
      if (looks > MAX_LOOKS && crossCheck.compiled(witness)?.rule === rule) {
        calls++;
        unasked++;
      } else run(set, witness);
    }
  });
  space.sets.forEach((set, i) => {
    progress('proving borders', i, space.sets.length);
    const borders = [...space.borders(set)];
    // Evenly over all of them where there are too many.
    const affordable = Math.max(200, Math.floor((2 * MAX_LOOKS - looks) / (set.rules.length + 1)));
    const stride = Math.max(1, Math.ceil(borders.length / affordable));
    for (let at = 0; at < borders.length; at += stride) run(set, borders[at] as Witness);
    left += borders.length - Math.ceil(borders.length / stride);
  });
  space.sets.forEach((set, i) => {
    progress('proving shapes', i, space.sets.length);
    const shapes = [...space.oddShapes(set)];
    const affordable = Math.max(200, Math.floor((3 * MAX_LOOKS - looks) / (set.rules.length + 1)));
    const stride = Math.max(1, Math.ceil(shapes.length / affordable));
    for (let at = 0; at < shapes.length; at += stride) run(set, shapes[at] as Witness);
    left += shapes.length - Math.ceil(shapes.length / stride);
  });
  // What marks and limits ask is asked as rules ask it, so that their borders are tried as well.
  const asking = askingPolicy(policy);
  const effects = asking && new Space([asking], SOMEWHERE);
  for (const set of effects?.sets ?? []) {
    for (const { witness } of effects?.deciding(set) ?? []) run(set, witness);
    for (const witness of effects?.borders(set) ?? []) run(set, witness);
  }
  return { calls, unasked, left };
}

/** Rules with the conditions of marks, limits and result rules; undefined where there are none. */
function askingPolicy(policy: Policy): Policy | undefined {
  const asking = [...policy.marks, ...policy.limits, ...policy.results];
  if (asking.length === 0) return undefined;
  const rules = asking.flatMap(({ id, capability, when, place }) => {
    const own = { capability, when, place, reason: '' };
    return [
      { ...own, id: `${id} may`, decision: 'deny' as const },
      { ...own, id: `${id} must`, decision: 'allow' as const },
    ];
  });
  return {
    ...policy,
    rules: rules.toSorted((a, b) => Number(a.decision === 'allow') - Number(b.decision === 'allow')),
  };
}
