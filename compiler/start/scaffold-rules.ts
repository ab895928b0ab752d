import { unseenEscaped } from '../../runtime/text/escape.js';
import type { Mapping } from '../../runtime/types.js';
import type { ClassifiedTool } from './classify.js';
import { INSIDE, type Level, OUTCOMES, OUTSIDE, type Outcome, SECRETS } from './levels.js';
import { SECRET_FILES, SECRET_FILES_PATTERN } from './secret-files.js';
import type { Action } from './verbs.js';

/** A rule of a policy to begin with: its lines, and why it is there. */
export interface RuleText {
  readonly why: string;
  /** The tools that it is about; none where that is plain. */
  readonly tools: readonly string[];
  readonly lines: readonly string[];
}

/** @internal */
export interface ScaffoldRules {
  readonly deny: readonly RuleText[];
  readonly ask: readonly RuleText[];
  readonly allow: readonly RuleText[];
}

interface Options {
  readonly folders: readonly string[];
  readonly level: Level;
  readonly trustsHints: boolean;
}

/** What several tools have in common: a capability. */
interface Group {
  readonly capability: string;
  readonly action: Action;
  readonly uses: readonly { readonly one: ClassifiedTool; readonly use: Mapping }[];
  /** In a rule: the capability, or what stands for it and its like. */
  readonly pattern: string;
}

type Section = keyof ScaffoldRules;

/** The rules for these tools, by section. */
export function scaffoldRules(tools: readonly ClassifiedTool[], options: Options): ScaffoldRules {
  const groups = groupsOf(tools);
  const rules: Record<Section, RuleText[]> = { deny: [], ask: [], allow: [] };
  const add = (section: Section, why: string, names: readonly string[], lines: readonly string[]): void => {
    rules[section].push({ why, tools: names, lines });
  };
  secretFiles(groups, options, add);
  const files = groups.filter(({ capability }) => isForFiles(capability));
  const others = groups.filter(({ capability }) => !isForFiles(capability));
  for (const group of others) {
    addresses(group, options, add);
    secretKinds(group, options, add);
  }
  for (const group of groups) switches(group, options, add);
  for (const group of others) {
    codeWithin(group, options, add);
    openArguments(group, options, add);
  }
  for (const group of files) fileRules(group, options, add);
  for (const group of others) outsideRules(group, options, add);
  byAction(others, options, add);
  return rules;
}

type Add = (section: Section, why: string, names: readonly string[], lines: readonly string[]) => void;

const isForFiles = (capability: string): boolean => capability.startsWith('filesystem.');

function groupsOf(tools: readonly ClassifiedTool[]): Group[] {
  const uses = new Map<string, { one: ClassifiedTool; use: Mapping }[]>();
  for (const one of tools)
    for (const use of one.uses) uses.set(use.capability, [...(uses.get(use.capability) ?? []), { one, use }]);
  return [...uses]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([capability, own]) => {
      const parts = capability.split('.');
      const action = parts.at(-1) as Action;
      const pattern = parts.length === 3 ? `"${parts[0]}.*.${action}"` : capability;
      return { capability, action: action in OUTCOMES ? action : 'use', uses: own, pattern };
    });
}

const namesOf = ({ uses }: Pick<Group, 'uses'>): string[] => uses.map(({ one }) => one.tool.name);

/** What its server says is believed, but for where it may go. */
function believes({ one, use }: Group['uses'][number], level: Level): boolean {
  return one.isSaidToRead && (use.urls === undefined || OUTCOMES.fetch[level] === 'allow');
}

/** What becomes of its calls where nothing else is said: what is believed to look passes. */
function baseOf({ action, uses }: Group, { level, trustsHints }: Options): Outcome {
  const isBelieved = trustsHints && action === 'use' && uses.some((own) => believes(own, level));
  return isBelieved ? 'allow' : OUTCOMES[action][level];
}

