import { existsSync } from 'node:fs';
import { storeNamed } from '../../../runtime/gateway/options/flags.js';
import { defaultLedgerDir } from '../../../runtime/gateway/options/places.js';
import { type Ledger, MemoryLedger } from '../../../runtime/history/ledger.js';
import { LedgerFolder } from '../../../runtime/history/ledger-folder.js';
import { LedgerState } from '../../../runtime/history/ledger-state.js';
import { CommandError } from './failure.js';

/**
 * The ledger that gateways started with the same flag, or with none, use.
 *
 * @param isRead Nothing will be entered: one that is not there yet is empty.
 * @throws CommandError where there is none.
 */
export async function openLedger(
  flag = process.env['CAPFENCE_LEDGER'],
  isRead = false,
): Promise<{ ledger: Ledger; place: string }> {
  const { folder, database } = flag ? storeNamed(flag) : { folder: defaultLedgerDir() };
  if (database !== undefined) return { ledger: await openLedgerDatabase(database), place: 'that database' };
  const place = folder as string;
  if (!existsSync(place) && isRead) return { ledger: new MemoryLedger(new LedgerState()), place };
  if (!existsSync(place)) throw new CommandError(`there is no ledger in ${place}: --ledger names another place`);
  try {
    return { ledger: new LedgerFolder(place), place };
  } catch (error) {
    throw new CommandError(`the ledger in ${place} can't be used: ${(error as Error).message}`);
  }
}

/** Loaded only where a database is named; the package that speaks to it is installed by those who want it. */
export async function openLedgerDatabase(url: string): Promise<Ledger> {
  try {
    return (await import('../../../stores/postgres-ledger.js')).postgresLedger(url);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError('a ledger in PostgreSQL needs a package that is not installed: npm i pg');
  }
}
