import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VERSION } from '../../package/version.js';

/** How another program starts this very CapFence: clients have neither this folder nor this PATH. */
export function selfCommand(): string[] {
  const file = realpathSync(process.argv[1] as string);
  // What a package runner fetched may be gone tomorrow.
  return /[\\/]_npx[\\/]/.test(file) ? ['npx', '-y', `capfence@${VERSION}`] : [process.execPath, file];
}

/** The server's own command, where this one runs CapFence before it; else undefined. */
export function behindGateway(command: readonly string[]): readonly string[] | undefined {
  const run = command.indexOf('run');
  const dashes = command.indexOf('--', run);
  if (run < 1 || dashes < run) return undefined;
  const flags = command.slice(run, dashes);
  const isGateway = flags.includes('--policy') || flags.includes('--module');
  return isGateway && isCapFence(command[run - 1] as string) ? command.slice(dashes + 1) : undefined;
}

/** Is this our program, by the name of its command or package? */
function isCapFence(program: string): boolean {
  if (/^(?:.*[\\/])?capfence(?:\.cmd)?$|^capfence@[\w.-]+$/.test(program)) return true;
  try {
    const file = realpathSync(program);
    const { name } = JSON.parse(readFileSync(join(dirname(file), '..', 'package.json'), 'utf8')) as { name?: unknown };
    return name === 'capfence';
  } catch {
    return false;
  }
}
