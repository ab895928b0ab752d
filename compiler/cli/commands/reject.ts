import { shownWhole } from '../../../runtime/text/escape.js';
import { type DecideOptions, decideRequest } from '../../approvals/decide-request.js';
import { openStore } from '../../approvals/open-store.js';
import { EXIT } from '../support/failure.js';

/** `capfence reject`: refuses one waiting call. */
export async function run([id = '']: string[], options: DecideOptions): Promise<number> {
  const store = await openStore(options.approvals);
  try {
    const decided = await decideRequest(store, id, 'rejected', options);
    const said = typeof decided === 'string' ? decided : `rejected ${id} (${shownWhole(decided.tool)})`;
    process.stderr.write(`${said}\n`);
    return typeof decided === 'string' ? EXIT.no : EXIT.done;
  } finally {
    await store.close();
  }
}
