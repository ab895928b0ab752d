import { ToolLock } from '../../runtime/gateway/judge/tool-lock.js';
import { unseenEscaped } from '../../runtime/text/escape.js';
import type { Mapping } from '../../runtime/types.js';
import { isGlob } from '../ir/globs.js';
import { loadPolicyText } from '../ir/load.js';
import type { Snapshot } from '../ir/tool-snapshot.js';
import { visible } from '../report/visible.js';
import { type ClassifiedTool, classify } from './classify.js';

export interface ScaffoldOptions {
  readonly name: string;
  /** Absolute folders in which files may be written unasked. */
  readonly folders: readonly string[];
}

/** A server whose tools no policy can be made of. */
export class ScaffoldError extends Error {
  override readonly name = 'ScaffoldError';
}

/**
 * `scaffold`, of tools of which one can be made.
 *
 * @throws ScaffoldError
 */
export function checkedScaffold(snapshot: Snapshot, options: ScaffoldOptions): string {
  if (snapshot.tools.length === 0) throw new ScaffoldError('the server has no tools: there is nothing to allow');
  try {
    new ToolLock(snapshot.tools);
    const text = scaffold(snapshot, options);
    loadPolicyText(text, 'policy.yaml');
    return text;
  } catch (error) {
    throw new ScaffoldError(`no policy can be made of its tools: ${(error as Error).message}`);
  }
}

/** As much of a description as fits beside a mapping. */
const MAX_DESCRIPTION = 90;

/**
 * A policy to begin with: every tool mapped, what reads allowed, writing allowed in the given folders, everything else
 * behind approval; each line with its reason.
 */
export function scaffold(snapshot: Snapshot, { name, folders }: ScaffoldOptions): string {
  const tools = classify(snapshot);
  const mapped = tools.filter(({ tool }) => !isGlob(tool.name));
  const unmapped = tools.filter(({ tool }) => isGlob(tool.name));
  const { server } = snapshot;
  return [
    `# A policy for ${said(`${server.name} ${server.version}`)}, made by capfence init from what the server says of itself.`,
    '# Look it over: a server can say what it likes. The strictest rule that matches decides, and what none matches is denied.',
    'version: 1',
    `policy_name: ${scalar(name.trim() === '' ? 'server' : name)}`,
    '',
    'tools:',
    ...mapped.flatMap((one) => mappingLines(one)),
    ...unmapped.map(({ tool }) => `  # ${said(tool.name)} can't be named here, so every call of it is denied`),
    '',
    ...denials(mapped),
    ...approvals(mapped, folders),
    ...allowed(mapped, folders),
    '',
  ].join('\n');
}

function mappingLines({ tool, uses, why }: ClassifiedTool): string[] {
  const description = typeof tool['description'] === 'string' ? `: ${said(tool['description'])}` : '';
  const values = uses.map(flow);
  const value = values.length === 1 ? (values[0] as string) : '';
  return [
    `  # ${why}${description}`,
    `  ${scalar(tool.name)}:${value === '' ? '' : ` ${value}`}`,
    ...(values.length > 1 ? values.map((one) => `    - ${one}`) : []),
  ];
}

function flow({ capability, paths, text, urls, commands, sql, recipients, otherText, tree }: Mapping): string {
  const list = (selectors: readonly (string | readonly string[])[]): string =>
    `[${selectors.map((one) => (typeof one === 'string' ? scalar(one) : list(one))).join(', ')}]`;
  const members = [
    `capability: ${capability}`,
    ...(paths === undefined ? [] : [`paths: ${list(paths)}`]),
    ...(text === undefined || otherText ? [] : [`text: ${list(text)}`]),
    ...(urls === undefined ? [] : [`urls: ${list(urls)}`]),
    ...(commands === undefined ? [] : [`commands: ${list(commands)}`]),
    ...(sql === undefined ? [] : [`sql: ${list(sql)}`]),
    ...(recipients === undefined ? [] : [`recipients: ${list(recipients)}`]),
    ...(tree ? ['tree: true'] : []),
  ];
  return members.length === 1 ? capability : `{ ${members.join(', ')} }`;
}

