import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { GatewayOptions } from './options.js';
import type { Expected } from './signature.js';

/** What a flag's value is made into; a flag without one is on or off. */
type Kind =
  | 'text'
  | 'texts'
  | 'span'
  | 'folder'
  | 'folders'
  | 'urls'
  | 'programs'
  | readonly [least: number, most: number]
  | readonly string[];

/** Flags by name. */
export type Flags = Readonly<
  Record<string, readonly [help: string, kind?: Kind, placeholder?: string, option?: string]>
>;

/**
 * The flags of `capfence run` and of a prebuilt gateway: one table for the parser and the help. A flag sets the option of
 * its own name in camel case, unless another is given.
 */
const FLAGS: Flags = {
  agent: ["the agent's name (CAPFENCE_AGENT, mcp-agent)", 'text', 'ID', 'agentId'],
  audit: ['the audit folder (CAPFENCE_AUDIT_DIR)', 'folder', 'DIR', 'auditDir'],
  context: ['a fact about this run, such as tenant=a', 'texts', 'k=v'],
  root: ['a folder for relative paths', 'folders', 'DIR', 'roots'],
  'resolve-links': ['also judge where links lead'],
  observe: ['record the verdict, but forward all'],
  approval: ['what a call that needs approval gets', ['retry', 'hold', 'elicit']],
  approvals: ['where requests are: a folder, or postgres://… (CAPFENCE_APPROVALS)', 'text', 'STORE'],
  notify: ['post new requests to this webhook (CAPFENCE_NOTIFY_SECRET signs)', 'urls', 'URL'],
  'notify-command': ['one program, without arguments, that gets new requests on its stdin', 'programs', 'CMD'],
  'notify-arguments': ['tell them the arguments too'],
  'approvals-page': [
    'where people decide, on another machine: no call may lead there, and notices name it',
    'urls',
    'URL',
  ],
  lock: ['refuse tools that differ from this file (capfence scan --lock)', 'folder', 'FILE'],
  'deny-as': ['how blocked calls are answered', ['error', 'result']],
  'list-all': ['list tools that can never pass too'],
  'no-self-protect': ["allow calls to the gateway's own files"],
  'max-message-bytes': ['the longest line (16 MiB)', [1, Number.MAX_SAFE_INTEGER], 'N'],
  'max-result-bytes': ['the longest result that result rules look at (64 MiB)', [1, Number.MAX_SAFE_INTEGER], 'N'],
  grace: ['seconds for the server to end (5)', [0, 86_400], 'S'],
  fsync: ['make audit writes survive power loss'],
  'audit-all': ['record unjudged requests too'],
  'audit-payloads': ['keep messages in their records'],
  'audit-max-bytes': ['the largest audit segment', [1, Number.MAX_SAFE_INTEGER], 'N'],
  redact: ['mask this argument where it is stored', 'texts', 'SELECTOR'],
  ledger: ['where the past is kept: a folder, or postgres://… (CAPFENCE_LEDGER)', 'text', 'LEDGER'],
  session: ['the session that labels last for (CAPFENCE_SESSION)', 'text', 'NAME'],
  'session-idle': ['a session ends when no gateway ran for so long', 'span', '30m'],
  'audit-results': ['record how every call ends'],
  otlp: ['also send records to this collector', 'text', 'URL'],
  'require-signature': ['start only if signed for this public key', 'folder', 'KEY'],
  'policy-name': ['with --require-signature: of this policy', 'text', 'NAME'],
  'not-before': ['with --require-signature: signed since', 'text', 'TIME'],
  sign: ['sign the audit log (capfence keygen)', 'folder', 'KEY'],
  help: ['show this (-h)'],
};

/** Bad flags: the command ends with 2 and this sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a gateway's command line says; `options` lacks what only the caller can give. */
export interface GatewayFlags {
  /** The values of the command's own flags. */
  readonly own: Readonly<Record<string, string | undefined>>;
  /** The collector that records are also sent to. */
  readonly otlp?: string;
  /** How the compiled policy or gateway must be signed. */
  readonly requireSignature?: Expected;
  /** The PostgreSQL database of the approval requests, where it is none of the folder kind. */
  readonly database?: string;
  /** The PostgreSQL database of the ledger. */
  readonly ledgerDatabase?: string;
  readonly help: boolean;
  readonly options: Omit<GatewayOptions, 'gate'>;
}

/**
 * Reads the command line of a gateway: flags, `--`, and the server's command.
 *
 * @param own Flags of this command alone, which take a text.
 * @throws UsageError
 */
export function parseGatewayFlags(
  argv: readonly string[],
  own: Flags = {},
  env: NodeJS.ProcessEnv = process.env,
): GatewayFlags {
  const dashes = argv.indexOf('--');
  const upstreamCommand = dashes < 0 ? [] : argv.slice(dashes + 1);
  const { values, positionals } = parse(dashes < 0 ? argv : argv.slice(0, dashes), own);
  if (values['help']) return { own: {}, help: true, options: { upstreamCommand } };
  const stray = positionals.length > 0 ? `${JSON.stringify(positionals[0])} is no flag: ` : '';
  if (stray || upstreamCommand.length === 0) throw new UsageError(`${stray}the server's command goes behind --`);
  const {
    otlp,
    'require-signature': key,
    'policy-name': name,
    'not-before': time,
    approvals = env['CAPFENCE_APPROVALS'],
    ledger = env['CAPFENCE_LEDGER'],
    ...given
  } = values;
  const past = ledger === undefined ? {} : storeNamed(ledger as string);
  const place = approvals === undefined ? {} : storeNamed(approvals as string);
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name in own) continue;
    const [, kind, , option] = FLAGS[name] as Flags[string];
    options[option ?? camelCase(name)] = readValue(`--${name}`, kind, value as string & string[]);
  }
  return {
    own: values as Record<string, string>,
    ...(otlp !== undefined && { otlp: otlp as string }),
    ...signatureWanted(key as string | undefined, name as string | undefined, time as string | undefined),
    ...(place.database !== undefined && { database: place.database }),
    ...(past.database !== undefined && { ledgerDatabase: past.database }),
    help: false,
    options: {
      ...options,
      ...(place.folder !== undefined && { approvals: place.folder }),
      ...(past.folder !== undefined && { ledger: past.folder }),
      upstreamCommand,
      context: parseContext((given['context'] as string[]) ?? [], env),
    },
  };
}

