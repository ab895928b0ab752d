import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { init } from 'z3-solver';
import { checkPolicy } from '../../compiler/analyse/findings/check.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import { checkAsync, LONG } from '../support/seed.js';

/*
 * A second opinion on promises: random policies, written down a second time as SMT-LIB from what docs/language.md and
 * docs/history.md say, and put to z3. A fact has up to three values, each known or not; up to three calls come before the
 * one that is asked about. z3 finds a call that breaks a promise exactly where analysis does.
 */

const api = await init();
after(() => api.em.PThread.terminateAllThreads());

const TOOLS = ['a', 'b', 'c'];
const LABELS = ['l', 'm', 'n'];
/** Paths by which of the prefixes they lie under. */
const PREFIXES: Readonly<Record<string, string>> = { '/s': '(or (= V 1) (= V 2))', '/s/t': '(= V 2)', '/u': '(= V 3)' };
const PATHS = 4;
const SLOTS = [0, 1, 2];
const DEPTH = 3;

type Condition =
  | { readonly path_prefix: string }
  | { readonly args: { readonly n: Readonly<Record<string, number>> } }
  | { readonly after: string | readonly string[] }
  | { readonly not: Condition }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

const OPERATORS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };
const fact: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom(...Object.keys(PREFIXES)).map((path_prefix) => ({ path_prefix })),
  fc
    .record({ op: fc.constantFrom(...Object.keys(OPERATORS)), bound: fc.integer({ min: -2, max: 2 }) })
    .map(({ op, bound }) => ({ args: { n: { [op]: bound } } })),
);
const past: fc.Arbitrary<Condition> = fc
  .oneof(fc.constantFrom(...LABELS), fc.subarray(LABELS, { minLength: 2, maxLength: 2 }))
  .map((label) => ({ after: label }));

