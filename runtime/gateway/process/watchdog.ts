import { type ChildProcess, spawn } from 'node:child_process';

/** Waits for the end of its input, which comes when the gateway dies, and ends the group it was told of. */
const SCRIPT = 'read _; kill -s TERM -- "-$0"; sleep 2; kill -s KILL -- "-$0"';

/**
 * Ends a process group when this process is killed in a way that leaves it no time to. Without a `/bin/sh` there is
 * none; on Windows the system ends a process's children with it.
 *
 * @internal
 */
export class Watchdog {
  private readonly child: ChildProcess | null = null;

  /** @param group The process group's id. */
  constructor(group: number) {
    if (process.platform === 'win32') return;
    // A group of its own, so that it outlives the one it ends.
    const child = spawn('/bin/sh', ['-c', SCRIPT, String(group)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    child.on('error', () => {});
    child.stdin?.on('error', () => {});
    child.unref();
    this.child = child;
  }

  /** The group has ended. */
  dismiss(): void {
    this.child?.kill('SIGKILL');
  }
}
