import { realpathSync } from 'node:fs';
import { VERSION } from '../version.js';

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
  const isOurs =
    run > 0 &&
    command
      .slice(0, run)
      .some((part) => /(?:^|[\\/])capfence(?:@[\w.-]+)?(?:\.\w+)?$|[\\/]dist[\\/]cli\.js$/.test(part));
  return isOurs && dashes > run ? command.slice(dashes + 1) : undefined;
}
