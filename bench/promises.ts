// What proofs over histories take: 1,000 rules over 160 capabilities, 12 labels that half of them can be cleared of, 20
// promises; the same without what asks for a past beside it, in one run.
import { checkPolicy } from '../compiler/analyse/findings/check.js';
import { loadPolicyText } from '../compiler/ir/load.js';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 1 : 3;
const ACTIONS = ['read', 'write', 'send', 'run'] as const;
const LABELS = Array.from({ length: 12 }, (_, i) => `label${i}`);

/** Marsaglia's xorshift: the same policy every time. */
function draws(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function policyText(hasPast: boolean): string {
  const below = draws(12345);
  const capability = () => `res${below(40)}.${ACTIONS[below(4)]}`;
  const label = () => LABELS[below(12)] as string;
  const past = (asked: object): object => (hasPast ? asked : { path_prefix: '/past' });
  const conditions = (): object => {
    const kind = below(10);
    if (kind < 5) return { path_prefix: `/data/${below(60)}` };
    if (kind < 7) return { args: { tenant: { eq: `t${below(40)}` } } };
    if (kind < 8) return { amount_gt: below(1000) };
    if (kind < 9) return past({ after: label() });
    return past({ after: { label: label(), within: ['10m', '1h', '24h'][below(3)] } });
  };
  const rules = (count: number) => Array.from({ length: count }, () => ({ capability: capability(), ...conditions() }));
  const mark = LABELS.flatMap((one, i) => [
    { label: one, capability: `res${i * 3}.read`, ...(i % 3 === 0 && { path_prefix: `/secret/${i}` }) },
    ...(i % 2 === 1 ? [{ clear: one, capability: `res${i * 3}.write` }] : []),
  ]);
  return JSON.stringify({
    ...(hasPast && { mark }),
    // Half of the promises hold by one rule among all.
    deny: [...rules(299), { capability: '*', path_prefix: '/elsewhere' }],
    require_approval: rules(100),
    allow: [...rules(560), ...Array.from({ length: 40 }, (_, i) => ({ capability: `res${i}.read` }))],
    prove: Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0
        ? { never: { allow: capability(), path_prefix: `/elsewhere/${i}`, not: past({ after: label() }) } }
        : { [i % 3 === 0 ? 'always' : 'never']: { allow: capability(), ...conditions() } },
    ),
  });
}

function secondsOf(text: string): { readonly seconds: number; readonly states: string } {
  const { policy } = loadPolicyText(text);
  let best = Number.POSITIVE_INFINITY;
  let states = '';
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const { promises } = checkPolicy(policy, { environment: { platform: 'linux', home: '/home/u', roots: ['/w'] } });
    best = Math.min(best, (performance.now() - start) / 1000);
    const count = (state: string) => promises.filter((one) => one.state === state).length;
    states = `${count('kept')} kept, ${count('broken')} broken, ${count('unproved')} unproved`;
  }
  return { seconds: best, states };
}

const without = secondsOf(policyText(false));
const withPast = secondsOf(policyText(true));
console.log('All of `check` on 1,000 rules and 20 promises:');
console.log(`  without a past          ${without.seconds.toFixed(1)} s (${without.states})`);
console.log(`  over histories          ${withPast.seconds.toFixed(1)} s (${withPast.states})`);
console.log(`  ratio                   ${(withPast.seconds / without.seconds).toFixed(1)}`);
