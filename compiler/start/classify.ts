import { CATALOGUE } from '../../runtime/data/catalogue.js';
import { COMMAND_ARGUMENT_KEYS, COMMAND_KEYS } from '../../runtime/data/command-names.js';
import { RECIPIENT_NAMES, RECIPIENT_WORDS } from '../../runtime/data/recipient-names.js';
import { SQL_KEYS } from '../../runtime/data/sql.js';
import { COMMAND_NAMES } from '../../runtime/data/text-keys.js';
import { URL_WORDS } from '../../runtime/data/url-names.js';
import type { Mapping } from '../../runtime/types.js';
import { foldKey, isPathKey, lastWord } from '../interpret/arguments.js';
import { argumentsOf, type Snapshot, type SnapshotTool } from '../ir/tool-snapshot.js';
import { type Action, KIND_NAMES, type SaidByName, SECRET_NAME, STRANGE_WORDS, saidByName } from './verbs.js';

/** What a tool seems to do, for a person to look over. */
export interface ClassifiedTool {
  readonly tool: SnapshotTool;
  readonly uses: readonly Mapping[];
  /** Why it was put there. */
  readonly why: string;
  /** Nobody but its server says that it only reads. */
  readonly isSaidToRead: boolean;
  /** Its name says that it shows secrets. */
  readonly showsSecrets: boolean;
  /** Arguments that say what kind of thing is looked at, which may be secrets. */
  readonly kinds: readonly string[];
  /** Switches that make an address of what is a path. */
  readonly addressSwitches: readonly string[];
  /** Where its arguments may hold code that it runs beside what it does. */
  readonly codeWithin: readonly string[];
  /** Arguments that may hold whatever its program understands: nobody can say what that does. */
  readonly open: readonly string[];
  /** What it brings may be written by strangers. */
  readonly bringsStrange: boolean;
}

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
/** Those of them that are nothing else: a tool that has one executes it, whatever its name. */
const CERTAIN_CODE: ReadonlySet<string> = new Set([
  ...COMMAND_NAMES,
  'code',
  'script',
  'sql',
  'expression',
  'function',
]);

/**
 * Maps every tool of a server to a capability of its own. Annotations are the server's word about itself: here they can make a
 * tool stricter, never looser.
 */
export function classify(snapshot: Snapshot): ClassifiedTool[] {
  const resource = resourceOf(snapshot);
  const found = snapshot.tools.map((tool) => ({ tool, parts: wordsOf(tool.name), known: knownUses(tool) }));
  // What all names begin with is no verb: `ssh_list_servers`.
  const shared = sharedWord(found.map(({ parts }) => parts));
  const said = found.map(({ tool, parts, known }) => (known ? undefined : saidOf(tool, ownWords(parts, shared))));
  const things = thingsOf(
    found.map(({ parts }, i) => ({ parts, verb: said[i]?.verb, action: said[i]?.action })),
    new Set([...resource.split('_'), ...shared]),
  );
  return found.map(({ tool, parts, known }, i) => {
    const contradiction = contradictionIn(tool);
    const facts = factsOf(tool, parts);
    if (known) {
      const isRead = known.every(({ capability }) => capability.endsWith('.read'));
      const why = isRead && contradiction !== undefined ? contradiction : 'a well-known tool';
      return { ...facts, tool, uses: isRead && contradiction !== undefined ? known.map(doubted) : known, why };
    }
    const { action, why } = said[i] as SaidByName;
    const use = withSelectors({ capability: `${resource}.${things[i]}.${action}` }, tool);
    if ((action === 'read' || action === 'fetch') && contradiction !== undefined)
      return { ...facts, tool, uses: [doubted(use)], why: contradiction };
    return { ...facts, tool, uses: [use], why, isSaidToRead: action === 'use' && isSaidToRead(tool) };
  });
}

function knownUses(tool: SnapshotTool): readonly Mapping[] | undefined {
  const known = CATALOGUE.find(({ names }) => names.split(' ').includes(tool.name));
  const given = new Set(argumentsOf(tool).map(({ selector }) => selector));
  // One of the same name that takes other arguments is another tool.
  const isIt = known?.uses.every(
    ({ paths = [] }) => given.size === 0 || paths.every((path) => given.has(path.replace(/\?$/, ''))),
  );
  return isIt ? known?.uses.map((use) => withSelectors(use, tool)) : undefined;
}

/** A tool whose name looks harmless, and whose own server says otherwise. */
function doubted(use: Mapping): Mapping {
  return { ...use, capability: use.capability.replace(/\.(?:read|fetch)$/, '.use') };
}