function expression(leaf: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> {
  const literal = fc.oneof(
    { weight: 2, arbitrary: leaf },
    leaf.map((not) => ({ not })),
  );
  const some = fc.array(literal, { minLength: 2, maxLength: 2 });
  return fc.oneof(
    { weight: 3, arbitrary: literal },
    some.map((all) => ({ all })),
    some.map((any) => ({ any })),
  );
}

interface Part {
  readonly capability: string;
  readonly when: Condition | undefined;
}
interface Marking extends Part {
  readonly label: string | readonly string[];
  readonly clears: boolean;
}
interface Claim extends Part {
  readonly kind: 'never' | 'always';
  readonly decision: 'allow' | 'require_approval';
}
interface Case {
  readonly deny: readonly Part[];
  readonly require_approval: readonly Part[];
  readonly warn: readonly Part[];
  readonly allow: readonly Part[];
  readonly mark: readonly Marking[];
  readonly prove: readonly Claim[];
}

const capability = fc.constantFrom('x', ...TOOLS.map((tool) => `x.${tool}`));

function cases(leaf: fc.Arbitrary<Condition>, hasPast: boolean): fc.Arbitrary<Case> {
  const when = fc.oneof(fc.constant(undefined), { weight: 3, arbitrary: expression(leaf) });
  const part = fc.record({ capability, when });
  const mark = fc.record({
    capability,
    when: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, expression(fact)),
    label: fc.oneof(fc.constantFrom(...LABELS), fc.subarray(LABELS, { minLength: 2 })),
    clears: fc.constantFrom(false, false, true),
  });
  return fc.record({
    deny: fc.array(part, { maxLength: 2 }),
    require_approval: fc.array(part, { maxLength: 1 }),
    warn: fc.array(part, { maxLength: 1 }),
    allow: fc.array(part, { minLength: 1, maxLength: 3 }),
    mark: hasPast ? fc.array(mark, { minLength: 1, maxLength: 4 }) : fc.constant([]),
    prove: fc.array(
      fc.record({
        capability,
        when: fc.oneof(fc.constant(undefined), { weight: 5, arbitrary: expression(leaf) }),
        kind: fc.constantFrom('never', 'never', 'always'),
        decision: fc.constantFrom('allow', 'require_approval'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });
}

/** As a policy says it. */
function textOf({ mark, prove, ...rules }: Case): string {
  const plain = ({ when, ...rest }: Part) => ({ ...rest, ...when });
  return JSON.stringify({
    ...Object.fromEntries(Object.entries(rules).map(([decision, parts]) => [decision, parts.map(plain)])),
    mark: mark.map(({ label, clears, ...rest }) => ({ [clears ? 'clear' : 'label']: label, ...plain(rest) })),
    prove: prove.map(({ kind, decision, capability, when }) => ({ [kind]: { [decision]: capability, ...when } })),
    tools: Object.fromEntries(TOOLS.map((tool) => [tool, { capability: `x.${tool}`, paths: ['p'] }])),
  });
}

// --- SMT-LIB ----------------------------------------------------------------------------------------------------------

const or = (parts: readonly string[]) => (parts.length === 0 ? 'false' : `(or ${parts.join(' ')} false)`);
const and = (parts: readonly string[]) => (parts.length === 0 ? 'true' : `(and ${parts.join(' ')} true)`);
const not = (part: string) => `(not ${part})`;

/** A rule that forbids matches where something may hold; one that permits, where all is certain. */
type Mode = 'forbid' | 'permit';

function matches({ capability, when }: Part, mode: Mode, step: number): string {
  const tool = capability === 'x' ? 'true' : `(= tool${step} ${TOOLS.indexOf(capability.slice(2))})`;
  // A rule that permits and looks at arguments does not match where an identifier among them leads elsewhere.
  const isPlain = mode === 'permit' && JSON.stringify(when)?.includes('"args"') ? not(`elsewhere${step}`) : 'true';
  return and([tool, isPlain, when === undefined ? 'true' : holds(when, false, mode, step)]);
}

function holds(condition: Condition, negated: boolean, mode: Mode, step: number): string {
  if ('not' in condition) return holds(condition.not, !negated, mode, step);
  if ('all' in condition || 'any' in condition) {
    const of = ('all' in condition ? condition.all : condition.any).map((part) => holds(part, negated, mode, step));
    return 'all' in condition === negated ? or(of) : and(of);
  }
  if ('after' in condition) {
    const labels = [condition.after].flat().map((label) => `lab${step}_${label}`);
    // 2 it holds, 1 it may, 0 it does not; of several one is enough.
    const atLeast = (level: number) => or(labels.map((one) => `(>= ${one} ${level})`));
    if (mode === 'forbid') return negated ? not(atLeast(2)) : atLeast(1);
    return negated ? not(atLeast(1)) : atLeast(2);
  }
  const [name, test] =
    'path_prefix' in condition
      ? (['p', (value: string) => (PREFIXES[condition.path_prefix] as string).replaceAll('V', value)] as const)
      : (['n', (value: string) => comparison(condition.args.n, value)] as const);
  const values = SLOTS.map((slot) => {
    const id = `${name}${step}_${slot}`;
    const isTrue = negated ? not(test(`${id}v`)) : test(`${id}v`);
    return mode === 'forbid'
      ? and([`${id}p`, or([not(`${id}k`), isTrue])])
      : or([not(`${id}p`), and([`${id}k`, isTrue])]);
  });
  return mode === 'forbid' ? or(values) : and(values);
}

function comparison(test: Readonly<Record<string, number>>, value: string): string {
  const [[op, bound]] = Object.entries(test) as [[string, number]];
  return `(${OPERATORS[op]} ${value} ${bound < 0 ? `(- ${-bound})` : bound})`;
}

function anyMatch(parts: readonly Part[], mode: Mode, step: number): string {
  return or(parts.map((part) => matches(part, mode, step)));
}

/** The calls up to one of a given place, and what they leave; the tool after the last is any other use of `x`. */
function model({ deny, require_approval, warn, allow, mark }: Case, depth: number): string {
  const lines: string[] = LABELS.map((label) => `(define-fun lab0_${label} () Int 0)`);
  for (let step = 0; step <= depth; step++) {
    lines.push(`(declare-const tool${step} Int)(assert (and (>= tool${step} 0) (<= tool${step} ${TOOLS.length})))`);
    lines.push(`(declare-const elsewhere${step} Bool)`);
    for (const name of ['p', 'n']) {
      for (const slot of SLOTS) {
        const id = `${name}${step}_${slot}`;
        lines.push(
          `(declare-const ${id}p Bool)(declare-const ${id}k Bool)(declare-const ${id}v ${name === 'p' ? 'Int' : 'Real'})`,
        );
        if (name === 'p') lines.push(`(assert (and (>= ${id}v 0) (< ${id}v ${PATHS})))`);
      }
      // What is missing is one value that is not known.
      lines.push(`(assert ${or(SLOTS.map((slot) => `${name}${step}_${slot}p`))})`);
    }
    lines.push(`(define-fun deny${step} () Bool ${anyMatch(deny, 'forbid', step)})`);
    lines.push(`(define-fun ask${step} () Bool ${anyMatch(require_approval, 'forbid', step)})`);
    lines.push(`(define-fun warn${step} () Bool ${anyMatch(warn, 'permit', step)})`);
    lines.push(`(define-fun allow${step} () Bool ${anyMatch(allow, 'permit', step)})`);
    if (step === depth) break;
    lines.push(`(declare-const ok${step} Bool)`);
    lines.push(`(assert (and (not deny${step}) (or ask${step} warn${step} allow${step})))`);
    for (const label of LABELS) {
      const own = (clears: boolean) =>
        mark.filter((one) => one.clears === clears && [one.label].flat().includes(label));
      const [may, must] = (['forbid', 'permit'] as const).map((mode) => anyMatch(own(false), mode, step));
      const [mayClear, mustClear] = (['forbid', 'permit'] as const).map((mode) => anyMatch(own(true), mode, step));
      const now = `lab${step}_${label}`;
      const set = `(ite ${mayClear} 1 (ite (and ok${step} ${must}) 2 (ite (= ${now} 2) 2 1)))`;
      const cleared = `(ite (and ok${step} ${mustClear}) 0 (ite (>= ${now} 1) 1 0))`;
      lines.push(`(define-fun lab${step + 1}_${label} () Int (ite ${may} ${set} (ite ${mayClear} ${cleared} ${now})))`);
    }
  }
  return lines.join('\n');
}

function broken({ kind, decision, ...claim }: Claim, step: number): string {
  const [deny, ask, warn, allow] = ['deny', 'ask', 'warn', 'allow'].map((name) => `${name}${step}`);
  const isWithout = and([not(deny as string), not(ask as string), or([warn as string, allow as string])]);
  const isAny = and([not(deny as string), or([ask as string, warn as string, allow as string])]);
  if (kind === 'never') return and([matches(claim, 'forbid', step), decision === 'allow' ? isWithout : isAny]);
  const isLoose = decision === 'allow' ? and([isWithout, not(warn as string)]) : isAny;
  return and([matches(claim, 'permit', step), not(isLoose)]);
}

const { Solver } = api.Context('opinion');
let before: Promise<unknown> = Promise.resolve();

/** One question after the other. */
async function isSatisfiable(text: string): Promise<boolean> {
  const asked = before.then(async () => {
    const solver = new Solver();
    solver.fromString(text);
    return solver.check();
  });
  before = asked;
  const answer = await asked;
  assert.ok(answer === 'sat' || answer === 'unsat', answer);
  return answer === 'sat';
}

/** The least number of calls before one that breaks the promise; undefined: so few do not. */
async function brokenAfter(one: Case, claim: Claim): Promise<number | undefined> {
  for (let depth = 0; depth <= (one.mark.length > 0 ? DEPTH : 0); depth++) {
    if (await isSatisfiable(`${model(one, depth)}\n(assert ${broken(claim, depth)})`)) return depth;
  }
  return undefined;
}

async function compare(hasPast: boolean, count: number, longCount: number): Promise<void> {
  const counts = { promises: 0, kept: 0, broken: 0, unproved: 0 };
  const leaf = hasPast ? fc.oneof(fact, { weight: 2, arbitrary: past }) : fact;
  await checkAsync(
    fc.asyncProperty(cases(leaf, hasPast), async (drawn) => {
      // A label that is asked for has to be set somewhere.
      const one = hasPast
        ? { ...drawn, mark: [...drawn.mark, { capability: 'y', when: undefined, label: LABELS, clears: false }] }
        : drawn;
      const { policy } = loadPolicyText(textOf(one));
      const { promises } = checkPolicy(policy, { environment: { platform: 'linux', home: '/home/u', roots: ['/w'] } });
      for (const [i, claim] of one.prove.entries()) {
        const said = promises[i] as (typeof promises)[number];
        const depth = await brokenAfter(one, claim);
        counts.promises++;
        counts[said.state]++;
        if (said.state === 'kept') assert.equal(depth, undefined, `z3 breaks ${said.promise.id}`);
        if (said.state !== 'broken') continue;
        const length = said.witness?.trace?.length ?? 0;
        if (length <= DEPTH) assert.ok(depth !== undefined && depth <= length, `z3 does not break ${said.promise.id}`);
      }
    }),
    count,
    longCount,
  );
  console.log(`second opinion: ${JSON.stringify(counts)}`);
  assert.ok(counts.kept > count / 10 && counts.broken > count / 10);
}

test('z3 and analysis agree on promises of single calls', { timeout: LONG ? 3_600_000 : 120_000 }, () =>
  compare(false, 200, 4000),
);
test('z3 and analysis agree on promises over histories', { timeout: LONG ? 3_600_000 : 120_000 }, () =>
  compare(true, 120, 3000),
);
