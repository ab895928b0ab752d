import { existsSync, writeFileSync } from 'node:fs';
import { readSnapshot, type Snapshot } from '../../ir/tool-snapshot.js';
import { styleFor } from '../../report/style.js';
import { lockText, renderToolChange, toolChanges, unseenIn } from '../../report/tool-changes.js';
import { visible } from '../../report/visible.js';
import { CommandError, EXIT } from '../support/failure.js';
import { listTools } from '../support/list-tools.js';
import { tell } from '../support/tell.js';

interface Options {
  readonly out?: string;
  readonly lock?: string;
  readonly check?: string;
  readonly json?: boolean;
}

/** `capfence scan`: starts a server, asks for its tools, and saves them or compares them with those saved. */
export async function run(command: string[], { out, lock, check, json = false }: Options): Promise<number> {
  if ([out, lock, check].filter((file) => file !== undefined).length > 1) {
    throw new CommandError('give one of -o, --lock and --check');
  }
  const locked = check === undefined ? undefined : readSnapshot(check);
  const snapshot = await listTools(command);
  for (const tool of snapshot.tools) for (const sentence of unseenIn(tool)) tell(`warning: ${sentence}`);
  if (check !== undefined && locked) return compare(locked, snapshot, check, json);
  const file = lock ?? out;
  if (lock !== undefined) {
    const twice = snapshot.tools.find(({ name }, i) => snapshot.tools.findIndex((other) => other.name === name) < i);
    if (twice)
      throw new CommandError(`the server lists ${JSON.stringify(twice.name)} more than once: nothing is locked`);
    if (existsSync(lock) && !json) compare(readSnapshot(lock), snapshot, lock, false);
  }
  const text = lock === undefined ? `${JSON.stringify(snapshot, null, 2)}\n` : lockText(snapshot);
  if (file === undefined) process.stdout.write(text);
  else {
    writeFileSync(file, text);
    const { name, version } = snapshot.server;
    tell(`wrote ${file}: ${snapshot.tools.length} tools of ${visible(name)} ${visible(version)}`);
    const warnings = snapshot.tools.flatMap(unseenIn);
    const result = { file, server: snapshot.server, tools: snapshot.tools.length, warnings };
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  return EXIT.done;
}

/** Says what has changed. */
function compare(locked: Snapshot, current: Snapshot, file: string, json: boolean): number {
  const style = styleFor(process.stdout);
  const changes = toolChanges(locked.tools, current.tools);
  if (json) process.stdout.write(`${JSON.stringify({ same: changes.length === 0, changes })}\n`);
  else for (const change of changes) process.stdout.write(`${renderToolChange(change, style)}\n\n`);
  const count = `${changes.length} of the tools in ${file}`;
  tell(changes.length === 0 ? `the ${current.tools.length} tools are those of ${file}` : `${count} differ`);
  return changes.length === 0 ? EXIT.done : EXIT.no;
}
