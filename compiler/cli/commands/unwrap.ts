import { visible } from '../../report/visible.js';
import { EXIT } from '../failure.js';
import { behindGateway } from '../self_command.js';
import { type Change, chosen, configsFor, finish, openConfig } from './wrap.js';

interface Options {
  readonly server?: readonly string[];
  readonly dryRun?: boolean;
}

/** `capfence unwrap`: takes the gateway away again. */
export async function run(files: string[], options: Options): Promise<number> {
  for (const { path } of configsFor(files)) {
    const config = openConfig(path);
    const changes: Change[] = [];
    for (const { command, name, path: place } of chosen(config, options.server)) {
      const own = command && behindGateway(command);
      if (!own) continue;
      config.unwrap(place, own);
      changes.push({ label: `${path}: ${visible(name)}`, before: command, after: own });
    }
    if (!config.isChanged) process.stderr.write(`${path}: nothing is wrapped\n`);
    finish(config, path, changes, options.dryRun);
  }
  return EXIT.done;
}