/** Keys and passwords are for nobody, wherever they lie. */
function secretFiles(groups: readonly Group[], options: Options, add: Add): void {
  const globs = `    path_glob: [${SECRET_FILES.map((glob) => JSON.stringify(glob)).join(', ')}]`;
  const areas = new Map<string, Group['uses'][number][]>();
  for (const { capability, uses } of groups) {
    const area = capability.split('.')[0] as string;
    for (const one of uses) if (hasPaths(one.use)) areas.set(area, [...(areas.get(area) ?? []), one]);
  }
  for (const [area, all] of areas) {
    const names = (wanted: (use: Mapping) => boolean) => [
      ...new Set(all.filter(({ use }) => wanted(use)).map(({ one }) => one.tool.name)),
    ];
    // What moves all below a folder is looked at below, and where it may not have the values that its schema speaks of, a person looks.
    const trees = names(({ tree }) => tree === true);
    const doubtful = names(({ paths = [] }) => paths.some((selector) => selector.includes('*'))).filter(
      (name) => !trees.includes(name),
    );
    const plain = names(() => true).filter((name) => !trees.includes(name) && !doubtful.includes(name));
    const rule = (own: readonly string[]) => [
      `  - capability: ${area}`,
      `    tool_name: [${own.map(scalar).join(', ')}]`,
      globs,
    ];
    if (plain.length > 0) add('deny', 'keys and passwords, wherever they lie', [], rule(plain));
    const passes = groups.filter((group) => baseOf(group, options) === 'allow').flatMap(namesOf);
    const passing = doubtful.filter((name) => passes.includes(name));
    if (passing.length > 0) add('ask', 'keys and passwords, and what can not be read', [], rule(passing));
    const moving = trees.filter((name) => !SHOWING_NAMES.has(name));
    const places = [
      ...new Set(all.filter(({ one }) => moving.includes(one.tool.name)).flatMap(({ use }) => use.paths ?? [])),
    ];
    if (moving.length > 0)
      add(
        'deny',
        'keys and passwords that move',
        [],
        [
          `  - capability: ${area}`,
          `    tool_name: [${moving.map(scalar).join(', ')}]`,
          `    any: [${places.map((place) => `{ args: { ${scalar(place)}: { regex: ${JSON.stringify(SECRET_FILES_PATTERN)} } } }`).join(', ')}]`,
        ],
      );
  }
}

/** They show the names of files, and nothing in them. */
const SHOWING_NAMES: ReadonlySet<string> = new Set(['directory_tree', 'search_files']);

function hasPaths({ paths }: Mapping): boolean {
  return paths === undefined || paths.length > 0;
}

/** What goes by an address goes to the public, by the web's own schemes. */
function addresses(group: Group, options: Options, add: Add): void {
  if (baseOf(group, options) === 'deny') return; // All of it is.
  const urls = [...new Set(group.uses.flatMap(({ use }) => use.urls ?? []))];
  if (urls.length === 0) return;
  add('deny', 'this machine, the network around it and the metadata of clouds', namesOf(group), [
    `  - { capability: ${group.capability}, network: [loopback, private, link_local, metadata] }`,
  ]);
  if (group.action !== 'fetch') return;
  add('deny', 'files and what else is not the web', namesOf(group), [
    `  - capability: ${group.capability}`,
    ...guarded(urls, 'not: { scheme: [http, https] }'),
  ]);
}

/** What shows the secrets of a service. */
function secretKinds(group: Group, { level }: Options, add: Add): void {
  if (group.action !== 'read' && group.action !== 'fetch' && group.action !== 'use') return;
  const section = SECRETS[level];
  const shows = group.uses.filter(({ one }) => one.showsSecrets);
  if (shows.length > 0)
    add(section, 'its name says that it shows secrets', namesOf({ uses: shows }), [
      `  - capability: ${group.capability}`,
    ]);
  const kinds = [...new Set(group.uses.flatMap(({ one }) => one.kinds))];
  for (const kind of kinds)
    add(section, 'secrets among what it can show', namesOf(group), [
      `  - capability: ${group.capability}`,
      `    args: { ${scalar(kind)}: { exists: true, regex: "(?i)secret|credential|password" } }`,
    ]);
}

/** A switch that makes an address of what is a path. */
function switches({ capability, uses }: Group, { level }: Options, add: Add): void {
  for (const { one } of uses)
    for (const name of one.addressSwitches)
      add(
        OUTSIDE[level] as 'deny' | 'ask',
        'an address instead of a file',
        [one.tool.name],
        [
          `  - capability: ${capability}`,
          `    tool_name: ${scalar(one.tool.name)}`,
          `    args: { ${scalar(name)}: { exists: true } }`,
          `    not: { args: { ${scalar(name)}: { eq: false } } }`,
        ],
      );
}

