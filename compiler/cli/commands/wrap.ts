import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JSONPath } from 'jsonc-parser';
import { withRealPaths } from '../../../runtime/gateway/judge/real-path.js';
import { unseenEscaped } from '../../../runtime/text/escape.js';
import { sha256 } from '../../../runtime/text/sha256.js';
import type { Snapshot } from '../../ir/tool-snapshot.js';
import { styleFor } from '../../report/style.js';
import { lockText } from '../../report/tool-changes.js';
import { visible } from '../../report/visible.js';
import { clientConfigs } from '../../start/client-configs.js';
import { checkedScaffold, ScaffoldError } from '../../start/scaffold.js';
import { ConfigError, type ConfiguredServer } from '../../start/server-table.js';
import { shownCommand } from '../../start/shown-command.js';
import { WrapRecordError } from '../../start/wrap-record.js';
import { BusyConfigError, WrappedConfig } from '../../start/wrapping.js';
import { CommandError, EXIT } from '../support/failure.js';
import { listTools } from '../support/list-tools.js';
import { behindGateway, selfCommand } from '../support/self-command.js';
import { tell } from '../support/tell.js';
import { foldersIn, levelOf } from './init.js';

interface Options {
  readonly policy?: string;
  readonly lock?: string;
  readonly server?: readonly string[];
  readonly dir?: string;
  readonly level?: string;
  readonly trustHints?: boolean;
  readonly auditPayloads?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `capfence wrap`: puts the gateway in front of the servers in clients' configurations. */
export async function run(files: string[], options: Options): Promise<number> {
  const configs = configsFor(files);
  let left = 0;
  const told: ToldServer[] = [];
  for (const { client, path } of configs) {
    const config = openConfig(path);
    const changes: ConfigurationChange[] = [];
    for (const server of chosen(config, options.server)) {
      const { command, name, env } = server;
      const label = `${path}: ${visible(name)}`;
      const say = (state: ToldServer['state'], what: string) => {
        told.push({ file: path, server: name, state, what });
        tell(`${label}: ${what}`);
      };
      if (server.problem !== undefined) {
        say('left', `left as it is: ${server.problem}`);
        left++;
      } else if (command === undefined) {
        const remote = `its client reaches it by an address: start it by "command": "npx", "args": ["-y", "mcp-remote", URL], and wrap that`;
        say(
          'none',
          server.url === undefined
            ? 'not started by the client (no command), so there is nothing to put a gateway before'
            : remote,
        );
      } else if (behindGateway(command)) say('wrapped', 'wrapped already');
      else {
        try {
          const after = await wrapped(client, config.file, server, command, options);
          config.wrap(server.path, after);
          changes.push({ label, before: command, after });
          say('wrapped', `${options.dryRun ? 'would be' : 'now'} behind CapFence`);
        } catch (error) {
          if (!(error instanceof CommandError || error instanceof ScaffoldError)) throw error;
          say('left', `left as it is: ${withoutSecrets(error.message, command, env)}`);
          left++;
        }
      }
    }
    left += finish(config, path, changes, options.dryRun, options.json);
  }
  if (told.length === 0)
    throw new CommandError(
      options.server ? `no server is called ${options.server.join(' or ')}` : 'no servers are configured there',
    );
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: left === 0, servers: told })}\n`);
  return left > 0 ? EXIT.no : EXIT.done;
}

/** What became of one server. */
interface ToldServer {
  readonly file: string;
  readonly server: string;
  /** `none`: it has no command. */
  readonly state: 'wrapped' | 'left' | 'none';
  readonly what: string;
}

/** A command before and after, for a person. */
export interface ConfigurationChange {
  readonly label: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What a server or the system says may repeat what it was given. */
function withoutSecrets(message: string, command: readonly string[], env: Readonly<Record<string, string>>): string {
  const shown = shownCommand(command);
  const hidden = [...Object.values(env), ...command.filter((part, i) => part !== shown[i])].filter(
    (text) => text.length > 3,
  );
  return visible(hidden.reduce((text, secret) => text.replaceAll(secret, '***'), message));
}

/** The files named, or those of known clients that are there. */
export function configsFor(files: readonly string[]): { readonly client: string; readonly path: string }[] {
  const known = clientConfigs(process.cwd());
  if (files.length === 0) {
    const found = known.filter(({ path }) => existsSync(path));
    if (found.length > 0) return found;
    throw new CommandError('no configuration of a client was found: name one, such as ./mcp.json');
  }
  return files.map((file) => {
    if (!existsSync(file)) throw new CommandError(`there is no file ${file}`);
    return { client: known.find(({ path }) => path === resolve(file))?.client ?? 'mcp', path: file };
  });
}

export function openConfig(path: string): WrappedConfig {
  try {
    const config = new WrappedConfig(path);
    config.table.servers();
    return config;
  } catch (error) {
    if (error instanceof WrapRecordError) throw new CommandError(error.message);
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandError(`${path}:${error.message}`);
  }
}

/** Those named, or all. @throws CommandError where one is not there. */
export function chosen(config: WrappedConfig, names: readonly string[] | undefined): ConfiguredServer[] {
  const all = config.table.servers();
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

/**
 * Shows what would change, or writes it. Only commands change, and only of them anything is shown.
 *
 * @returns how many entries were left as they are, since somebody else has changed them meanwhile.
 */
export function finish(
  config: WrappedConfig,
  path: string,
  changes: readonly ConfigurationChange[],
  isDry: boolean | undefined,
  json = false,
): number {
  if (!config.isChanged) return 0;
  if (!isDry) {
    let skipped: JSONPath[];
    try {
      skipped = config.save();
    } catch (error) {
      if (error instanceof BusyConfigError) throw new CommandError(error.message);
      throw error;
    }
    for (const entry of skipped) {
      tell(
        `${path}: ${visible(String(entry.at(-1)))}: changed meanwhile by somebody else, and left as it is: run this again`,
      );
    }
    tell(`wrote ${path}${existsSync(config.backup) ? ` (before: ${config.backup})` : ''}`);
    return skipped.length;
  }
  if (json) return 0;
  const style = styleFor(process.stdout);
  for (const { label, before, after } of changes) {
    const server = behindGateway(after) ?? after;
    const lines = (sign: string, command: readonly string[]) => {
      // Flags that are our own hold no secret of theirs.
      const own = command.length - Math.min(command.length, server.length);
      const shown = [...command.slice(0, own), ...shownCommand(command.slice(own))];
      const [program = '', ...args] = shown.map((part) => unseenEscaped(JSON.stringify(part)));
      return [`${sign} "command": ${program},`, `${sign} "args": [${args.join(', ')}]`];
    };
    const text = [style.bold(label), ...lines('-', before).map(style.red), ...lines('+', after).map(style.green)];
    process.stdout.write(`${text.join('\n')}\n`);
  }
  return 0;
}

/** The command that starts the gateway before this one, with a policy and a lock that are made where there are none. */
async function wrapped(
  client: string,
  file: string,
  { name, path, env }: ConfiguredServer,
  command: readonly string[],
  options: Options,
): Promise<string[]> {
  const folder = resolve(options.dir ?? defaultFolder());
  // Servers of one name are others in another file, or another project.
  const which = sha256(JSON.stringify([file, path])).slice(0, 8);
  const base = join(folder, `${client}-${name.replace(/[^A-Za-z0-9._-]/g, '_')}-${which}`);
  const policy = resolve(options.policy ?? `${base}.yaml`);
  const lock = resolve(options.lock ?? `${base}.lock.json`);
  const isFresh = !existsSync(policy) || !existsSync(lock);
  if (options.policy !== undefined && !existsSync(policy)) throw new CommandError(`there is no policy ${policy}`);
  if (options.lock !== undefined && !existsSync(lock)) throw new CommandError(`there is no lock ${lock}`);
  if (isFresh && !options.dryRun) {
    const snapshot = await tools(command, env);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const folders = withRealPaths(foldersIn(command).map((dir) => resolve(dir)));
    const { level, trustHints: trustsHints = false } = options;
    const text = checkedScaffold(snapshot, { name, folders, level: levelOf(level), trustsHints });
    if (!existsSync(policy)) writeNew(policy, text);
    if (!existsSync(lock)) writeNew(lock, lockText(snapshot));
  } else if (isFresh) tell(`would write ${[policy, lock].filter((file) => !existsSync(file)).join(' and ')}`);
  return [
    ...selfCommand(),
    'run',
    '--policy',
    policy,
    '--lock',
    lock,
    // What a client shows of an error is its first words; of a result all, to the model too.
    '--deny-as',
    'result',
    ...(client === 'mcp' ? [] : ['--agent', client]),
    ...rootsOf(command).flatMap((root) => ['--root', root]),
    ...(options.auditPayloads ? ['--audit-payloads', ...MASKED.flatMap((name) => ['--redact', name])] : []),
    '--',
    ...command,
  ];
}

/** Arguments that are nobody's business, by the names that they mostly have. */
const MASKED = [
  'password',
  'passphrase',
  'secret',
  'token',
  'api_key',
  'apiKey',
  'authorization',
  'credentials',
] as const;

function writeNew(file: string, text: string): void {
  writeFileSync(file, text, { flag: 'wx' });
  tell(`wrote ${file}: look it over`);
}

async function tools(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Snapshot> {
  const unresolved = [...command, ...Object.values(env)].find((text) => /\$\{[^}]+\}/.test(text));
  if (unresolved !== undefined) {
    const [variable] = /\$\{[^}]+\}/.exec(unresolved) as RegExpExecArray;
    throw new CommandError(
      `its client fills in ${variable}: make a policy and a lock with capfence init --lock, then give --policy and --lock`,
    );
  }
  return listTools(command, env, true);
}

/** Servers that are known to work in the folders that they are given. */
function rootsOf(command: readonly string[]): string[] {
  const isKnown = command.some((part) => /(?:^|[\\/@])(?:mcp-)?server-filesystem(?:@[\w.-]+)?(?:[\\/]|$)/.test(part));
  return isKnown ? foldersIn(command).map((dir) => resolve(dir)) : [];
}

function defaultFolder(): string {
  return join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'capfence');
}
