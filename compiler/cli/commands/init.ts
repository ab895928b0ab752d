import { existsSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { Snapshot } from '../../analyse/snapshot.js';
import { readSnapshot, withTools } from '../../analyse/snapshot.js';
import { compileInMemory } from '../../in_memory.js';
import { loadPolicyText } from '../../ir/load.js';
import { type Style, styleFor } from '../../report/style.js';
import { lockText } from '../../report/tool_changes.js';
import { visible } from '../../report/visible.js';
import { sampleCall } from '../../start/sample_calls.js';
import { checkedScaffold } from '../../start/scaffold.js';
import { CommandError, EXIT } from '../failure.js';
import { listTools } from '../list_tools.js';

interface Options {
  readonly out: string;
  readonly folder?: readonly string[];
  readonly tools?: string;
  readonly lock?: string;
  readonly force?: boolean;
}

/** `capfence init`: a policy to begin with, made from the tools of a server. */
export async function run(command: string[], options: Options): Promise<number> {
  if (existsSync(options.out) && !options.force) {
    throw new CommandError(`${options.out} is there already: choose another with -o, or give --force`);
  }
  if (options.tools === undefined && command.length === 0) {
    throw new CommandError("give the server's command behind --, or its tools with --tools");
  }
  const snapshot = options.tools === undefined ? await listTools(command) : readSnapshot(options.tools);
  const folders = (options.folder ?? foldersIn(command)).map((folder) => resolve(folder));
  const name = basename(options.out, extname(options.out));
  const text = checkedScaffold(snapshot, { name, folders });
  writeFileSync(options.out, text, { flag: options.force ? 'w' : 'wx' });
  const { server, tools } = snapshot;
  tell(`wrote ${options.out}: ${tools.length} tools of ${visible(server.name)} ${visible(server.version)}`);
  if (options.lock !== undefined) {
    writeFileSync(options.lock, lockText(snapshot));
    tell(`wrote ${options.lock}: the tools as they are now, for --lock`);
  }
  process.stdout.write(session(snapshot, text, options.out, folders, styleFor(process.stdout)));
  if (folders.length === 0 && text.includes('filesystem.write')) {
    tell('no folder is known in which files may be written: give one with --folder');
  }
  return EXIT.done;
}

/** Folders that a server is given are those it works in. */
export function foldersIn(command: readonly string[]): string[] {
  return command
    .slice(1)
    .filter((arg) => /^[/.~]/.test(arg) || /^[A-Za-z]:[\\/]/.test(arg))
    .filter((arg) => statSync(arg, { throwIfNoEntry: false })?.isDirectory());
}

/** What the policy makes of a call of each tool, decided by the policy itself. */
function session(snapshot: Snapshot, text: string, file: string, folders: readonly string[], style: Style): string {
  const policy = withTools(loadPolicyText(text, file).policy, snapshot);
  const decide = compileInMemory(policy).bind({}, {});
  const words = {
    allow: style.green('allowed'),
    warn: style.yellow('allowed'),
    require_approval: style.yellow('asks   '),
    deny: style.red('denied '),
  };
  const lines = snapshot.tools.flatMap((tool) => {
    const places = [folders[0] ?? '/some/folder', '/etc'];
    const calls = [...new Set(places.map((place) => JSON.stringify(sampleCall(tool, place))))];
    const verdicts = calls.map((args) => decide(tool.name, JSON.parse(args)).decision);
    // A second line only where the place makes a difference.
    const shown = verdicts[1] === verdicts[0] ? calls.slice(0, 1) : calls;
    return shown.map((args, i) => `  ${words[verdicts[i] as 'allow']}  ${visible(tool.name)} ${visible(args)}`);
  });
  return `${lines.join('\n')}\n`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