/** Capabilities whose calls say what they do, and what of that may pass unasked. */
function passingConditions(
  tools: readonly ClassifiedTool[],
): Map<string, { readonly condition: string; readonly why: string }> {
  const found = new Map<string, { condition: string; why: string }>();
  for (const { capability, sql, commands } of tools.flatMap(({ uses }) => uses)) {
    if (commands)
      found.set(capability, { condition: 'command: [ls, pwd, git status]', why: 'commands that only look' });
    else if (sql) found.set(capability, { condition: 'sql_kind: read', why: 'statements that only read' });
  }
  return found;
}

/** What is fetched by a URL is fetched in public. */
function denials(tools: readonly ClassifiedTool[]): string[] {
  const fetching = capabilitiesOf(tools, (one) => one.reads && one.uses.every(({ capability }) => isFetch(capability)));
  if (fetching.size === 0) return [];
  return [
    'deny:',
    ...[...fetching].flatMap(([capability, names]) => [
      `  # this machine, the network around it and the metadata of clouds: ${list(names)}`,
      `  - { capability: ${capability}, network: [loopback, private, link_local, metadata] }`,
    ]),
    '',
  ];
}

function isFetch(capability: string): boolean {
  return capability.endsWith('.fetch');
}

function approvals(tools: readonly ClassifiedTool[], folders: readonly string[]): string[] {
  const asked = capabilitiesOf(tools, (one) => !one.reads);
  if (asked.size === 0) return [];
  const passing = passingConditions(tools);
  const mailing = new Set(
    tools.flatMap(({ uses }) => uses.flatMap(({ capability, recipients }) => (recipients ? [capability] : []))),
  );
  return [
    'require_approval:',
    ...[...asked].flatMap(([capability, names]) => {
      const inFolders = capability === 'filesystem.write' && folders.length > 0;
      const why = inFolders ? 'outside the folder that you gave' : 'changes or takes away something, or nobody knows';
      return [
        `  # ${why}: ${list(names)}`,
        `  - capability: ${capability}`,
        ...(inFolders ? [`    not: { path_prefix: ${prefixes(folders)} }`] : []),
        ...(passing.has(capability) ? [`    not: { ${passing.get(capability)?.condition} }`] : []),
        ...(mailing.has(capability)
          ? ['    # not: { recipient: "*@example.com" }  # colleagues need not be asked: then allow them below']
          : []),
      ];
    }),
    '',
  ];
}

function allowed(tools: readonly ClassifiedTool[], folders: readonly string[]): string[] {
  const reading = capabilitiesOf(tools, (one) => one.reads);
  const writing = capabilitiesOf(tools, (one) => !one.reads).get('filesystem.write');
  const rules = [
    ...[...reading].flatMap(([capability, names]) => [
      `  # only reads${isFetch(capability) ? ', over the web: name the hosts with `host`' : ''}: ${list(names)}`,
      `  - capability: ${capability}`,
      ...(isFetch(capability) ? ['    scheme: [http, https]'] : []),
    ]),
    ...[...passingConditions(tools)].flatMap(([capability, { condition, why }]) => [
      `  # ${why}`,
      `  - { capability: ${capability}, ${condition} }`,
    ]),
    ...(writing && folders.length > 0
      ? [
          `  # in the folder that you gave: ${list(writing)}`,
          '  - capability: filesystem.write',
          `    path_prefix: ${prefixes(folders)}`,
        ]
      : []),
  ];
  return rules.length === 0 ? [] : ['allow:', ...rules];
}

/** Capabilities, and the tools that have them. */
function capabilitiesOf(
  tools: readonly ClassifiedTool[],
  wanted: (one: ClassifiedTool) => boolean,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { tool, uses } of tools.filter(wanted)) {
    for (const { capability } of uses) {
      if (wanted({ tool, uses, reads: capability.endsWith('.read') || isFetch(capability), why: '' })) {
        found.set(capability, [...new Set([...(found.get(capability) ?? []), tool.name])]);
      }
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function prefixes(folders: readonly string[]): string {
  return `[${folders.map((folder) => unseenEscaped(JSON.stringify(folder))).join(', ')}]`;
}

/** A few names, and how many more. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => said(name));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}

/** What a server says, fit for a comment: one line, nothing unseen. */
function said(text: string): string {
  const line = visible(text.replace(/\s+/g, ' ').trim());
  return line.length > MAX_DESCRIPTION ? `${line.slice(0, MAX_DESCRIPTION)}…` : line;
}

/** A YAML scalar; quoted unless it is certainly a plain word. */
function scalar(text: string): string {
  return /^[A-Za-z_][\w./?-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : unseenEscaped(JSON.stringify(text));
}
