import { setTimeout as sleep } from 'node:timers/promises';
import { stateAt } from '../../../runtime/approvals/approval.js';
import { Notifier } from '../../../runtime/approvals/notifier.js';
import { RunningDesks } from '../../../runtime/approvals/running-desks.js';
import type { ApprovalStore } from '../../../runtime/approvals/store.js';
import { program, webhook } from '../../../runtime/gateway/options/flags.js';
import { desksDir } from '../../../runtime/gateway/options/places.js';
import { openStore } from '../../approvals/open-store.js';
import { safe } from '../../report/text.js';
import { CommandError, EXIT } from '../support/failure.js';

interface Options {
  readonly approvals?: string;
  readonly notify?: readonly string[];
  readonly notifyCommand?: readonly string[];
  readonly notifyArguments?: boolean;
  readonly approvalsPage?: readonly string[];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `capfence notify`: tells people elsewhere of the requests of a store that many gateways share, until it is ended. */
export async function run(_args: string[], options: Options): Promise<number> {
  const { notify = [], notifyArguments = false } = options;
  const notifyCommand = (options.notifyCommand ?? []).map((command) => program('--notify-command', command));
  const urls = notify.map((url) => webhook('--notify', url));
  if (urls.length + notifyCommand.length === 0)
    throw new CommandError('nobody to tell: --notify URL, or --notify-command CMD');
  const tell = (line: string) => void process.stderr.write(`${safe(line)}\n`);
  const secret = process.env['CAPFENCE_NOTIFY_SECRET'] || undefined;
  const desks = new RunningDesks(
    desksDir(),
    options.approvalsPage?.map((url) => webhook('--approvals-page', url)),
  );
  const targets = { urls, commands: notifyCommand, hasArguments: notifyArguments, secret, page: () => desks.url };
  const notifier = new Notifier(targets, tell);
  const stop = new AbortController();
  for (const signal of SIGNALS) process.once(signal, () => stop.abort());
  const store = await openStore(options.approvals);
  try {
    await store.list(); // What can't be used is said now.
    tell('telling of new requests for approval; Ctrl-C ends');
    await follow(store, notifier, tell, stop.signal);
  } finally {
    await notifier.close();
    await store.close();
  }
  return EXIT.done;
}

/** Those that wait when it begins are told too: nobody knows whether somebody was. */
async function follow(
  store: ApprovalStore,
  notifier: Notifier,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let told = new Set<string>();
  let isAway = false;
  while (!signal.aborted) {
    try {
      const now = Date.now();
      const waiting = (await store.list()).filter((approval) => stateAt(approval, now) === 'pending');
      for (const approval of waiting) if (!told.has(approval.id)) notifier.notify(approval);
      told = new Set(waiting.map(({ id }) => id));
      if (isAway) tell('the requests can be read again');
      isAway = false;
    } catch (error) {
      if (!isAway) tell(`the requests can't be read: ${(error as Error).message}`);
      isAway = true;
    }
    await sleep(store.pollMs * 5, undefined, { signal }).catch(() => {});
  }
}
