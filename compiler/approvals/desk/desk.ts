import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Approval, stateAt } from '../../../runtime/approvals/approval.js';
import type { ApprovalStore } from '../../../runtime/approvals/store.js';
import { CommandError } from '../../cli/support/failure.js';
import { built } from '../../package/built.js';
import { grantSentence } from '../../report/grant.js';
import { visible } from '../../report/visible.js';
import { type DecideOptions, decideRequest, revokeGrant, whoDecides } from '../decide-request.js';
import { coveredExamples } from '../grant-examples.js';
import { type GrantFlags, type GrantTerms, grantTerms } from '../grant-terms.js';
import { whereStoreIs } from '../open-store.js';
import { Feed, outcome } from './feed.js';
import { answer, bodyOf, bracketed, HttpGuard, type Reach } from './http-guard.js';
import { closedPage, deskPage, enteredPage, signInPage } from './page.js';
import { decidedLine, grantPreview, requestView } from './request-view.js';
import { type Session, Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { DESK_STYLE } from './style.js';
import type { Users } from './users.js';

/** What a desk is started with. */
export interface DeskOptions extends DecideOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly url: URL | undefined;
  /** Who may sign in; undefined: whoever has the link decides. */
  readonly users: Users | undefined;
  /** Told a new link, whenever the one before was used. */
  readonly tellLink: (link: string) => void;
}

const MAX_CONNECTIONS = 512;
const MAX_WHY = 1000;
/** More are listed by a click. */
const MAX_LISTED = 1000;

