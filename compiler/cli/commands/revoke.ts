import { type DecideOptions, revokeGrant } from '../../approvals/decide-request.js';
import { openStore } from '../../approvals/open-store.js';
import { EXIT } from '../support/failure.js';

/** `capfence revoke`: takes a grant back. */
export async function run([id = '']: string[], options: DecideOptions): Promise<number> {
  const store = await openStore(options.approvals);
  try {
    const problem = await revokeGrant(store, id, options);
    process.stderr.write(`${problem ?? `revoked ${id}: such calls are asked about again`}\n`);
    return problem === undefined ? EXIT.done : EXIT.no;
  } finally {
    await store.close();
  }
}
