import { existsSync } from 'node:fs';
import { visible } from '../../report/visible.js';
import { wrappedFiles } from '../../start/wrap-record.js';
import { EXIT } from '../support/failure.js';
import { behindGateway } from '../support/self-command.js';
import { type ConfigurationChange, chosen, configsFor, finish, openConfig } from './wrap.js';

interface Options {
  readonly server?: readonly string[];
  readonly dryRun?: boolean;
}

/** `capfence unwrap`: takes the gateway away again. Nothing is installed that `wrap` has not taken away itself. */
export async function run(files: string[], options: Options): Promise<number> {
  let left = 0;
  const { files: kept, damaged } = wrappedFiles();
  for (const record of files.length === 0 ? damaged : []) {
    left++;
    process.stderr.write(
      `${record}: what wrap kept there can't be read, so nothing is undone by it; name the configuration (capfence unwrap FILE): the file as it was before lies beside that record, as .backup\n`,
    );
  }
  const known = kept.filter((file) => existsSync(file));
  for (const path of left > 0 ? known : filesFor(files, known)) {
    const config = openConfig(path);
    const changes: ConfigurationChange[] = [];
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
function filesFor(files: readonly string[], kept: readonly string[]): readonly string[] {
  if (files.length > 0) return configsFor(files).map(({ path }) => path);
  return kept.length > 0 ? kept : configsFor([]).map(({ path }) => path);
}
