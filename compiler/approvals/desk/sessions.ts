import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Somebody who looks at the page. */
export interface Session {
  /** Who decides, where people sign in; else nobody is named. */
  readonly name: string | undefined;
  /** What a request that changes something must have beside the cookie: it is kept where only this page's scripts read. */
  readonly second: string;
  /** Milliseconds since 1970. */
  readonly ends: number;
}

/** A working day. */
const SESSION_MS = 12 * 3600 * 1000;
const MAX_SESSIONS = 64;

/** Who may look and decide, kept in memory: with the page's process they all end. Secrets are compared by their hash. */
export class Sessions {
  private readonly byCookie = new Map<string, Session>();
  private link = '';

  /** @param now The clock, in milliseconds since 1970. */
  constructor(private readonly now: () => number = Date.now) {}

  /** A new token for a link; the one before is no longer worth anything. */
  newLink(): string {
    const token = secret();
    this.link = digest(token);
    return token;
  }

  /** Is this the link's token? It is worth something once. */
  takeLink(token: string): boolean {
    if (this.link === '' || !isSame(digest(token), this.link)) return false;
    this.link = '';
    return true;
  }

  /** @returns what the cookie holds, and the session. */
  begin(name: string | undefined): readonly [cookie: string, session: Session] {
    this.forget();
    const cookie = secret();
    const session = { name, second: secret(), ends: this.now() + SESSION_MS };
    this.byCookie.set(digest(cookie), session);
    return [cookie, session];
  }

  find(cookie: string | undefined): Session | undefined {
    const session = cookie === undefined ? undefined : this.byCookie.get(digest(cookie));
    return session && session.ends > this.now() ? session : undefined;
  }

  /** May it change something? */
  mayChange(session: Session, second: string | undefined): boolean {
    return second !== undefined && isSame(digest(second), digest(session.second));
  }

  end(cookie: string): void {
    this.byCookie.delete(digest(cookie));
  }

  /** Those that are over, and of too many the oldest. */
  private forget(): void {
    for (const [key, { ends }] of this.byCookie) if (ends <= this.now()) this.byCookie.delete(key);
    for (const key of this.byCookie.keys()) {
      if (this.byCookie.size < MAX_SESSIONS) return;
      this.byCookie.delete(key);
    }
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
