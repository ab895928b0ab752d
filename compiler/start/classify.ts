import { CATALOGUE } from '../../runtime/data/catalogue.js';
import { COMMAND_ARGUMENT_KEYS, COMMAND_KEYS } from '../../runtime/data/command-names.js';
import { RECIPIENT_NAMES, RECIPIENT_WORDS } from '../../runtime/data/recipient-names.js';
import { SQL_KEYS } from '../../runtime/data/sql.js';
import { COMMAND_NAMES } from '../../runtime/data/text-keys.js';
import { URL_WORDS } from '../../runtime/data/url-names.js';
import type { Mapping } from '../../runtime/types.js';
import { foldKey, isPathKey, lastWord } from '../interpret/arguments.js';
import { argumentsOf, type Snapshot, type SnapshotTool } from '../ir/tool-snapshot.js';

/** What a tool seems to do, for a person to look over. */
export interface ClassifiedTool {
  readonly tool: SnapshotTool;
  readonly uses: readonly Mapping[];
  /** Only what reads may be allowed unasked. */
  readonly reads: boolean;
  /** Why it was put there. */
  readonly why: string;
}

type Action = 'read' | 'write' | 'delete' | 'execute' | 'use';

/** Words of a name that say what it does. The first row that has any of a tool's words decides, strictest first. */
const VERBS: readonly (readonly [action: Action, words: ReadonlySet<string>])[] = [
  ['delete', words('delete remove drop destroy purge erase clear wipe truncate kill terminate reset revoke')],
  ['execute', words('run exec execute eval evaluate shell command script sql query invoke')],
  [
    'write',
    words(
      'write edit create update add set put append insert push upload save move rename copy merge fork fill type select ' +
        'send post publish submit toggle start stop click press patch replace install',
    ),
  ],
];
/** The first word of a tool that only looks. */
const LOOKS: ReadonlySet<string> = words('read get list search find show describe view count lookup');
/** Arguments of tools that execute something: what is executed. */
const CODE_NAMES: ReadonlySet<string> = new Set([
  ...COMMAND_NAMES,
  'code',
  'script',
  'sql',
  'query',
  'expression',
  'function',
]);

/**
 * Maps every tool of a server to a capability. Annotations are the server's word about itself: they can make a tool
 * stricter, never looser.
 */
export function classify(snapshot: Snapshot): ClassifiedTool[] {
  const resource = resourceOf(snapshot);
  return snapshot.tools.map((tool) => {
    const known = CATALOGUE.find(({ names }) => names.split(' ').includes(tool.name));
    const contradiction = contradictionIn(tool);
    if (known) {
      const uses = known.uses.map((use) => withSelectors(use, tool));
      const isRead = uses.every(({ capability }) => capability.endsWith('.read'));
      if (isRead && contradiction !== undefined) return used(tool, uses, contradiction);
      return { tool, uses, reads: isRead, why: 'a well-known tool' };
    }
    const { action, why } = actionOf(tool.name);
    const plain = withSelectors({ capability: `${resource}.${action}` }, tool);
    // What reads by a URL reaches wherever that leads.
    const use = action === 'read' && plain.urls ? { ...plain, capability: `${resource}.fetch` } : plain;
    if (action === 'read' && contradiction !== undefined) {
      return used(tool, [{ ...use, capability: `${resource}.use` }], contradiction);
    }
    return { tool, uses: [use], reads: action === 'read', why };
  });
}

/** A tool whose name looks harmless, and whose own server says otherwise. */
function used(tool: SnapshotTool, uses: readonly Mapping[], why: string): ClassifiedTool {
  return {
    tool,
    uses: uses.map((use) => ({ ...use, capability: use.capability.replace(/\.read$/, '.use') })),
    reads: false,
    why,
  };
}

function actionOf(name: string): { readonly action: Action; readonly why: string } {
  const parts = wordsOf(name);
  for (const [action, verbs] of VERBS) {
    const verb = parts.find((part) => verbs.has(part));
    if (verb !== undefined) return { action, why: `its name says "${verb}"` };
  }
  const looks = parts.slice(0, 2).find((part) => LOOKS.has(part));
  if (looks !== undefined) return { action: 'read', why: `its name says "${looks}", and nothing says otherwise` };
  return { action: 'use', why: 'nothing but its server says what it does' };
}

/** What the server says of this tool that no reading tool should say. */
function contradictionIn({ annotations }: SnapshotTool): string | undefined {
  const { readOnlyHint, destructiveHint } = (annotations ?? {}) as Record<string, unknown>;
  if (destructiveHint === true && readOnlyHint !== true) return 'its server calls it destructive';
  if (readOnlyHint === false) return 'its server says that it changes something';
  return undefined;
}

/**
 * The arguments that its schema has for paths and for what is executed, one that may be left out with `?`. Tools for
 * files go without: their path arguments are found by name, and one that the schema lacks then makes the path unknown.
 */
function withSelectors(use: Mapping, tool: SnapshotTool): Mapping {
  const all = argumentsOf(tool);
  const { required: given } = (tool.inputSchema ?? {}) as { readonly required?: unknown };
  const required = new Set<unknown>(Array.isArray(given) ? given : []);
  const spelled = ({ selector, name }: { selector: string; name: string }) =>
    selector === name && required.has(name) ? selector : `${selector}?`;
  const isForFiles = use.capability.startsWith('filesystem.');
  const paths = use.paths ?? all.filter(({ name }) => isPathKey(name)).map(spelled);
  const code = all.filter(({ name }) => CODE_NAMES.has(name)).map(spelled);
  const executes = use.text === undefined && use.capability.endsWith('.execute') && code.length > 0;
  const parsed = (isIt: (name: string) => boolean) => all.filter(({ name }) => isIt(name)).map(spelled);
  const urls = parsed((name) => URL_WORDS.has(lastWord(name)));
  const isExecuting = use.capability.endsWith('.execute');
  const isCommand = (name: string) => COMMAND_KEYS.has(foldKey(name));
  const runsCommands = isExecuting && all.some(({ name }) => isCommand(name));
  const commands = runsCommands ? parsed((name) => isCommand(name) || COMMAND_ARGUMENT_KEYS.has(foldKey(name))) : [];
  const sql = isExecuting && commands.length === 0 ? parsed((name) => SQL_KEYS.has(foldKey(name))) : [];
  const recipients = parsed((name) => RECIPIENT_WORDS.has(lastWord(name)) || RECIPIENT_NAMES.has(foldKey(name)));
  return {
    ...use,
    ...(urls.length > 0 && { urls }),
    ...(commands.length > 0 && { commands: [commands] }),
    // A call without it says nothing of what it does.
    ...(sql.length > 0 && { sql: sql.length === 1 ? [(sql[0] as string).replace(/\?$/, '')] : sql }),
    ...(recipients.length > 0 && { recipients }),
    ...((!isForFiles || use.paths !== undefined) && { paths }),
    ...(executes && { text: code }),
  };
}

/** What a server is about, as one word: its name without what all servers are called. */
function resourceOf({ server }: Snapshot): string {
  const named = wordsOf(server.name).filter((word) => !COMMON.has(word) && /^[a-z][a-z0-9]*$/.test(word));
  return named.slice(0, 2).join('_') || 'server';
}

const COMMON = words('mcp server servers secure example modelcontextprotocol agent');

/** The words of a camel, snake or kebab name, in lower case. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
