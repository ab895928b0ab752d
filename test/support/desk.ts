import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApprovalFolder } from '../../runtime/approvals/folder.js';
import { CLI } from './capfence.js';
import { temporaryFolder } from './folder.js';

/** A page for approvals that runs, as a person starts it. */
export interface RunningDesk {
  readonly folder: string;
  readonly store: ApprovalFolder;
  readonly pid: number;
  /** Without a token. */
  readonly url: string;
  /** The newest link that it has printed. */
  link(): string;
  errors(): string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts it with a folder of its own for everything, for the length of a test. */
export async function withDesk(flags: readonly string[], use: (desk: RunningDesk) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const place = ['--approvals', join(folder, 'approvals'), '--audit', join(folder, 'audit')];
  const child = spawn(process.execPath, [CLI, 'approvals', '--web', '--port', '0', ...place, ...flags], {
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') },
  });
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const link = () => out.match(/http\S+/g)?.at(-1) ?? '';
  const exited = once(child, 'exit');
  try {
    for (let i = 0; i < 400 && !errors.includes('\n') && child.exitCode === null; i++) await sleep(25);
    if (child.exitCode !== null || link() === '') throw new Error(`no page: ${errors}`);
    const { origin } = new URL(link());
    await use({
      folder,
      store: new ApprovalFolder(join(folder, 'approvals')),
      pid: child.pid as number,
      url: `${origin}/`,
      link,
      errors: () => errors,
    });
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

/** A request as any program sends one: with exactly these headers. */
export function ask(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}

/** Opens the link as a browser does. @returns what that browser then has. */
export async function enter(link: string): Promise<{ cookie: string; second: string }> {
  const { headers, body } = await ask(link);
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  return { cookie, second: /name="second" content="([^"]+)"/.exec(body)?.[1] ?? '' };
}

/** Sends what changes something, as the page's script does; with what a case leaves out or says otherwise. */
export function post(
  { url }: Pick<RunningDesk, 'url'>,
  path: string,
  { cookie, second }: { cookie?: string; second?: string },
  body: object = {},
  more: Record<string, string> = {},
): Promise<Answer> {
  const headers = {
    origin: new URL(url).origin,
    'content-type': 'application/json',
    ...(cookie !== undefined && { cookie }),
    ...(second !== undefined && { 'x-capfence-token': second }),
    ...more,
  };
  return ask(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}
