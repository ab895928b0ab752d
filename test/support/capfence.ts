import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const CLI = join(ROOT, 'dist/cli.js');

/** A command that takes longer hangs. */
const TIMEOUT_MS = 60_000;

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `capfence` to its end. Without `input` its standard input is empty. */
export function runCapfence(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: ROOT,
    input: '',
    ...options,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return { status, stdout, stderr };
}

/** Runs `capfence` in the repository. */
export const capfence = (...args: string[]): Ran => runCapfence(args);

/** Runs `capfence` in a folder. */
export const capfenceIn = (cwd: string, ...args: string[]): Ran => runCapfence(args, { cwd });
