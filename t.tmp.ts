import { checkPolicy } from '/work/main/compiler/analyse/findings/check.js';
import { Pasts } from '/work/main/compiler/analyse/histories/pasts.js';
import { loadPolicySync, loadPolicyText } from '/work/main/compiler/ir/load.js';

const { policy } = loadPolicySync(process.argv[2]!);
const t = performance.now();
const p = new Pasts([policy], { platform: 'linux', home: '/home/u' }, policy.labels);
console.log('relations', p.relations.length, (performance.now() - t).toFixed(0), 'ms');
for (const r of p.relations.slice(0, 20))
  console.log(
    '  ',
    r
      .map(
        ({ dimension, allowed }) =>
          `${dimension.slice(5)}∈${[1, 2, 4]
            .filter((b) => allowed & b)
            .map((b) => (({ 1: 'T', 2: 'U', 4: 'F' }) as any)[b])
            .join('')}`,
      )
      .join(' or '),
  );
const t2 = performance.now();
for (const f of checkPolicy(policy, { environment: { platform: 'linux' } }).findings)
  console.log(f.kind, f.message.message, JSON.stringify(f.witness), f.outcome);
console.log((performance.now() - t2).toFixed(0), 'ms');
