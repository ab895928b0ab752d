import { existsSync } from 'node:fs';
import { visible } from '../../report/visible.js';
import { wrappedFiles } from '../../start/wrap-record.js';
import { EXIT } from '../failure.js';
import { behindGateway } from '../self_command.js';
import { type Change, chosen, configsFor, finish, openConfig } from './wrap.js';

interface Options {
  readonly server?: readonly string[];
  readonly dryRun?: boolean;
}

/** `capfence unwrap`: takes the gateway away again. Nothing is installed that `wrap` has not taken away itself. */
export async function run(files: string[], options: Options): Promise<number> {
  let left = 0;
  for (const path of filesFor(files)) {
    const config = openConfig(path);
    const changes: Change[] = [];
    let wrapped = 0;
    for (const { command, name, path: place } of chosen(config, options.server)) {
      const own = command && behindGateway(command);
      if (!own) continue;
      wrapped++;
      const label = `${path}: ${visible(name)}`;
      const problem = config.unwrap(place, own);
      if (problem === undefined) {
        changes.push({ label, before: command, after: own });
        continue;
      }
      left++;
      const backup = existsSync(config.backup) ? `; the file as it was before is ${config.backup}` : '';
      process.stderr.write(
        `${label}: left as it is: ${problem}. To take the gateway away by hand, keep what stands behind \`--\`${backup}\n`,
      );
    }
    if (wrapped === 0) process.stderr.write(`${path}: nothing is wrapped\n`);
    left += finish(config, path, changes, options.dryRun);
  }
  return left > 0 ? EXIT.no : EXIT.done;
}

/** The files named; else those in which something is wrapped, and those of known clients. */
function filesFor(files: readonly string[]): string[] {
  if (files.length > 0) return configsFor(files).map(({ path }) => path);
  const kept = wrappedFiles().filter((file) => existsSync(file));
  return kept.length > 0 ? kept : configsFor([]).map(({ path }) => path);
}