/** What the name says, and where the schema says more, that: the stricter of both. */
function saidOf(tool: SnapshotTool, parts: readonly string[]): SaidByName {
  const said = saidByName(parts);
  const all = argumentsOf(tool);
  const names = all.map(({ name }) => name);
  // What stands deeper is one of many things that a tool can do: a rule of its own looks at it.
  const code = all.find(({ selector, name }) => selector === name && isCode(name))?.name;
  const isStricter = said.action === 'delete' || said.action === 'pay' || said.action === 'execute';
  if (!isStricter && code !== undefined) return { ...said, action: 'execute', why: `its argument "${code}" is run` };
  if (said.verb === 'query' && code === undefined && !speaksOfCode(tool))
    return { ...said, action: 'read', why: '"query" only looks, where nothing speaks of a query language' };
  const recipient = names.find(isRecipient);
  if ((said.action === 'use' || said.action === 'write') && recipient !== undefined)
    return { ...said, action: 'send', why: `its argument "${recipient}" says to whom` };
  const hasAddress = names.some(isUrl);
  // What reads by a URL reaches wherever that leads.
  if (said.action === 'read' && hasAddress)
    return { ...said, action: 'fetch', why: `${said.why}, wherever its address leads` };
  if (said.action === 'fetch' && !hasAddress)
    return { ...said, action: 'use', why: `${said.why}, and no argument says where` };
  return said;
}

/** Does a server say of a tool or its arguments that a query language is run? One that says nothing of them may well do so. */
function speaksOfCode(tool: SnapshotTool): boolean {
  const { properties } = (tool.inputSchema ?? {}) as { readonly properties?: Readonly<Record<string, unknown>> };
  const said = Object.values(properties ?? {}).map(
    (one) => (one as { readonly description?: unknown } | null)?.description,
  );
  const isSilent =
    said.length === 0 || said.some((one) => typeof one !== 'string') || typeof tool['description'] !== 'string';
  return (
    isSilent ||
    /\b(?:sql|cypher|sparql|graphql|kql|promql|pipeline|expression|script|command|database|tables?)/i.test(
      [tool['description'], ...said].join(' '),
    )
  );
}

function ownWords(parts: readonly string[], shared: readonly string[]): readonly string[] {
  return parts.length > 1 && shared.includes(parts[0] as string) ? parts.slice(1) : parts;
}

/** The word that nearly all names begin with says nothing. */
function sharedWord(names: readonly (readonly string[])[]): string[] {
  const [first] = names[0] ?? [];
  const count = names.filter(([word]) => word === first).length;
  return first !== undefined && names.length > 2 && count >= 0.8 * names.length ? [first] : [];
}

/** What each tool is about, so that no two of one action share a capability. */
function thingsOf(
  tools: readonly {
    readonly parts: readonly string[];
    readonly verb: string | undefined;
    readonly action: Action | undefined;
  }[],
  resource: ReadonlySet<string>,
): string[] {
  const short = tools.map(({ parts, verb }) => parts.filter((part) => part !== verb && !resource.has(part)).join('_'));
  const key = (i: number) => `${short[i]}.${tools[i]?.action}`;
  const counts = new Map<string, number>();
  for (const [i] of tools.entries()) counts.set(key(i), (counts.get(key(i)) ?? 0) + 1);
  const taken = new Map<string, number>();
  return tools.map(({ parts, action }, i) => {
    const whole = parts.filter((part) => !resource.has(part)).join('_') || parts.join('_') || 'tool';
    const one = short[i] === '' || (counts.get(key(i)) ?? 0) > 1 ? whole : (short[i] as string);
    const number = (taken.get(`${one}.${action}`) ?? 0) + 1;
    taken.set(`${one}.${action}`, number);
    return number === 1 ? one : `${one}_${number}`;
  });
}

/** What the server says of this tool that no reading tool should say. */
function contradictionIn({ annotations }: SnapshotTool): string | undefined {
  const { readOnlyHint, destructiveHint } = (annotations ?? {}) as Record<string, unknown>;
  if (destructiveHint === true && readOnlyHint !== true) return 'its server calls it destructive';
  if (readOnlyHint === false) return 'its server says that it changes something';
  return undefined;
}

/** One that can be told to do several things may be told to do others. */
function isSaidToRead({ annotations, ...tool }: SnapshotTool): boolean {
  if (argumentsOf(tool).some(({ name }) => /^(?:operation|action|pipeline|mode|method)$/i.test(name))) return false;
  const { readOnlyHint, destructiveHint } = (annotations ?? {}) as Record<string, unknown>;
  return readOnlyHint === true && destructiveHint !== true;
}

function factsOf(
  tool: SnapshotTool,
  parts: readonly string[],
): Pick<
  ClassifiedTool,
  'showsSecrets' | 'kinds' | 'addressSwitches' | 'codeWithin' | 'open' | 'bringsStrange' | 'isSaidToRead'
