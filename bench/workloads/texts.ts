import { Random } from './random.js';
import type { Ask, Workload, WorkloadCall, WorkloadRule } from './workload.js';

/* Text-heavy: substrings and regular expressions over messages of a few hundred characters. Six capabilities. */

const CAPABILITIES = 6;
const capability = (group: number) => `text.kind${group}`;
const FILLER =
  'we met the customer this morning and agreed on the next steps for the rollout of the new portal '.repeat(3);

export const texts: Workload = {
  name: 'texts',
  tools: Object.fromEntries(
    Array.from({ length: CAPABILITIES }, (_, group) => [
      `send_${group}`,
      { capability: capability(group), paths: [], amounts: [], text: ['message'] },
    ]),
  ),
  capabilityOf: (tool) => capability(Number(tool.slice('send_'.length))),

  rulesOf(count): WorkloadRule[] {
    const random = new Random(count);
    return Array.from({ length: count }, (_, i) => {
      const n = random.below(10 * count);
      const ask: Ask =
        i % 3 === 2
          ? { kind: 'regex', pattern: random.pick([`\\bcase-${n}\\b`, `(?:iban|bic)[ :]+x${n}`, `^order ${n}`]) }
          : { kind: 'text', word: random.pick([`project ${n}`, `falcon-${n}`, `salary ${n}`]) };
      return {
        effect: i % 5 === 4 ? 'allow' : 'deny',
        capability: capability(random.below(CAPABILITIES)),
        asks: [ask],
      };
    });
  },

  callsOf(rules, count): WorkloadCall[] {
    const random = new Random(rules.length + 1);
    return Array.from({ length: count }, (_, i) => {
      const n = random.below(10 * rules.length);
      const found =
        random.next() < 0.2 ? random.pick([`project ${n}`, `case-${n}`, `falcon-${n}`, `iban: x${n}`]) : `item ${i}`;
      return {
        tool: `send_${random.below(CAPABILITIES)}`,
        args: { message: `${FILLER}${found} ${FILLER.slice(0, 90)}` },
      };
    });
  },
};
