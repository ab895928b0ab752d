import { createInterface } from 'node:readline/promises';
import type { Approval } from '../../../runtime/approvals/approval.js';
import { shownWhole } from '../../../runtime/text/escape.js';
import { type DecideOptions, decideRequest, whoDecides } from '../../approvals/decide-request.js';
import { coveredExamples } from '../../approvals/grant-examples.js';
import { type GrantFlags, type GrantTerms, grantTerms } from '../../approvals/grant-terms.js';
import { openStore } from '../../approvals/open-store.js';
import { grantSentence } from '../../report/grant.js';
import { styleFor } from '../../report/style.js';
import { EXIT } from '../support/failure.js';

interface Options extends DecideOptions, GrantFlags {
  readonly yes?: boolean;
}

/** `capfence approve`: lets one waiting call through, and grants more of the same. */
export async function run([id = '']: string[], options: Options): Promise<number> {
  const store = await openStore(options.approvals);
  try {
    const found = await store.find(id);
    const terms = found && grantTerms(found, whoDecides(options.by), options);
    if (terms && found?.state === 'pending' && !(await isMeant(found, terms, options.yes ?? false))) return EXIT.no;
    const decided = await decideRequest(store, id, 'approved', options, terms);
    if (typeof decided === 'string') {
      process.stderr.write(`${decided}\n`);
      return EXIT.no;
    }
    const { grant, expires, tool } = decided;
    process.stderr.write(`approved ${id} (${shownWhole(tool)}): this call may go through once, until ${expires}\n`);
    if (grant) process.stderr.write(`granted ${grant.id}: capfence revoke ${grant.id} takes it back\n`);
    return EXIT.done;
  } finally {
    await store.close();
  }
}

/** Shows what a grant covers; on a terminal, asks. */
async function isMeant(approval: Approval, terms: GrantTerms, isSure: boolean): Promise<boolean> {
  const { draft, seconds } = terms;
  const style = styleFor(process.stderr);
  const examples = coveredExamples(approval, terms);
  const lines = examples.map(({ text, isCovered }) =>
    isCovered ? `  ${style.green('granted')}  ${text}` : `  ${style.yellow('outside')}  ${text}`,
  );
  process.stderr.write(
    `${grantSentence(draft, seconds)}:\n${lines.join('\n')}\nthe policy decides what is outside; another rule may still ask, and what it denies stays denied\n`,
  );
  if (isSure || !process.stdin.isTTY || !process.stderr.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('grant this? [y/N] ').catch(() => ''); // Left by Ctrl-C.
    const isYes = /^y(es)?$/i.test(answer.trim());
    if (!isYes) process.stderr.write(`nothing is approved and nothing granted: ${approval.id} waits\n`);
    return isYes;
  } finally {
    terminal.close();
  }
}
