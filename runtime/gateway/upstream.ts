import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';

/** How the server ended: its exit code, or 128 + n after signal n. */
export type ExitCode = number;

/** 127, as a shell answers when there is no such command. */
const CANNOT_START = 127;
/** Between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 2000;

/**
 * The server as a child process, in a process group of its own so that all it started can be ended with it. It has the
 * gateway's environment and working directory, and no shell between.
 */
export class Upstream {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly timers: NodeJS.Timeout[] = [];
  private hasEnded = false;
  /** Resolves once the server has ended and all it wrote was read. */
  readonly ended: Promise<{ readonly code: ExitCode; readonly problem?: string }>;

  constructor(
    command: readonly string[],
    private readonly graceSeconds: number,
  ) {
    const [file = '', ...args] = command;
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
    this.child.stdin.on('error', () => {}); // It closed its input; that it did shows in how it ends.
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error: NodeJS.ErrnoException) => {
        if (this.child.pid !== undefined) return; // A signal that could not be sent.
        this.finish();
        resolve({ code: CANNOT_START, problem: startProblem(file, error) });
      });
      // What the server left running may hold its pipes: end it, or `close` never comes.
      this.child.once('exit', () => this.endGroup());
      this.child.once('close', (code, signal) => {
        this.endGroup();
        this.finish();
        resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0) });
      });
    });
  }

  get input(): Writable {
    return this.child.stdin;
  }

  get output(): Readable {
    return this.child.stdout;
  }

  get errors(): Readable {
    return this.child.stderr;
  }

  /** The client has gone: the server has its grace to notice, then it is made to end. */
  closeInput(): void {
    this.child.stdin.end();
    this.later(this.graceSeconds * 1000, () => this.terminate());
  }

  /** Passes a signal on, and sees to it that it is heeded. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
    this.later(this.graceSeconds * 1000, () => this.terminate());
  }

  private terminate(): void {
    if (this.hasEnded) return;
    this.killGroup('SIGTERM');
    this.later(KILL_AFTER_MS, () => this.killGroup('SIGKILL'));
  }

  private endGroup(): void {
    this.killGroup('SIGTERM');
    if (!this.hasEnded) this.later(KILL_AFTER_MS, () => this.killGroup('SIGKILL'));
  }

  private killGroup(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // The group is gone.
    }
  }

  private later(milliseconds: number, action: () => void): void {
    if (!this.hasEnded) this.timers.push(setTimeout(action, milliseconds));
  }

  private finish(): void {
    this.hasEnded = true;
    for (const timer of this.timers) clearTimeout(timer);
  }
}

function startProblem(file: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return `the server could not be started: there is no command ${JSON.stringify(file)}`;
  if (error.code === 'EACCES') return `the server could not be started: ${JSON.stringify(file)} may not be executed`;
  return `the server could not be started: ${error.message}`;
}
