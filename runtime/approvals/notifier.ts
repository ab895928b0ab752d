import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import type { Approval } from './approval.js';
import { noticeOf, noticeSignature } from './notice.js';

const TRIES = 3;
/** Between two tries, twice as long each time, in milliseconds. */
const PAUSE_MS = 500;
/** How long one try may take. */
const TRY_MS = 10_000;
/** More than these are not begun: whoever doesn't answer would else take up memory without end. */
const MAX_OPEN = 256;
/** … nor where what is under way comes to so many characters. */
const MAX_HELD = 16 * 1024 * 1024;
/** What those that are under way get when the gateway ends. */
const CLOSE_MS = 1000;

/** Whom to tell of new requests. */
export interface NotifyTargets {
  /** Addresses of webhooks, `http` or `https`. */
  readonly urls: readonly string[];
  /** Programs that get the JSON on their standard input. */
  readonly commands: readonly string[];
  readonly hasArguments: boolean;
  /** Signs what webhooks get; undefined: unsigned. */
  readonly secret: string | undefined;
  /** Where a page is to decide on; undefined: there is none now. */
  readonly page: () => string | undefined;
}

/** Tells people elsewhere of new requests. Nothing waits for it, and what can't be told is said once, after three tries. */
export class Notifier {
  private readonly open = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private held = 0;

  /** @param tell Takes a line for standard error. */
  constructor(
    private readonly targets: NotifyTargets,
    private readonly tell: (line: string) => void,
  ) {
    setMaxListeners(0, this.stop.signal); // One each for what is under way.
  }

  /** A request was made. Returns at once. */
  notify(approval: Approval): void {
    const { urls, commands, hasArguments, page } = this.targets;
    const body = noticeOf(approval, hasArguments, page());
    for (const url of urls) this.begin(new URL(url).origin, approval.id, body, () => this.post(url, body));
    for (const command of commands) this.begin(command, approval.id, body, () => this.run(command, body));
  }

  /** Waits for what is under way, not long. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([Promise.all(this.open), late]);
    clearTimeout(timer);
    this.stop.abort();
  }

  private begin(target: string, id: string, body: string, attempt: () => Promise<void>): void {
    if (this.open.size >= MAX_OPEN || this.held + body.length > MAX_HELD) {
      this.tell(`${target} was not told of request ${id}: too many are under way`);
      return;
    }
    const told = this.tried(attempt).catch((error: unknown) => {
      if (!this.stop.signal.aborted) this.tell(`${target} could not be told of request ${id}: ${reasonOf(error)}`);
    });
    this.open.add(told);
    this.held += body.length;
    void told.finally(() => {
      this.open.delete(told);
      this.held -= body.length;
    });
  }

  private async tried(attempt: () => Promise<void>): Promise<void> {
    for (let number = 1; ; number++) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (number === TRIES || this.stop.signal.aborted) throw error;
      }
      await this.pause(PAUSE_MS * 2 ** (number - 1));
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.stop.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Redirections are not followed: what was signed for one place is not for another. */
  private async post(url: string, body: string): Promise<void> {
    const { secret } = this.targets;
    const signature = secret && noticeSignature(body, secret, Math.floor(Date.now() / 1000));
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'capfence',
        ...(signature && { 'x-capfence-signature': signature }),
      },
      signal: AbortSignal.any([AbortSignal.timeout(TRY_MS), this.stop.signal]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answers ${response.status}`);
  }

  private run(command: string, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, [], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: { ...process.env, CAPFENCE_NOTIFY_SECRET: undefined },
        windowsHide: true,
        timeout: TRY_MS,
        killSignal: 'SIGKILL',
        signal: this.stop.signal,
      });
      child.on('error', reject);
      child.on('exit', (code, signal) =>
        code === 0 ? resolve() : reject(new Error(signal ? `it was ended by ${signal}` : `it ends with ${code}`)),
      );
      child.stdin.on('error', () => {}); // It need not read.
      child.stdin.end(`${body}\n`);
    });
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
