// Asks, approves and uses a few requests over and over, and notes each use. Usage: approving.mjs FOLDER LOG
import { appendFileSync } from 'node:fs';
import { register } from 'tsx/esm/api';

register();
const { ApprovalFolder } = await import('../../runtime/approvals/folder.ts');
const { draft } = await import('./approvals.ts');
const [, , dir, log] = process.argv;
process.stdout.write('ready\n');
const store = new ApprovalFolder(dir);
for (let i = 0; ; i++) {
  const { approval } = await store.ask(draft(`call ${i % 4}`), 600);
  const step = (i * 7 + process.pid) % 11;
  if (step === 0) await store.move(approval.id, 'withdrawn', 'a');
  else await store.move(approval.id, 'approved', `p${process.pid}`);
  if (await store.move(approval.id, 'used', 'a')) appendFileSync(log, `${approval.id}\n`);
}