/** The page where people decide, on HTTP. */
export class Desk {
  private readonly sessions = new Sessions();
  private readonly server: Server;
  private readonly feed: Feed;
  private readonly signIn: SignIn | undefined;
  private guard: HttpGuard | undefined;
  private port = 0;
  /** Decisions are made one after the other: each has a segment of the audit log of its own. */
  private deciding: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: ApprovalStore,
    private readonly options: DeskOptions,
  ) {
    this.feed = new Feed(store);
    this.signIn = options.users && new SignIn(options.users);
    const limits = { headersTimeout: 10_000, requestTimeout: 20_000, maxHeaderSize: 16_384 };
    this.server = createServer(limits, (request, response) => {
      this.handle(request, response).catch((error: unknown) => this.fail(response, error));
    });
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** @returns where it is. @throws CommandError where that address can't be had. */
  async open(): Promise<Reach> {
    const { host, port, url } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => {
        this.feed.close();
        const isTaken = error.code === 'EADDRINUSE';
        reject(
          new CommandError(
            isTaken
              ? `port ${port} is in use, perhaps by a page that runs already: --port takes another, 0 a free one`
              : `--host: ${error.message}`,
          ),
        );
      });
      this.server.listen(port, host, resolve);
    });
    ({ port: this.port } = this.server.address() as AddressInfo);
    const reach = { host, port: this.port, url };
    this.guard = new HttpGuard(reach);
    return reach;
  }

  /** Where people go; with a token that lets one browser in, where nobody signs in. */
  link(): string {
    return this.options.users ? this.address : `${this.address}?token=${this.sessions.newLink()}`;
  }

  /** Without a token. */
  get address(): string {
    const { host, url } = this.options;
    if (url) return url.href;
    const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${bracketed(named)}:${this.port}/`;
  }

  async close(): Promise<void> {
    this.feed.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.deciding;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const objection = this.guard ? this.guard.objection(request) : 'it has not begun';
    if (objection !== undefined) return refuse(response, 403, objection);
    const target = request.url ?? '/';
    if (!target.startsWith('/') || !URL.canParse(target, 'http://desk'))
      return refuse(response, 400, 'no such address');
    const { pathname, searchParams } = new URL(target, 'http://desk');
    const [cookie, session] = this.sessionOf(request);
    if (request.method === 'GET') return this.get(pathname, searchParams, session, request, response);
    const body = await bodyOf(request);
    if (!body) return refuse(response, 400, 'the body is no JSON object, or too long');
    if (pathname === '/sign-in') return this.enter(body, request, response);
    if (!session || !cookie) return refuse(response, 401, 'nobody is signed in here');
    const second = request.headers['x-capfence-token'];
    if (!this.sessions.mayChange(session, typeof second === 'string' ? second : undefined))
      return refuse(response, 403, 'this browser may look, and not decide: open the link that the program has printed');
    if (pathname === '/sign-out') {
      this.sessions.end(cookie);
      return json(response, 200, {});
    }
    const [, kind, id, verb] = pathname.split('/').map(decoded);
    const decision = this.deciding.then(() => this.change(`${kind}/${verb}`, id ?? '', body, session, response));
    this.deciding = decision.catch(() => {});
    await decision;
    await this.feed.look();
  }

  private async get(
    pathname: string,
    search: URLSearchParams,
    session: Session | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (pathname === '/style.css') return void answer(response, 200, 'text/css').end(DESK_STYLE);
    if (pathname === '/page.js') return void answer(response, 200, 'text/javascript').end(script());
    if (pathname === '/') return this.page(search, session, request, response);
    if (!session) return refuse(response, 401, 'nobody is signed in here');
    const [, kind, id = ''] = pathname.split('/').map(decoded);
    if (pathname === '/events') {
      const isAllowed = () => this.sessionOf(request)[1] === session;
      if (!this.feed.join(response, isAllowed)) refuse(response, 503, 'too many pages are open');
    } else if (pathname === '/decided') json(response, 200, await this.decided(Number(search.get('count'))));
    else if (kind === 'requests') {
      const found = await this.store.find(id);
      if (!found) refuse(response, 404, 'that request is no longer kept');
      else json(response, 200, { html: requestView(found, Date.now()).text });
    } else refuse(response, 404, 'there is nothing here');
  }

  private page(
    search: URLSearchParams,
    session: Session | undefined,
    { headers }: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { users, approvals } = this.options;
    const token = search.get('token');
    // What browsers fetch ahead has been clicked by nobody.
    const isAhead = headers['sec-purpose'] !== undefined || headers['purpose'] === 'prefetch';
    if (token !== null && !users && !isAhead && this.sessions.takeLink(token)) {
      const [cookie, { second }] = this.sessions.begin(undefined);
      answer(response, 200, 'text/html', { 'set-cookie': this.cookie(cookie) }).end(enteredPage(second));
      this.options.tellLink(this.link());
    } else if (session) answer(response, 200, 'text/html').end(deskPage(session.name, whereStoreIs(approvals)));
    else if (users) answer(response, 200, 'text/html').end(signInPage());
    else answer(response, 401, 'text/html').end(closedPage());
  }

  private async enter(
    body: Record<string, unknown>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { name, password } = body;
    if (!this.signIn || typeof name !== 'string' || typeof password !== 'string')
      return refuse(response, 400, 'nobody signs in like this');
    const refusal = await this.signIn.refusal(name, password, this.addressOf(request));
    if (refusal) return refuse(response, refusal.status, refusal.text);
    const [cookie, { second }] = this.sessions.begin(name);
    json(response, 200, { second }, { 'set-cookie': this.cookie(cookie) });
  }

  /** Where a request comes from: behind a proxy that is what the proxy says. */
  private addressOf({ headers, socket }: IncomingMessage): string {
    const forwarded = [headers['x-forwarded-for']].flat().at(-1)?.split(',').at(-1)?.trim();
    return (this.options.url && forwarded) || (socket.remoteAddress ?? '');
  }

  private async change(
    what: string,
    id: string,
    body: Record<string, unknown>,
    { name }: Session,
    response: ServerResponse,
  ): Promise<void> {
    const options = { ...this.options, ...(name !== undefined && { by: name }) };
    const why = typeof body['why'] === 'string' ? body['why'].slice(0, MAX_WHY) : undefined;
    if (what === 'grants/revoke') {
      const problem = await revokeGrant(this.store, id, options);
      return problem === undefined
        ? json(response, 200, { text: `Taken back: ${id}` })
        : refuse(response, 409, problem);
    }
    if (what === 'requests/preview' || what === 'requests/grant') {
      const found = await this.store.find(id);
      if (!found) return refuse(response, 404, 'that request is no longer kept');
      const terms = termsOf(found, name ?? options.by, body);
      const examples = coveredExamples(found, terms);
      if (what === 'requests/grant') return this.decide(id, 'approved', options, response, terms);
      return json(response, 200, { html: grantPreview(grantSentence(terms.draft, terms.seconds), examples).text });
    }
    if (what === 'requests/approve') return this.decide(id, 'approved', options, response);
    if (what === 'requests/reject') return this.decide(id, 'rejected', { ...options, why }, response);
    refuse(response, 404, 'there is nothing here');
  }

  private async decide(
    id: string,
    to: 'approved' | 'rejected',
    options: DecideOptions,
    response: ServerResponse,
    terms?: GrantTerms,
  ): Promise<void> {
    const decided = await decideRequest(this.store, id, to, options, terms);
    if (typeof decided === 'string') return refuse(response, 409, decided);
    const granted = decided.grant ? `, and granted as ${decided.grant.id}` : '';
    json(response, 200, { text: `${outcome(decided, Date.now())}${granted}` });
  }

  private async decided(count: number) {
    const now = Date.now();
    const endOf = ({ steps, expires }: Approval) => steps.at(-1)?.time ?? expires;
    const all = (await this.store.list())
      .filter((approval) => stateAt(approval, now) !== 'pending')
      .sort((a, b) => (endOf(a) < endOf(b) ? 1 : -1));
    const most = Math.min(Math.max(Math.trunc(count) || 20, 1), MAX_LISTED);
    const entries = all.slice(0, most).map((approval) => ({ id: approval.id, line: decidedLine(approval, now).text }));
    return { entries, more: all.length > most && most < MAX_LISTED };
  }

  /** Cookies of one host are shared by all its ports. */
  private get cookieName(): string {
    return `capfence-${this.port}`;
  }

  private cookie(value: string): string {
    const secure = this.options.url?.protocol === 'https:' ? '; Secure' : '';
    return `${this.cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${12 * 3600}${secure}`;
  }

  /** By whichever cookie of that name is one of ours: another port of this host may have set one, too. */
  private sessionOf({ headers }: IncomingMessage): readonly [cookie: string | undefined, session: Session | undefined] {
    for (const part of (headers.cookie ?? '').split(';')) {
      const [name, cookie] = part.trim().split('=');
      const session = name === this.cookieName ? this.sessions.find(cookie) : undefined;
      // Who was taken out of the file is out.
      if (session && (session.name === undefined || this.options.users?.has(session.name))) return [cookie, session];
    }
    return [undefined, undefined];
  }

  private fail(response: ServerResponse, error: unknown): void {
    const text = visible(error instanceof Error ? error.message : String(error));
    if (response.headersSent) response.destroy();
    else refuse(response, error instanceof CommandError ? 400 : 500, forPage(text));
  }
}

function termsOf(found: Approval, by: string | undefined, body: Record<string, unknown>): GrantTerms {
  const text = (name: string) => (typeof body[name] === 'string' ? { [name]: body[name] } : {});
  const vary = Array.isArray(body['vary']) ? body['vary'].filter((one) => typeof one === 'string') : [];
  const flags: GrantFlags = { ...text('for'), ...text('uses'), ...text('under'), vary };
  const terms = grantTerms(found, whoDecides(by), flags);
  if (!terms) throw new CommandError('for how long?');
  return terms;
}

/** What is said of flags, for a form that has none. */
function forPage(text: string): string {
  return text
    .replace(
      /--under needs an argument that varies and names a path: --vary (\S+)/,
      'The folder is for a path that varies: tick $1',
    )
    .replace(/^--uses\b/, 'The number of calls')
    .replace(/^--under\b/, 'The folder')
    .replace(/--under names\b/, 'name in the form')
    .replace(/--under\b/g, 'the folder in the form')
    .replace(/^--for\b/, 'The time');
}

let ownScript: string | undefined;

function script(): string {
  ownScript ??= readFileSync(built('slim/approvals-page.js'), 'utf8');
  return ownScript;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  answer(response, status, 'application/json', headers).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, error: string): void {
  // What was not read is not kept for another request.
  json(response, status, { error }, { connection: 'close' });
}