/** Code among the things that a tool can be given to do. */
function codeWithin(group: Group, options: Options, add: Add): void {
  const { capability, uses } = group;
  const { level } = options;
  const places = [...new Set(uses.flatMap(({ one }) => one.codeWithin))];
  if (places.length === 0 || baseOf(group, options) !== 'allow') return;
  add(OUTCOMES.execute[level], 'code that it runs', namesOf({ uses }), [
    `  - capability: ${capability}`,
    `    any: [${places.map((place) => `{ args: { ${scalar(place)}: { exists: true } } }`).join(', ')}]`,
  ]);
}

/** What its program understands, and nobody else. */
function openArguments(group: Group, options: Options, add: Add): void {
  const { capability, uses } = group;
  const open = [...new Set(uses.flatMap(({ one }) => one.open))];
  if (open.length === 0 || baseOf(group, options) !== 'allow') return;
  add(OUTCOMES.use[options.level], 'an argument that may hold anything', namesOf({ uses }), [
    `  - capability: ${capability}`,
    `    any: [${open.map((name) => `{ args: { ${scalar(name)}: { exists: true } } }`).join(', ')}]`,
  ]);
}

/** Files: inside the folders, and outside. */
function fileRules(group: Group, { folders, level }: Options, add: Add): void {
  const { capability, uses } = group;
  const kind = (group.action in INSIDE ? group.action : 'delete') as keyof typeof INSIDE;
  const inside = INSIDE[kind][level];
  const outside = OUTSIDE[level];
  const pathless = uses.filter(({ use }) => !hasPaths(use)).map(({ one }) => one.tool.name);
  const names = namesOf(group);
  const exempt = pathless.length > 0 ? `tool_name: [${pathless.map(scalar).join(', ')}]` : undefined;
  const isAskedWhole = inside === 'ask' && outside === 'deny';
  const whole = [`  - capability: ${capability}`];
  const others = exempt ? [...whole, `    not: { ${exempt} }`] : whole;
  const isBroad = folders.length > 0 && inside === 'allow' && outside === 'ask';
  if (pathless.length > 0 && !isBroad)
    add('allow', 'names no file', pathless, [`  - { capability: ${capability}, ${exempt} }`]);
  if (pathless.length === uses.length) return;
  if (folders.length === 0) {
    add(inside === 'deny' ? 'deny' : outside, 'no folder was given that it may work in', names, others);
    return;
  }
  if (inside === outside) {
    add(inside, WHY[group.action], names, others);
    return;
  }
  const here = `path_prefix: ${prefixes(folders)}`;
  add(outside, 'outside the folder that you gave', names, [
    ...whole,
    exempt ? `    not: { any: [{ ${here} }, { ${exempt} }] }` : `    not: { ${here} }`,
  ]);
  // Where the rule above asks it would be said twice, and denials would cut across both.
  if (isBroad) add('allow', 'in the folder that you gave: outside of it the rule above asks', names, whole);
  else if (isAskedWhole) add(inside, 'in the folder that you gave: outside of it the rule above denies', names, whole);
  else add(inside, 'in the folder that you gave', names, [...whole, `    ${here}`]);
}

/** Paths that a service's tool is given, such as a file that a picture is saved to. */
function outsideRules(group: Group, options: Options, add: Add): void {
  const { folders, level } = options;
  const { capability, uses } = group;
  const base = baseOf(group, options);
  const outside = OUTSIDE[level];
  const paths = [...new Set(uses.flatMap(({ use }) => use.paths ?? []))];
  if (paths.length === 0 || base === 'deny' || base === outside) return;
  const condition = folders.length === 0 ? undefined : `not: { path_prefix: ${prefixes(folders)} }`;
  const why =
    folders.length === 0
      ? 'a file: no folder was given that it may work in'
      : 'a file outside the folder that you gave';
  add(outside, why, namesOf(group), [`  - capability: ${capability}`, ...guarded(paths, condition)]);
  // A tool that looks may write what it saw.
  if (level === 'cautious' && base === 'allow')
    add('ask', 'reads or writes a file', namesOf(group), [`  - capability: ${capability}`]);
}

/** A condition on arguments that may be left out: only where one is there. */
function guarded(selectors: readonly string[], condition: string | undefined): string[] {
  const isGiven = selectors.some((selector) => !selector.endsWith('?'));
  const own = condition === undefined ? [] : [`    ${condition}`];
  if (isGiven) return own;
  const names = selectors.map((selector) => selector.slice(0, -1));
  const tests = names.map((name) => `{ args: { ${scalar(name)}: { exists: true } } }`);
  return [...own, `    any: [${tests.join(', ')}]`];
}

