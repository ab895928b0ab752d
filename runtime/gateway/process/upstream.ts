import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { withoutShim } from './shim.js';
import { Watchdog } from './watchdog.js';

/** How the server ended: its exit code, or 128 + n after signal n. */
export type ExitCode = number;

/** 127, as a shell answers when there is no such command. */
const CANNOT_START = 127;
/** Between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 2000;
const POLL_MS = 20;
/** After the server's end, how long its pipes may stay open without anything new. */
const PIPES_CLOSE_MS = 500;

/**
 * The server as a child process, in a process group of its own so that all it started can be ended with it. It has the
 * gateway's environment and working directory, and no shell between.
 *
 * @internal
 */
export class Upstream {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable> | null;
  private readonly watchdog: Watchdog | null;
  private readonly timers: NodeJS.Timeout[] = [];
  private hasEnded = false;
  readonly input: Writable;
  readonly output: Readable;
  readonly errors: Readable;
  /** Resolves once the server has ended and all it wrote was read. */
  readonly ended: Promise<{ readonly code: ExitCode; readonly problem?: string }>;

  constructor(
    command: readonly string[],
    private readonly graceSeconds: number,
    environment?: NodeJS.ProcessEnv,
  ) {
    const [name = ''] = command;
    let child: ChildProcessByStdio<Writable, Readable, Readable>;
    try {
      const [file = '', ...args] = process.platform === 'win32' ? withoutShim(command) : command;
      child = spawn(file, args, {
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        // Who can sign as the gateway is no business of the server's.
        env: { ...process.env, ...environment, CAPFENCE_NOTIFY_SECRET: undefined },
      });
    } catch (error) {
      this.child = null;
      this.watchdog = null;
      this.input = new PassThrough();
      this.output = Readable.from([]);
      this.errors = Readable.from([]);
      this.ended = Promise.resolve({ code: CANNOT_START, problem: startProblem(name, error as NodeJS.ErrnoException) });
      return;
    }
    this.child = child;
    this.watchdog = child.pid === undefined ? null : new Watchdog(child.pid);
    this.input = child.stdin;
    this.output = child.stdout;
    this.errors = child.stderr;
    child.stdin.on('error', () => {}); // It closed its input; that it did shows in how it ends.
    this.ended = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid !== undefined) return; // A signal that could not be sent.
        this.finish();
        resolve({ code: CANNOT_START, problem: startProblem(name, error) });
      });
      child.once('exit', () => {
        // What the server left running may hold its pipes: end it, or `close` never comes.
        void this.endGroup().then(() => {
          // What escaped the group keeps them open still; the server itself has nothing more to say.
          this.later(PIPES_CLOSE_MS, () => {
            child.stdout.destroy();
            child.stderr.destroy();
          });
        });
      });
      child.once('close', (code, signal) => {
        void this.endGroup().then(() => {
          this.finish();
          resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0) });
        });
      });
    });
  }

  /** The client has gone: the server has its grace to notice, then it is made to end. */
  closeInput(): void {
    this.input.end();
    this.later(this.graceSeconds * 1000, () => void this.endGroup());
  }

  /** Ends it at once. Resolves when it has ended. */
  async abort(): Promise<void> {
    this.killGroup('SIGKILL');
    await this.ended;
  }

  /**
   * Passes a signal on.
   *
   * @param endsGrace It asks for an end: what of the server and its group goes on after its grace is killed.
   */
  signal(signal: NodeJS.Signals, endsGrace: boolean): void {
    this.child?.kill(signal);
    if (endsGrace) this.later(this.graceSeconds * 1000, () => this.killGroup('SIGKILL'));
  }

  /** SIGTERM to all that is left of the group, SIGKILL to what is there 2 s later. */
  private async endGroup(): Promise<void> {
    if (!this.killGroup('SIGTERM')) return;
    const deadline = Date.now() + KILL_AFTER_MS;
    while (this.killGroup(0)) {
      if (Date.now() > deadline) {
        this.killGroup('SIGKILL');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** @returns whether there was anyone to get it. */
  private killGroup(signal: NodeJS.Signals | 0): boolean {
    const pid = this.child?.pid;
    if (pid === undefined) return false;
    try {
      return process.platform === 'win32'
        ? this.child?.exitCode === null && this.child.kill(signal)
        : process.kill(-pid, signal);
    } catch {
      return false;
    }
  }

  private later(milliseconds: number, action: () => void): void {
    if (!this.hasEnded) this.timers.push(setTimeout(action, milliseconds));
  }

  private finish(): void {
    this.hasEnded = true;
    this.watchdog?.dismiss();
    for (const timer of this.timers) clearTimeout(timer);
  }
}

function startProblem(file: string, error: NodeJS.ErrnoException): string {
  const name = JSON.stringify(file);
  const why =
    error.code === 'ENOENT'
      ? `there is no command ${name}`
      : error.code === 'EACCES'
        ? `${name} may not be executed`
        : error.message;
  return `the server could not be started: ${why}`;
}
