import { ApprovalFolder } from '../../runtime/approvals/folder.js';
import type { ApprovalStore } from '../../runtime/approvals/store.js';
import { storeNamed } from '../../runtime/gateway/options/flags.js';
import { defaultApprovalsDir } from '../../runtime/gateway/options/places.js';
import { CommandError } from '../cli/support/failure.js';

/** The store that gateways started with the same flag, or with none, use. */
export async function openStore(flag = process.env['CAPFENCE_APPROVALS']): Promise<ApprovalStore> {
  const { folder, database } = placeOf(flag);
  return database === undefined ? new ApprovalFolder(folder as string) : openDatabase(database);
}

/** How a person finds that store; the password of a database stays out of it. */
export function whereStoreIs(flag = process.env['CAPFENCE_APPROVALS']): string {
  const { folder, database } = placeOf(flag);
  return database === undefined ? (folder as string) : 'that database';
}

function placeOf(flag: string | undefined): ReturnType<typeof storeNamed> {
  return flag ? storeNamed(flag) : { folder: defaultApprovalsDir() };
}

/** Loaded only where a database is named; the package that speaks to it is installed by those who want it. */
export async function openDatabase(url: string): Promise<ApprovalStore> {
  try {
    return (await import('../../stores/postgres.js')).postgresStore(url);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError('approvals in PostgreSQL need a package that is not installed: npm i pg');
  }
}