> {
  const all = argumentsOf(tool);
  const { properties } = (tool.inputSchema ?? {}) as { readonly properties?: Readonly<Record<string, unknown>> };
  const isSwitch = (name: string) =>
    (properties?.[name] as { readonly type?: unknown } | undefined)?.type === 'boolean';
  return {
    showsSecrets: SECRET_NAME.test(parts.join('')),
    kinds: all.filter(({ name }) => KIND_NAMES.has(foldKey(name))).map(({ selector }) => selector),
    addressSwitches: Object.keys(properties ?? {}).filter((name) => isSwitch(name) && /url|uri|remote/i.test(name)),
    codeWithin: all.filter(({ selector, name }) => selector !== name && isCode(name)).map(({ selector }) => selector),
    open: Object.entries(properties ?? {})
      .filter(
        ([name, schema]) =>
          isOpen(schema) && /option|config|setting|env|param|arg|launch|header|extra|override/i.test(name),
      )
      .map(([name]) => name),
    bringsStrange: parts.some((part) => STRANGE_WORDS.has(part)),
    isSaidToRead: false,
  };
}

/** An object of which its schema says nothing. */
function isOpen(schema: unknown): boolean {
  const { type, properties } = (schema ?? {}) as { readonly type?: unknown; readonly properties?: object };
  return [type].flat().includes('object') && Object.keys(properties ?? {}).length === 0;
}

const isUrl = (name: string): boolean =>
  URL_WORDS.has(lastWord(name).replace(/\d+$/, '')) || /url\d*$|^(?:site|website)$/.test(foldKey(name));
const isCode = (name: string): boolean =>
  CERTAIN_CODE.has(foldKey(name)) || CERTAIN_CODE.has(lastWord(name)) || /^sql|sql$/.test(foldKey(name));
/** An address is no file, whatever it is called. */
const isPath = (name: string): boolean =>
  !isUrl(name) && (isPathKey(name.replace(/\d+$/, '')) || /^(?:save|out|output)(?:as|to)?$/.test(foldKey(name)));
const isRecipient = (name: string): boolean =>
  RECIPIENT_WORDS.has(lastWord(name)) || RECIPIENT_NAMES.has(foldKey(name));

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
  const isFar = all.some(({ selector }) => selector === 'owner') && all.some(({ selector }) => selector === 'repo');
  // The files of a repository elsewhere are none of this machine.
  const found = isFar ? [] : all.filter(({ selector, name }) => isPath(name) && !isElement(tool, selector));
  const paths = use.paths ?? found.map(spelled);
  const code = all.filter(({ name }) => CODE_NAMES.has(name)).map(spelled);
  const isExecuting = use.capability.endsWith('.execute');
  const executes = use.text === undefined && isExecuting && code.length > 0;
  const parsed = (isIt: (name: string) => boolean) => all.filter(({ name }) => isIt(name)).map(spelled);
  const urls = parsed(isUrl);
  const isCommand = (name: string) => COMMAND_KEYS.has(foldKey(name)) || COMMAND_KEYS.has(lastWord(name));
  const runsCommands = isExecuting && all.some(({ name }) => isCommand(name));
  const commands = runsCommands ? parsed((name) => isCommand(name) || COMMAND_ARGUMENT_KEYS.has(foldKey(name))) : [];
  const sql =
    isExecuting && commands.length === 0
      ? parsed((name) => SQL_KEYS.has(foldKey(name)) || /^sql|sql$/.test(foldKey(name)))
      : [];
  const recipients = parsed(isRecipient);
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

/** A `target` may be a part of a page. */
function isElement({ inputSchema }: SnapshotTool, selector: string): boolean {
  if (!/(?:^|\/)(?:target|source)$/i.test(selector)) return false;
  let schema: unknown = inputSchema;
  for (const part of selector.replace(/^\//, '').split('/')) {
    const { properties, items } = (schema ?? {}) as {
      readonly properties?: Record<string, unknown>;
      readonly items?: unknown;
    };
    schema = part === '*' ? items : properties?.[part];
  }
  const { description } = (schema ?? {}) as { readonly description?: unknown };
  return (
    typeof description === 'string' &&
    /\belement|\bselector|\bnode\b/i.test(description) &&
    !/\bfile|\bpath|\bfolder|\bdirectory/i.test(description)
  );
}

/** What a server is about, as one word: its name without what all servers are called. */
function resourceOf({ server }: Snapshot): string {
  const named = wordsOf(server.name).filter((word) => !COMMON.has(word) && /^[a-z][a-z0-9]*$/.test(word));
  return named.slice(0, 2).join('_') || 'server';
}

const COMMON: ReadonlySet<string> = new Set('mcp server servers secure example modelcontextprotocol agent'.split(' '));

/** The words of a camel, snake or kebab name, in lower case. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
}
