// One of many processes that enter a call at the same moment. It tells its parent what became of it.
import { LedgerFolder } from '../../runtime/history/ledger-folder.js';

const [folder = '', number = '', start = ''] = process.argv.slice(2);
const ledger = new LedgerFolder(folder);
while (Date.now() < Number(start)); // All at once.
const outcome = ledger.enter({
  k: 'call',
  t: ledger.now(),
  id: `racer ${number}`,
  agent: 'ann',
  session: '',
  gateway: number,
  tool: 'tool',
  counts: [{ limit: 'five', per: 3600, amount: '1', max: 5 }],
});
ledger.close();
process.send?.(outcome);
process.disconnect?.();