function signatureWanted(
  key: string | undefined,
  policy: string | undefined,
  time: string | undefined,
): { readonly requireSignature?: Expected } {
  if (key === undefined) {
    if (policy === undefined && time === undefined) return {};
    throw new UsageError('--policy-name and --not-before go with --require-signature');
  }
  const notBefore = time === undefined ? undefined : Date.parse(time);
  if (Number.isNaN(notBefore))
    throw new UsageError(`--not-before takes a time such as 2026-01-31T12:00:00Z, not ${JSON.stringify(time)}`);
  return { requireSignature: { keyFile: resolve(key), policy, notBefore } };
}

/** What `--approvals` or `--ledger` names. */
export function storeNamed(text: string): { readonly folder?: string; readonly database?: string } {
  return /^postgres(?:ql)?:/i.test(text) ? { database: text } : { folder: resolve(text) };
}

function readValue(name: string, kind: Kind | undefined, value: string & string[]): unknown {
  if (kind === 'folder') return resolve(value);
  if (kind === 'span') return spanSeconds(name, value);
  if (kind === 'folders') return value.map((folder) => resolve(folder));
  if (kind === 'urls') return value.map((url) => webhook(name, url));
  if (kind === 'programs') return value.map((command) => program(name, command));
  if (kind === undefined || typeof kind === 'string') return value;
  const [least, most] = kind;
  if (typeof least === 'number') {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number) || number < least || number > (most as number)) {
      throw new UsageError(`${name} takes a number from ${least} to ${most}, not ${JSON.stringify(value)}`);
    }
    return number;
  }
  if (!(kind as readonly string[]).includes(value)) throw new UsageError(`${name} is ${kind.join(' or ')}`);
  return value;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** One program: a text with blanks that names no file is a program with arguments. @throws UsageError */
export function program(name: string, command: string): string {
  if (command.trim() === '' || (/[\s/]/.test(command) && !existsSync(command)))
    throw new UsageError(
      `${name} takes one program without arguments, and there is none ${JSON.stringify(command)}: put them in a script`,
    );
  return command;
}

/** @param name Of the flag that takes it. @throws UsageError */
export function webhook(name: string, text: string): string {
  const { protocol, username, password } = URL.canParse(text) ? new URL(text) : ({} as Partial<URL>);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new UsageError(
      `${name} takes an address such as https://${name === '--notify' ? 'chat.example/hooks/1' : 'approvals.example/'}`,
    ); // It may hold a secret.
  if (username || password) throw new UsageError(`${name} takes an address without a user: its path is the secret`);
  return text;
}

/** @param name Of the flag that takes it. @throws UsageError */
export function spanSeconds(name: string, text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`${name} takes a span such as 30m (s, m, h or d), not ${JSON.stringify(text)}`);
  return Number(count) * (UNIT_SECONDS[unit] as number);
}

/** `k=v` pairs, and `CAPFENCE_CONTEXT_KEY` variables under them. @throws UsageError */
export function parseContext(pairs: readonly string[], env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('CAPFENCE_CONTEXT_') && value !== undefined) context[name.slice(17).toLowerCase()] = value;
  }
  const given = new Set<string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new UsageError(`--context takes key=value, not ${JSON.stringify(pair)}`);
    const key = pair.slice(0, equals);
    if (given.has(key)) throw new UsageError(`--context gives ${key} twice`);
    given.add(key);
    context[key] = pair.slice(equals + 1);
  }
  return context;
}

/** The flags of a gateway command, as they are typed. */
export function flagNames(own: Flags = {}): string[] {
  return Object.keys({ ...own, ...FLAGS }).map((flag) => `--${flag}`);
}

/** The help of a gateway command. @param name How it is called: `capfence run`, `node gateway.mjs`. */
export function gatewayHelp(name: string, own: Flags = {}): string {
  const rows = Object.entries({ ...own, ...FLAGS }).map(([flag, [help, kind, placeholder]]) => {
    const value = placeholder ?? (kind as readonly string[] | undefined)?.join('|');
    return [`  --${flag}${value ? ` ${value}` : ''}`, help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    `Usage: ${name} [flags] -- COMMAND [ARG…]`,
    '',
    ...rows.map(([left, help]) => left.padEnd(width) + help),
    '',
  ].join('\n');
}

function parse(args: readonly string[], own: Flags) {
  const options = Object.fromEntries(
    Object.entries({ ...own, ...FLAGS }).map(([name, [, kind]]) => [
      name,
      {
        type: kind ? ('string' as const) : ('boolean' as const),
        multiple: kind === 'texts' || kind === 'folders' || kind === 'urls' || kind === 'programs',
        ...(name === 'help' && { short: 'h' }),
      },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify')[0] as string);
  }
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
