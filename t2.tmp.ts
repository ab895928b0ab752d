import { readFileSync } from 'node:fs';
import { checkPolicy } from './compiler/analyse/findings/check.js';
import { Pasts } from './compiler/analyse/histories/pasts.js';
import { within } from './compiler/analyse/regions/budget.js';
import { loadPolicyText } from './compiler/ir/load.js';

const { policy } = loadPolicyText(readFileSync(process.argv[2]!, 'utf8'));
const t = performance.now();
const p = within(60, () => new Pasts([policy], { platform: 'linux', home: '/home/u' }, policy.labels));
console.log('relations', p.relations.length, (performance.now() - t).toFixed(0), 'ms');
const t2 = performance.now();
for (const f of checkPolicy(policy, { environment: { platform: 'linux' }, budget: 60 }).findings)
  console.log(f.kind, f.message.message, JSON.stringify(f.witness), f.outcome);
console.log((performance.now() - t2).toFixed(0), 'ms');