const WHY: Readonly<Record<Action, string>> = {
  read: 'only reads',
  fetch: 'goes where its address leads: name the hosts with `host`',
  write: 'changes something',
  send: 'tells others',
  execute: 'runs what it is given',
  pay: 'moves money',
  delete: 'takes something away',
  use: 'nobody knows what it does',
};

/** What of a capability passes although it is asked about otherwise. */
function passingOf({ uses }: Group): { readonly condition: string; readonly why: string } | undefined {
  // Where files, addresses or kinds of things come with it, a look at the statement is not enough.
  if (uses.some(({ one, use }) => hasPaths(use) || use.urls || one.kinds.length > 0 || doesMore(one))) return undefined;
  if (uses.every(({ use }) => use.commands?.flat().some((selector) => /^(?:command|cmd)\??$/i.test(selector))))
    return { condition: 'command: [ls, pwd]', why: 'commands that only look' };
  if (uses.some(({ use }) => use.sql)) return { condition: 'sql_kind: read', why: 'statements that only read' };
  return undefined;
}

/** Does it say where, as whom, or what else a command does? Or is it more than a command by its name? */
function doesMore({ tool, open }: ClassifiedTool): boolean {
  const { properties } = (tool.inputSchema ?? {}) as { readonly properties?: object };
  const names = Object.keys(properties ?? {});
  return (
    open.length > 0 ||
    /priv|sudo|root|admin|alias/i.test(tool.name) ||
    names.some((name) => /dir|cwd|folder|action|operation|alias|user|host|server|sudo|env|shell/i.test(name))
  );
}

/** The rest, by what it does. */
function byAction(groups: readonly Group[], { level, trustsHints }: Options, add: Add): void {
  const plain = new Map<string, Group[]>();
  for (const group of groups) {
    const { capability, action } = group;
    const outcome = OUTCOMES[action][level];
    const passing = passingOf(group);
    if (passing) {
      const looks: Section = level === 'cautious' && passing.condition.startsWith('command') ? 'ask' : 'allow';
      // Denied and asked about would cut across each other.
      const isAsked = looks === 'ask' && outcome === 'deny';
      add(outcome, WHY[action], namesOf(group), [`  - capability: ${capability}`, `    not: { ${passing.condition} }`]);
      if (isAsked) add('ask', passing.why, namesOf(group), [`  - capability: ${capability}`]);
      else add(looks, passing.why, namesOf(group), [`  - { capability: ${capability}, ${passing.condition} }`]);
      continue;
    }
    // A pattern stands for all of its action: none of them may be told apart.
    plain.set(group.pattern, [...(plain.get(group.pattern) ?? []), group]);
  }
  for (const [pattern, own] of plain) {
    const [{ action, capability }] = own as [Group];
    const hasException = groups.some((group) => group.pattern === pattern && !own.includes(group));
    const shown = hasException ? own.map((group) => group.capability) : [own.length === 1 ? capability : pattern];
    const outcome = OUTCOMES[action][level];
    const believed =
      trustsHints && action === 'use' ? own.flatMap(({ uses }) => uses.filter((use) => believes(use, level))) : [];
    const names = own.flatMap(namesOf);
    for (const one of shown) {
      const isBelieved = believed.length > 0;
      add(outcome, WHY[action], names, [
        `  - capability: ${one}`,
        ...(isBelieved ? ['    not: { hints: { read_only: true } }'] : []),
        ...(outcome === 'ask' && action === 'send' && own.some(({ uses }) => uses.some(({ use }) => use.recipients))
          ? ['    # not: { recipient: "*@example.com" }  # colleagues need not be asked: then allow them below']
          : []),
      ]);
      if (isBelieved)
        add(
          'allow',
          'its server says that it only reads, in the lock file: of the others the rule above asks',
          namesOf({ uses: believed }),
          [`  - capability: ${one}`],
        );
    }
  }
}

/** @internal */
export function prefixes(folders: readonly string[]): string {
  return `[${folders.map((folder) => unseenEscaped(JSON.stringify(folder))).join(', ')}]`;
}

/** A YAML scalar, quoted. */
function scalar(text: string): string {
  return unseenEscaped(JSON.stringify(text));
}
