import { readFileSync } from 'node:fs';
import { AuditLog } from '../../../runtime/audit/segment.js';
import { signerOf } from '../../../runtime/audit/sign.js';
import { defaultAuditDir } from '../../../runtime/gateway/options/places.js';
import type { LedgerEntry } from '../../../runtime/history/entry.js';
import type { Ledger } from '../../../runtime/history/ledger.js';
import { shown } from '../../../runtime/text/escape.js';
import { maskSecrets } from '../../../runtime/text/mask-secrets.js';
import { whoDecides } from '../../approvals/decide-request.js';
import { historyOf, renderHistory } from '../../report/log/history.js';
import { styleFor } from '../../report/style.js';
import { CommandError, EXIT } from '../support/failure.js';
import { openLedger } from '../support/open-ledger.js';

interface Options {
  readonly agent?: string;
  readonly session?: string;
  readonly why?: string;
  readonly by?: string;
  readonly ledger?: string;
  readonly audit?: string;
  readonly sign?: string;
  readonly json?: boolean;
}

/** `capfence history`: labels and totals, and what a person may do about them. */
export async function run([action, label]: string[], options: Options): Promise<number> {
  const agent = options.agent ?? process.env['CAPFENCE_AGENT'] ?? 'mcp-agent';
  const { ledger, place } = await openLedger(options.ledger, action === undefined);
  try {
    await ledger.refresh();
    const stray = action === 'end' ? label : undefined;
    if (stray !== undefined)
      throw new CommandError(`history end takes no ${JSON.stringify(stray)}: did you mean --session ${shown(stray)}?`);
    if (action !== 'end' && options.session !== undefined)
      throw new CommandError('--session goes with `history end`; labels are shown, and cleared, in all sessions');
    switch (action) {
      case undefined:
        await withoutDead(ledger);
        return show(ledger, place, agent, options);
      case 'end':
        return await end(ledger, agent, options);
      case 'clear':
        return await clear(ledger, agent, label, options);
      default:
        throw new CommandError(`history takes end or clear, not ${JSON.stringify(action)}`);
    }
  } finally {
    await ledger.close();
  }
}

/** What gateways had open that have ended without saying so is open no more; nothing is entered. */
async function withoutDead(ledger: Ledger): Promise<void> {
  for (const [gateway, { agent, session }] of [...ledger.state.gateways]) {
    const seen = await ledger.endedAt(gateway);
    if (seen !== undefined) ledger.state.apply({ k: 'down', t: seen, gateway, agent, session });
  }
}

function show(ledger: Ledger, place: string, agent: string, { json }: Options): number {
  const history = historyOf(ledger.state, agent, Math.max(ledger.now(), ledger.state.time));
  if (json) process.stdout.write(`${JSON.stringify({ ledger: place, ...history })}\n`);
  else {
    const others = ledger.state.agents().filter((one) => one !== agent);
    process.stdout.write(renderHistory(history, place, others, styleFor(process.stdout), process.stdout.columns));
  }
  return EXIT.done;
}

async function end(ledger: Ledger, agent: string, options: Options): Promise<number> {
  const session = options.session ?? process.env['CAPFENCE_SESSION'] ?? '';
  const isKnown = session === '' || [...ledger.state.contents(agent)].some((scope) => scope.session === session);
  if (!isKnown) {
    process.stderr.write(`nothing is kept of a session ${shown(session)} of ${shown(agent)}\n`);
    return EXIT.no;
  }
  const by = whoDecides(options.by);
  await enterOnRecord(
    ledger,
    agent,
    options,
    { action: 'end', session, by, ...(options.why && { why: options.why }) },
    {
      k: 'session',
      t: ledger.now(),
      agent,
      session,
      by,
    },
  );
  const name = session === '' ? 'the unnamed session' : `the session ${shown(session)}`;
  process.stderr.write(
    `${name} of ${shown(agent)} has ended, and with it its labels and totals; those per span of time stay\n`,
  );
  return EXIT.done;
}

async function clear(ledger: Ledger, agent: string, label: string | undefined, options: Options): Promise<number> {
  if (label === undefined) throw new CommandError('history clear takes the label: history clear LABEL --why TEXT');
  const { why } = options;
  if (why === undefined || why.trim() === '') throw new CommandError('--why TEXT says why, for the record');
  const isKnown = [...ledger.state.contents(agent)].some(({ labels }) => labels.has(label));
  if (!isKnown) {
    process.stderr.write(`no call of ${shown(agent)} has set a label ${shown(label)}\n`);
    return EXIT.no;
  }
  const by = whoDecides(options.by);
  await enterOnRecord(
    ledger,
    agent,
    options,
    { action: 'clear', label, by, why },
    {
      k: 'clear',
      t: ledger.now(),
      agent,
      label,
      by,
      why,
    },
  );
  process.stderr.write(
    `cleared ${shown(label)} of ${shown(agent)} in all its sessions; a call that is open may still set it\n`,
  );
  return EXIT.done;
}

/** What can't be recorded does not happen. */
async function enterOnRecord(
  ledger: Ledger,
  agent: string,
  { audit: dir = defaultAuditDir(), sign }: Options,
  record: Readonly<Record<string, unknown>>,
  entry: LedgerEntry,
): Promise<void> {
  const audit = new AuditLog({
    dir,
    agent,
    fsync: true,
    signer: sign === undefined ? undefined : signerOf(readFileSync(sign)),
    header: () => ({ command: maskSecrets(process.argv.slice(1)) }),
  });
  try {
    audit.open();
    audit.append({ kind: 'history', ...record });
    audit.flush();
  } catch (error) {
    throw new CommandError(`it can't be recorded in ${dir}: ${(error as Error).message}`);
  }
  try {
    await ledger.enter(entry);
  } finally {
    audit.close();
  }
}
