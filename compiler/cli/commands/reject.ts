import { shownWhole } from '../../../runtime/text/escape.js';
import { type DecideOptions, decideRequest } from '../support/decide-request.js';
import { EXIT } from '../support/failure.js';
import { openStore } from '../support/open-store.js';

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
