import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { announceDesk } from '../../../runtime/approvals/running-desks.js';
import type { ApprovalStore } from '../../../runtime/approvals/store.js';
import { desksDir } from '../../../runtime/gateway/options/places.js';
import { CommandError, EXIT } from '../../cli/support/failure.js';
import { readStandardInput } from '../../cli/support/standard-input.js';
import type { DecideOptions } from '../decide-request.js';
import { Desk } from './desk.js';
import { bracketed, isLoopbackHost, placesOfDesk } from './http-guard.js';
import { Users, userLine } from './users.js';

/** The flags of `approvals --web`. */
export interface DeskFlags {
  readonly port?: string;
  readonly host?: string;
  readonly url?: string;
  readonly users?: string;
  readonly addUser?: string;
}

const DEFAULT_PORT = 7333;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `capfence approvals --web`: serves the page until the program is ended. */
export async function serveDesk(store: ApprovalStore, options: DecideOptions & DeskFlags): Promise<number> {
  const { users: file, by } = options;
  const host = hostOf(options.host);
  const port = portOf(options.port);
  const url = options.url === undefined ? undefined : urlOf(options.url);
  if (!isLoopbackHost(host) && file === undefined)
    throw new CommandError(`--host ${host} lets others in: they must sign in, so it needs --users FILE`);
  if (url && file === undefined)
    throw new CommandError('--url lets others in: they must sign in, so it needs --users FILE');
  if (file !== undefined && by !== undefined)
    throw new CommandError('--by is for one person: with --users whoever signs in decides');
  const users = file === undefined ? undefined : Users.read(file);
  await store.list(); // What can't be used is said now.
  const tellLink = (link: string) => void process.stdout.write(`that link was used; for another browser: ${link}\n`);
  const desk = new Desk(store, { ...options, host, port, url, users, tellLink });
  process.stdout.on('error', () => {}); // Whoever read the link need not read on.
  let withdraw: (() => void) | undefined;
  try {
    const reach = await desk.open();
    withdraw = announceDesk(desksDir(), { url: desk.address, places: placesOfDesk(reach) });
    process.stdout.write(`${desk.link()}\n`);
    const how = users ? 'people sign in there' : 'the link works once, in one browser';
    const plain =
      !isLoopbackHost(host) && !url ? '; passwords go there in the clear: put a proxy with TLS before it (--url)' : '';
    process.stderr.write(`the page for approvals is there; ${how}${plain}; Ctrl-C ends it\n`);
    await new Promise<void>((resolve) => {
      for (const signal of SIGNALS) process.once(signal, () => resolve());
    });
  } finally {
    withdraw?.();
    await desk.close();
  }
  return EXIT.done;
}

/** `capfence approvals --add-user NAME --users FILE` */
export async function addUser(name: string, file: string | undefined): Promise<number> {
  if (file === undefined) throw new CommandError('--add-user needs --users FILE, to which it adds somebody');
  const line = await userLine(name, await password());
  const isNew = !existsSync(file);
  if (!isNew && Users.read(file).has(name))
    throw new CommandError(`${name} is in ${file} already: delete that line to set another password`);
  const isOpen = !isNew && !readFileSync(file, 'utf8').endsWith('\n');
  appendFileSync(file, `${isOpen ? '\n' : ''}${line}\n`, { mode: 0o600 });
  if (isNew) chmodSync(file, 0o600);
  process.stderr.write(`${name} may sign in (${file})\n`);
  return EXIT.done;
}

/** From the terminal, unseen; else the first line of standard input. */
async function password(): Promise<string> {
  if (!process.stdin.isTTY) return (await readStandardInput()).split(/\r?\n/)[0] ?? '';
  process.stderr.write('password: ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

function hostOf(text = '127.0.0.1'): string {
  // Browsers and servers may take it for different addresses, of which another program may have one.
  const host = text === 'localhost' ? '127.0.0.1' : text;
  if (host === '' || !URL.canParse(`http://${bracketed(host)}/`))
    throw new CommandError(`--host takes an address or a name, not ${JSON.stringify(text)}`);
  return host;
}

function portOf(text = String(DEFAULT_PORT)): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65_536;
  if (port > 65_535) throw new CommandError(`--port takes a number up to 65535, not ${JSON.stringify(text)}`);
  return port;
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw new CommandError(`--url takes an address such as https://approvals.example/, not ${JSON.stringify(text)}`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
