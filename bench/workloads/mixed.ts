import { Random } from './random.js';
import type { Ask, Workload, WorkloadCall, WorkloadRule } from './workload.js';

/*
 * As people write: half of the rules ask for a path, the others for tool names by glob, substrings, amounts and the
 * environment. 40 capabilities, tools mapped by globs, a thousand tool names, one path in five not clean.
 */

const CAPABILITIES = 40;
const TOOLS = 1000;
const capability = (group: number) => `area${group % 8}.act${Math.floor(group / 8)}`;
const WORDS = 'password secret token drop delete invoice salary merge deploy confidential private root'.split(' ');

export const mixed: Workload = {
  name: 'mixed',
  tools: Object.fromEntries(
    Array.from({ length: CAPABILITIES }, (_, group) => [
      `g${group}_*`,
      { capability: capability(group), paths: ['path'], amounts: ['amount'], text: ['note?'] },
    ]),
  ),
  capabilityOf: (tool) => capability(Number(tool.slice(1, tool.indexOf('_')))),

  rulesOf(count): WorkloadRule[] {
    const random = new Random(count);
    return Array.from({ length: count }, (_, i) => {
      const asks: Ask[] = [];
      if (i % 2 === 0) {
        const prefix = `/team${random.below(40)}/project${random.below(count)}${random.next() < 0.3 ? '/private' : ''}`;
        asks.push({ kind: 'path', prefix });
        if (random.next() < 0.2) asks.push({ kind: 'amount', comparison: 'lte', bound: random.below(1000) });
      } else {
        const kind = random.below(4);
        if (kind === 0)
          asks.push({ kind: 'tool', glob: `g*_${random.pick(['read', 'write', 'run'])}_${random.below(50)}?` });
        else if (kind === 1) asks.push({ kind: 'text', word: `${random.pick(WORDS)}${random.below(count)}` });
        else if (kind === 2) asks.push({ kind: 'amount', comparison: 'gt', bound: 500 + random.below(1000) });
        else
          asks.push(
            { kind: 'environment', name: random.pick(['prod', 'stage', 'dev', 'test']) },
            { kind: 'path', prefix: `/team${random.below(40)}/x${random.below(count)}` },
          );
      }
      return { effect: i % 3 === 0 ? 'deny' : 'allow', capability: capability(random.below(CAPABILITIES)), asks };
    });
  },

  callsOf(rules, count): WorkloadCall[] {
    const random = new Random(rules.length + 1);
    const prefixes = rules.flatMap(({ asks }) => asks.flatMap((ask) => (ask.kind === 'path' ? [ask.prefix] : [])));
    const words = rules.flatMap(({ asks }) => asks.flatMap((ask) => (ask.kind === 'text' ? [ask.word] : [])));
    return Array.from({ length: count }, (_, i) => {
      const n = random.below(TOOLS);
      const tool = `g${n % CAPABILITIES}_${['read', 'write', 'run'][n % 3]}_${n}`;
      const folder = random.next() < 0.5 ? random.pick(prefixes) : `/team${random.below(40)}/elsewhere`;
      const path = i % 5 === 0 ? `${folder}/./sub//../file-${i}.txt` : `${folder}/file-${i}.txt`;
      const word = words.length > 0 && random.next() < 0.1 ? random.pick(words) : 'weekly report';
      return {
        tool,
        args: { path, note: `Note ${i}: the ${word} of the team, as agreed`, amount: random.below(1200) },
      };
    });
  },
};
