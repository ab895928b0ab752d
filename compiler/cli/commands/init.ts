import { existsSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { withRealPaths } from '../../../runtime/gateway/judge/real-path.js';
import type { Decision } from '../../../runtime/types.js';
import { compileInMemory } from '../../in-memory.js';
import { loadPolicyText } from '../../ir/load.js';
import type { Snapshot } from '../../ir/tool-snapshot.js';
import { readSnapshot, withTools } from '../../ir/tool-snapshot.js';
import { type Style, styleFor } from '../../report/style.js';
import { lockText } from '../../report/tool-changes.js';
import { visible } from '../../report/visible.js';
import { LEVELS, type Level } from '../../start/levels.js';
import { sampleCall } from '../../start/sample-calls.js';
import { checkedScaffold } from '../../start/scaffold.js';
import { CommandError, EXIT } from '../support/failure.js';
import { listTools } from '../support/list-tools.js';
import { tell } from '../support/tell.js';

interface Options {
  readonly out: string;
  readonly folder?: readonly string[];
  readonly tools?: string;
  readonly lock?: string;
  readonly level?: string;
  readonly trustHints?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
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
  const folders = withRealPaths((options.folder ?? foldersIn(command)).map((folder) => resolve(folder)));
  const name = basename(options.out, extname(options.out));
  const level = levelOf(options.level);
  const trustsHints = options.trustHints ?? false;
  if (trustsHints && options.lock === undefined && options.tools === undefined)
    throw new CommandError('--trust-hints believes what is locked: give --lock FILE too, and run the gateway with it');
  const text = checkedScaffold(snapshot, { name, folders, level, trustsHints });
  writeFileSync(options.out, text, { flag: options.force ? 'w' : 'wx' });
  const { server, tools } = snapshot;
  tell(`wrote ${options.out}: ${tools.length} tools of ${visible(server.name)} ${visible(server.version)}`);
  if (options.lock !== undefined) {
    writeFileSync(options.lock, lockText(snapshot));
    tell(`wrote ${options.lock}: the tools as they are now, for --lock`);
  }
  const calls = session(snapshot, text, options.out, folders);
  if (options.json) {
    const { out: policy, lock = null } = options;
    process.stdout.write(`${JSON.stringify({ policy, lock, server, tools: tools.length, folders, calls })}\n`);
  } else process.stdout.write(shownSession(calls, styleFor(process.stdout)));
  if (folders.length === 0 && text.includes('no folder was given'))
    tell('no folder is known in which files may be read and written: give one with --folder');
  return EXIT.done;
}

/** @throws CommandError */
export function levelOf(text = 'balanced'): Level {
  const level = LEVELS.find((one) => one === text);
  if (level === undefined) throw new CommandError(`--level is ${LEVELS.join(', ')}, not ${JSON.stringify(text)}`);
  return level;
}

/** Folders that a server is given are those it works in, however they are written; the value of an option is none. */
export function foldersIn(command: readonly string[]): string[] {
  return command.filter(
    (arg, i) =>
      i > 0 &&
      (/^[/.~]/.test(arg) || /^[A-Za-z]:[\\/]/.test(arg) || !/^-/.test(command[i - 1] as string) || i === 1) &&
      !/^-/.test(arg) &&
      statSync(arg, { throwIfNoEntry: false })?.isDirectory(),
  );
}

interface DecidedCall {
  readonly tool: string;
  readonly args: unknown;
  readonly decision: Decision;
}

/** What the policy makes of a call of each tool, decided by the policy itself. */
function session(snapshot: Snapshot, text: string, file: string, folders: readonly string[]): DecidedCall[] {
  const policy = withTools(loadPolicyText(text, file).policy, snapshot);
  const decide = compileInMemory(policy).bind({}, {});
  return snapshot.tools.flatMap((tool) => {
    const places = [folders[0] ?? '/some/folder', '/etc'];
    const calls = [...new Set(places.map((place) => JSON.stringify(sampleCall(tool, place))))];
    const decided = calls.map((json) => {
      const args = JSON.parse(json);
      return { tool: tool.name, args, decision: decide(tool.name, args).decision };
    });
    // A second one only where the place makes a difference.
    return decided[1]?.decision === decided[0]?.decision ? decided.slice(0, 1) : decided;
  });
}

function shownSession(calls: readonly DecidedCall[], style: Style): string {
  const words = {
    allow: style.green('allowed'),
    warn: style.yellow('allowed'),
    require_approval: style.yellow('asks   '),
    deny: style.red('denied '),
  };
  const lines = calls.map(
    ({ tool, args, decision }) => `  ${words[decision]}  ${visible(tool)} ${visible(JSON.stringify(args))}`,
  );
  return `${lines.join('\n')}\n`;
}
