import { EXIT } from '../failure.js';
import { behindGateway } from '../self_command.js';
import { chosen, configsFor, finish, openConfig } from './wrap.js';

interface Options {
  readonly server?: readonly string[];
  readonly dryRun?: boolean;
}

/** `capfence unwrap`: takes the gateway away again. */
export async function run(files: string[], options: Options): Promise<number> {
  for (const { path } of configsFor(files)) {
    const config = openConfig(path);
    for (const { command, path: place } of chosen(config, options.server)) {
      const own = command && behindGateway(command);
      if (own) config.unwrap(place, own);
    }
    if (!config.isChanged) process.stderr.write(`${path}: nothing is wrapped\n`);
    finish(config, path, options.dryRun);
  }
  return EXIT.done;
}
