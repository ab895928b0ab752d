import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { GatewayOptions } from './options.js';

/** The flags of `capfence run` and of a prebuilt gateway: one table for the parser and the help. */
const FLAGS: Readonly<Record<string, { value?: string; many?: true; help: string }>> = {
  policy: { value: 'FILE', help: 'the policy to enforce, compiled in memory' },
  module: { value: 'FILE', help: 'a compiled policy (generated/NAME.js) instead' },
  agent: { value: 'ID', help: "the agent's name in the audit log (CAPFENCE_AGENT, else mcp-agent)" },
  audit: { value: 'DIR', help: 'the audit folder (CAPFENCE_AUDIT_DIR, else capfence/audit in the state folder)' },
  context: { value: 'k=v', many: true, help: 'a fact about this run: environment, user_role, tenant, …' },
  root: { value: 'DIR', many: true, help: 'a folder the server resolves relative paths against' },
  'resolve-links': { help: 'also judge where the links of a path lead' },
  observe: { help: 'decide and record, but forward whatever the verdict' },
  approval: { value: 'retry', help: 'a call that needs approval is answered at once, and made again once approved' },
  approvals: { value: 'DIR', help: 'the folder of approval requests' },
  'deny-as': { value: 'error|result', help: 'answer blocked calls with an error (default) or a tool result' },
  'list-all': { help: 'keep tools in tools/list that no call could get past the policy' },
  'no-self-protect': { help: "allow calls that reach the gateway's own files" },
  'max-message-bytes': { value: 'N', help: 'the longest line a client may send (default 16 MiB)' },
  grace: { value: 'S', help: 'seconds the server has to end after the client has gone (default 5)' },
  fsync: { help: 'make every audit write durable against power loss' },
  'audit-all': { help: 'record requests that pass unjudged as well' },
  'audit-payloads': { help: 'keep the full message in each record' },
  help: { help: 'show this' },
};

/** Bad flags: the command ends with 2 and this sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a gateway's command line says; `options` lacks what only the caller can give. */
export interface GatewayFlags {
  readonly policy?: string;
  readonly module?: string;
  readonly help: boolean;
  readonly options: Omit<GatewayOptions, 'gate'>;
}

/**
 * Reads the command line of a gateway: flags, `--`, and the server's command.
 *
 * @param prebuilt Its policy is built in, so it takes none.
 * @throws UsageError
 */
export function parseGatewayFlags(
  argv: readonly string[],
  prebuilt: boolean,
  env: NodeJS.ProcessEnv = process.env,
): GatewayFlags {
  const dashes = argv.indexOf('--');
  const flags = dashes < 0 ? argv : argv.slice(0, dashes);
  const upstreamCommand = dashes < 0 ? [] : argv.slice(dashes + 1);
  const known = Object.entries(FLAGS).filter(([name]) => !prebuilt || (name !== 'policy' && name !== 'module'));
  const { values, positionals } = parse(
    flags,
    Object.fromEntries(
      known.map(([name, { value, many }]) => [
        name,
        { type: value ? ('string' as const) : ('boolean' as const), multiple: many ?? false },
      ]),
    ),
  );
  const text = (name: string) => values[name] as string | undefined;
  const isSet = (name: string) => values[name] === true;
  if (isSet('help')) return { help: true, options: { upstreamCommand } };
  if (positionals.length > 0)
    throw new UsageError(`${JSON.stringify(positionals[0])} is no flag; the server's command goes behind --`);
  if (upstreamCommand.length === 0) throw new UsageError("the server's command is missing: put it behind --");
  if (!prebuilt && (text('policy') === undefined) === (text('module') === undefined)) {
    throw new UsageError('give either --policy FILE or --module FILE');
  }
  const approval = text('approval');
  if (approval !== undefined && approval !== 'retry') throw new UsageError('--approval is retry');
  const denyAs = text('deny-as');
  if (denyAs !== undefined && denyAs !== 'error' && denyAs !== 'result')
    throw new UsageError('--deny-as is error or result');
  const maxMessageBytes = number(text('max-message-bytes'), '--max-message-bytes', 1, Number.MAX_SAFE_INTEGER);
  const grace = number(text('grace'), '--grace', 0, 86_400);
  const agentId = text('agent');
  const auditDir = text('audit');
  const approvals = text('approvals');
  return {
    help: false,
    ...(text('policy') !== undefined && { policy: text('policy') as string }),
    ...(text('module') !== undefined && { module: text('module') as string }),
    options: {
      upstreamCommand,
      context: parseContext((values['context'] as string[] | undefined) ?? [], env),
      roots: ((values['root'] as string[] | undefined) ?? []).map((root) => resolve(root)),
      resolveLinks: isSet('resolve-links'),
      listAll: isSet('list-all'),
      noSelfProtect: isSet('no-self-protect'),
      fsync: isSet('fsync'),
      auditAll: isSet('audit-all'),
      auditPayloads: isSet('audit-payloads'),
      ...(isSet('observe') && { observe: true }),
      ...(agentId !== undefined && { agentId }),
      ...(auditDir !== undefined && { auditDir: resolve(auditDir) }),
      ...(approvals !== undefined && { approvals: resolve(approvals) }),
      ...(denyAs !== undefined && { denyAs }),
      ...(maxMessageBytes !== undefined && { maxMessageBytes }),
      ...(grace !== undefined && { grace }),
    },
  };
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

/** The help of a gateway command. @param name How it is called: `capfence run`, `node gateway.mjs`. */
export function gatewayHelp(name: string, prebuilt: boolean): string {
  const source = prebuilt ? '' : ' (--policy FILE | --module FILE)';
  const rows = Object.entries(FLAGS)
    .filter(([flag]) => !prebuilt || (flag !== 'policy' && flag !== 'module'))
    .map(([flag, { value, help }]) => [`  --${flag}${value ? ` ${value}` : ''}`, help] as const);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    `Usage: ${name}${source} [flags] -- COMMAND [ARG…]`,
    '',
    'Puts the gateway in front of a stdio MCP server: every tool call is judged by the policy and recorded.',
    '',
    ...rows.map(([left, help]) => left.padEnd(width) + help),
    '',
  ].join('\n');
}

function parse(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']) {
  try {
    return parseArgs({ args: [...args], options: options ?? {}, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify')[0] as string);
  }
}

function number(text: string | undefined, name: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
    throw new UsageError(`${name} takes a number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  }
  return value;
}
