import { existsSync } from 'node:fs';
import { stateAt } from '../../../runtime/approvals/approval.js';
import { hasAudit } from '../../../runtime/audit/read.js';
import { verify } from '../../../runtime/audit/verify.js';
import { defaultAuditDir } from '../../../runtime/gateway/options/places.js';
import { openStore, whereStoreIs } from '../../approvals/open-store.js';
import { styleFor } from '../../report/style.js';
import { visible } from '../../report/visible.js';
import { clientConfigs } from '../../start/client-configs.js';
import { wrappedFiles } from '../../start/wrap-record.js';
import { CommandError, EXIT } from '../support/failure.js';
import { type Guarding, guardingOf } from '../support/guarded-server.js';
import { behindGateway } from '../support/self-command.js';
import { configsFor, openConfig } from './wrap.js';

interface Options {
  readonly scan?: boolean;
  readonly json?: boolean;
}

/** One server of a client, and how it stands with it. */
interface ServerStatus extends Partial<Guarding> {
  readonly client: string;
  readonly file: string;
  readonly server: string;
  /** `remote`: its client starts no program for it. */
  readonly state: 'guarded' | 'unguarded' | 'remote';
  readonly problems: readonly string[];
}

interface LogStatus {
  readonly dir: string;
  readonly records: number;
  readonly problems: readonly string[];
}

interface StoreStatus {
  /** As `--approvals` takes it; null: the default place. */
  readonly approvals: string | null;
  readonly waiting: number | null;
  readonly problems: readonly string[];
}

/** `capfence status`: what is guarded on this machine, by what, what waits, and whether the logs verify. */
export async function run(files: string[], { scan = false, json = false }: Options): Promise<number> {
  const servers: ServerStatus[] = [];
  const unread: string[] = [];
  for (const { client, path } of places(files)) {
    try {
      for (const { name, command, env } of openConfig(path).table.servers())
        servers.push({ client, file: path, server: name, ...(await statusOf(command, env, scan)) });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      unread.push(error.message);
    }
  }
  const guarded = servers.filter(({ state }) => state === 'guarded');
  const logs = [...new Set([...guarded.map(({ audit }) => audit as string), defaultAuditDir()])].flatMap(logStatus);
  const stores = await Promise.all(
    [...new Set([...guarded.map(({ approvals }) => approvals), undefined])].map(storeStatus),
  );
  const isFine = unread.length === 0 && [...servers, ...logs, ...stores].every(({ problems }) => problems.length === 0);
  if (json) process.stdout.write(`${JSON.stringify({ ok: isFine, servers, logs, approvals: stores, unread })}\n`);
  else show(servers, logs, stores, unread, scan);
  return isFine ? EXIT.done : EXIT.no;
}

/** The files named, else those of known clients and those in which something was wrapped. */
function places(files: readonly string[]): readonly { readonly client: string; readonly path: string }[] {
  if (files.length > 0) return configsFor(files);
  const known = clientConfigs(process.cwd()).filter(({ path }) => existsSync(path));
  const others = wrappedFiles().files.filter((file) => existsSync(file) && !known.some(({ path }) => path === file));
  return [...known, ...others.map((path) => ({ client: 'mcp', path }))];
}

async function statusOf(
  command: readonly string[] | undefined,
  env: Readonly<Record<string, string>>,
  scan: boolean,
): Promise<Pick<ServerStatus, 'state' | 'problems'>> {
  if (command === undefined) return { state: 'remote', problems: [] };
  if (!behindGateway(command)) return { state: 'unguarded', problems: [] };
  try {
    return { state: 'guarded', ...(await guardingOf(command, env, scan)) };
  } catch (error) {
    return { state: 'guarded', problems: [`it can't start: ${(error as Error).message}`] };
  }
}

function logStatus(dir: string | undefined): LogStatus[] {
  if (dir === undefined || !hasAudit(dir)) return [];
  try {
    const { records, problems } = verify(dir, {});
    return [{ dir, records, problems: problems.map(({ segment, message }) => `${segment}: ${message}`) }];
  } catch (error) {
    return [{ dir, records: 0, problems: [(error as Error).message] }];
  }
}

async function storeStatus(approvals: string | undefined): Promise<StoreStatus> {
  try {
    const store = await openStore(approvals);
    try {
      const waiting = (await store.list()).filter((one) => stateAt(one, Date.now()) === 'pending').length;
      return { approvals: approvals ?? null, waiting, problems: [] };
    } finally {
      await store.close();
    }
  } catch (error) {
    return { approvals: approvals ?? null, waiting: null, problems: [(error as Error).message] };
  }
}

function show(
  servers: readonly ServerStatus[],
  logs: readonly LogStatus[],
  stores: readonly StoreStatus[],
  unread: readonly string[],
  scanned: boolean,
): void {
  const style = styleFor(process.stdout);
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const sayProblems = (problems: readonly string[]) => {
    for (const problem of problems) say(`    ${style.red('problem')}  ${visible(problem)}`);
  };
  for (const { client, file } of servers.filter((one, i) => one.file !== servers[i - 1]?.file)) {
    say(`${style.bold(client)}  ${visible(file)}`);
    for (const { server, state, policy, lock, observes, problems } of servers.filter((one) => one.file === file)) {
      const how = {
        guarded: problems.length > 0 ? style.red('guarded, with a problem') : style.green('guarded'),
        unguarded: `${style.yellow('not guarded')}: capfence wrap ${visible(file)} --server ${visible(server)}`,
        remote: style.dim('its client starts no program for it, so there is nothing to put a gateway before'),
      }[state];
      const more = observes ? style.yellow(', observing: nothing is blocked') : '';
      say(`  ${visible(server)}  ${how}${more}`);
      if (policy !== undefined) say(`    by       ${visible(policy)}`);
      if (state === 'guarded' && policy !== undefined)
        say(
          `    tools    ${lock === undefined ? style.yellow('any: no lock') : `as in ${visible(lock)}${scanned ? ', compared now' : ' (not compared: --scan does)'}`}`,
        );
      sayProblems(problems);
    }
  }
  if (servers.length === 0) say('no servers are configured in the files of the clients that are known');
  for (const { dir, records, problems } of logs) {
    say(
      `${style.bold('log')}  ${visible(dir)}: ${records} records, ${problems.length === 0 ? style.green('as they were written') : style.red('not as they were written')}`,
    );
    sayProblems(problems);
  }
  for (const { approvals, waiting, problems } of stores) {
    if (waiting !== null && waiting > 0)
      say(
        `${style.bold('waiting')}  ${style.yellow(String(waiting))} in ${visible(whereStoreIs(approvals ?? undefined))}: capfence approvals`,
      );
    sayProblems(problems);
  }
  sayProblems(unread);
}
