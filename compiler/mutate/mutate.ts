import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { DECISIONS } from '../../runtime/decision.js';
import type { Decision } from '../../runtime/types.js';
import type { Witness } from '../analyse/calls/call.js';
import { diffPolicies } from '../analyse/diff/diff.js';
import { PolicyError } from '../diagnostics/diagnostic.js';
import type { Progress } from '../diagnostics/progress.js';
import type { FixtureCase } from '../fixtures/fixture.js';
import { disappointed, judgeCase } from '../fixtures/judge-case.js';
import { editablePolicy } from '../ir/load.js';
import type { Policy } from '../ir/policy.js';
import { type WrittenCase, writtenCase } from './killing-case.js';
import { type Mutant, mutantsOf } from './mutants.js';

/** A change that no case notices. */
export interface Survivor {
  readonly mutant: Mutant;
  /** A call whose verdict changes; null: only what is done beside verdicts changes, or it could not be told. */
  readonly witness: Witness | null;
  readonly from: Decision | null;
  readonly to: Decision | null;
  /** What else changes, or could not be told, in a sentence. */
  readonly note?: string;
  /** A case that notices it, and passes as the policy is; absent: it has to be written by hand. */
  readonly killer?: WrittenCase;
}

/** Which changes to a policy its tests would not notice. */
export interface Mutation {
  /** All that load. */
  readonly mutants: number;
  /** Proved to decide nothing otherwise. */
  readonly equivalent: number;
  readonly killed: number;
  readonly survived: readonly Survivor[];
  /** Killed, of those that are not equivalent; 1 where there are none. */
  readonly score: number;
  /** Files that it extends: nothing in them was changed. */
  readonly extended: readonly string[];
  /** Cases that fail as it is: what they say of mutants is worth nothing. */
  readonly failing: readonly string[];
}

export interface MutationOptions {
  readonly progress?: Progress;
  /** Milliseconds since 1970, where a case says nothing of time. */
  readonly now?: number;
}

/** As long as the comparison of one mutant may take, in seconds. */
const BUDGET = 10;

/**
 * Makes every small change to a policy, and looks which of them the cases notice.
 *
 * @throws PolicyError where the policy does not load.
 */
export async function mutate(
  path: string,
  all: readonly FixtureCase[],
  options: MutationOptions = {},
): Promise<Mutation> {
  const { progress = () => {}, now = Date.now() } = options;
  const own = resolve(path);
  const cases = all.filter(({ policy }) => policy === own).map((one) => ({ now, ...one }));
  const { syntax, withSyntax } = await editablePolicy(path);
  const policy = withSyntax(syntax);
  const failing = cases.flatMap((one) => (problemOf(policy, one) === undefined ? [] : [one.name]));
  const useful = cases.filter(({ name }) => !failing.includes(name));
  const mutants = mutantsOf(syntax);
  const places = placesOf(cases);
  let count = 0;
  let killed = 0;
  let equivalent = 0;
  const survived: Survivor[] = [];
  for (const [i, mutant] of mutants.entries()) {
    progress('mutants', i, mutants.length);
    const changed = loaded(() => withSyntax(mutant.root));
    if (!changed) continue; // Its author would notice.
    count++;
    const killer = useful.findIndex((one) => noticed(changed, one) === 'verdict');
    if (killer >= 0) {
      killed++;
      // What has noticed one thing is likely to notice the next.
      useful.unshift(...useful.splice(killer, 1));
      continue;
    }
    const survivor = comparedWith(policy, changed, mutant, places);
    // A case that names a rule sees that it has another number: where no call is decided otherwise, that is nothing.
    if (!survivor) equivalent++;
    else if (useful.some((one) => noticed(changed, one) === 'words')) killed++;
    else survived.push(survivor);
  }
  const open = count - equivalent;
  const extended = policy.sources.slice(1).map(({ file }) => file);
  return { mutants: count, equivalent, killed, survived, score: open === 0 ? 1 : killed / open, extended, failing };
}

function loaded(load: () => Policy): Policy | undefined {
  try {
    return load();
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}

/** What of a case a policy changes: the verdict, or only which rule or reason there is for it. */
function noticed(policy: Policy, one: FixtureCase): 'verdict' | 'words' | undefined {
  const found = judgeCase(policy, one);
  if (typeof found === 'string') return 'verdict';
  const { decision, reason, rule } = found.judged;
  if (decision !== one.expect.decision) return 'verdict';
  return disappointed(one, { decision, reason, ruleId: rule?.id ?? null }) === undefined ? undefined : 'words';
}

function problemOf(policy: Policy, one: FixtureCase): string | undefined {
  const found = judgeCase(policy, one);
  if (typeof found === 'string') return found;
  const { decision, reason, rule } = found.judged;
  return disappointed(one, { decision, reason, ruleId: rule?.id ?? null });
}

/** Where gateways are started, as far as the cases say, and anywhere: the more is known of a place, the sooner. */
function placesOf(cases: readonly FixtureCase[]): readonly (readonly string[])[] {
  const places = [...cases.map(({ roots }) => roots), []];
  return [...new Map(places.map((roots) => [JSON.stringify(roots), roots])).values()].sort(
    (a, b) => b.length - a.length,
  );
}

/** The witness as a case, if that notices the change when it is run. */
function killerOf(
  policy: Policy,
  changed: Policy,
  { rule, kind }: Mutant,
  witness: Witness,
  roots: readonly string[],
): WrittenCase | undefined {
  const asksOfPast = policy.marks.length + policy.limits.length > 0;
  for (const decision of DECISIONS) {
    const what = witness.tool ?? witness.capability;
    const name = `${rule}, ${kind.replaceAll('-', ' ')}: ${what} is ${decision.replace('_', ' ')}`;
    const written = writtenCase(name, witness, decision, { asksOfPast, roots });
    if (!written) return undefined;
    const {
      args = {},
      context = {},
      before,
      at,
      history,
      expect,
      now,
    } = written as unknown as FixtureCase & { now?: string };
    const one: FixtureCase = {
      name,
      policy: '',
      ...(witness.tool === undefined ? { capability: witness.capability } : { tool: witness.tool }),
      args,
      context,
      roots,
      ...(now !== undefined && { now: Date.parse(now) }),
      ...(history !== undefined && { history }),
      ...(before !== undefined && { before }),
      ...(at !== undefined && { at }),
      expect,
      place: { file: '', line: 0 },
    };
    if (problemOf(policy, one) === undefined && problemOf(changed, one) !== undefined) return written;
  }
  return undefined;
}

/** @returns undefined where it is proved that no call is decided otherwise, in none of the places. */
function comparedWith(
  policy: Policy,
  changed: Policy,
  mutant: Mutant,
  places: readonly (readonly string[])[],
): Survivor | undefined {
  let note: string | undefined;
  for (const roots of places) {
    const environment = { home: homedir(), roots };
    const { changes, settings, notAnalysed } = diffPolicies(policy, changed, {
      budget: BUDGET,
      firstOnly: true,
      environment,
    });
    const [change] = changes;
    if (change) {
      const { witness, from, to } = change;
      const killer = killerOf(policy, changed, mutant, witness, roots);
      return { mutant, witness, from, to, ...(killer && { killer }) };
    }
    const [setting] = settings;
    if (setting) note ??= `no verdict was found to change, but ${setting.setting}: ${setting.from}, then ${setting.to}`;
    if (notAnalysed.length > 0) note ??= `not analysed: ${notAnalysed[0]}`;
  }
  return note === undefined ? undefined : { mutant, witness: null, from: null, to: null, note };
}
