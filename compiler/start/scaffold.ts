import { ToolLock } from '../../runtime/gateway/judge/tool-lock.js';
import { unseenEscaped } from '../../runtime/text/escape.js';
import type { Mapping } from '../../runtime/types.js';
import { isGlob } from '../ir/globs.js';
import { loadPolicyText } from '../ir/load.js';
import type { Snapshot } from '../ir/tool-snapshot.js';
import { visible } from '../report/visible.js';
import { type ClassifiedTool, classify } from './classify.js';
import type { Level } from './levels.js';
import { scaffoldNotes } from './scaffold-notes.js';
import { type RuleText, scaffoldRules } from './scaffold-rules.js';

export interface ScaffoldOptions {
  readonly name: string;
  /** Absolute folders in which files may be read and written. */
  readonly folders: readonly string[];
  readonly level: Level;
  /** Believe a locked `readOnlyHint` where a tool's name says nothing. */
  readonly trustsHints: boolean;
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
 * A policy to begin with: every tool mapped, files bound to the given folders, secrets denied, and what else passes, asks or is
 * denied as its level says; each line with its reason.
 */
export function scaffold(snapshot: Snapshot, options: ScaffoldOptions): string {
  const { name, level } = options;
  const tools = classify(snapshot);
  const mapped = tools.filter(({ tool }) => !isGlob(tool.name));
  const unmapped = tools.filter(({ tool }) => isGlob(tool.name));
  const { server } = snapshot;
  return [
    `# A policy for ${said(`${server.name} ${server.version}`)}, made by capfence init from what the server says of itself.`,
    `# Level ${level}. Look it over: a server can say what it likes. The strictest rule that matches decides; what none matches is denied.`,
    'version: 1',
    `policy_name: ${scalar(name.trim() === '' ? 'server' : name)}`,
    '',
    'tools:',
    ...mapped.flatMap((one) => mappingLines(one)),
    ...unmapped.map(({ tool }) => `  # ${said(tool.name)} can't be named here, so every call of it is denied`),
    '',
    ...sections(mapped, options),
    ...scaffoldNotes(mapped),
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

function sections(tools: readonly ClassifiedTool[], options: ScaffoldOptions): string[] {
  const rules = scaffoldRules(tools, options);
  const section = (title: string, own: readonly RuleText[]): string[] =>
    own.length === 0
      ? []
      : [
          `${title}:`,
          ...own.flatMap(({ why, tools: names, lines }) => [
            `  # ${why}${names.length > 0 ? `: ${list(names)}` : ''}`,
            ...lines,
          ]),
          '',
        ];
  return [...section('deny', rules.deny), ...section('require_approval', rules.ask), ...section('allow', rules.allow)];
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
