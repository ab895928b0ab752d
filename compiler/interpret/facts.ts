import type { Context, Mapping } from '../../runtime/types.js';
import type { After, CallFacts, GlobReading, Mode, PathValue, Reading, Truth } from '../conditions/condition.js';
import type { SqlSettings } from '../ir/policy.js';
import { amountsOf } from './amounts.js';
import {
  type FoundArgument,
  findByDefault,
  findBySelector,
  findIdentifiers,
  isUriName,
  PATHS,
  stringsOf,
} from './arguments.js';
import type { CapabilityUse } from './capability-uses.js';
import { commandsOf } from './commands.js';
import type { Past } from './histories/past.js';
import { keysAt } from './keys.js';
import { type PathWorld, readGlob, readPath, readPrefix } from './paths.js';
import { recipientsOf } from './recipients.js';
import { statementsOf } from './statements.js';
import { textsOf } from './texts.js';
import { urlPrefixes, urlsOf } from './urls.js';

/** What one capability use of a call says: the values of each fact, by its mapping's selectors or by the defaults. */
export function factsOf(
  { mapping, known, hints }: Pick<CapabilityUse, 'mapping' | 'known' | 'hints'>,
  args: unknown,
  tool: string | undefined,
  context: Context,
  world: CallWorld,
): CallFacts {
  const { paths, sql, now, past } = world;
  // Beside an argument that the tool's schema does not know, the default facts are unknown; beside an option, all are.
  const isUndeclared = known !== undefined && Object.keys(args as object).some((key) => !known.includes(key));
  const hasOption = mapping.noOptions === true && optionsIn(mapping, args);
  const also = <T>(values: readonly T[], isDefault: boolean) =>
    hasOption || (isUndeclared && isDefault) ? [...values, null] : values;
  const given = (key: string) => (context[key] === undefined ? undefined : String(context[key]));
  return {
    paths: once(() => also(pathValues(mapping, args, paths), mapping.paths === undefined)),
    prefixes: (texts) => read(prefixes, paths, texts, readPrefix),
    globs: (texts) => read(globs, paths, texts, readGlob),
    texts: onceFor((mode: Mode) =>
      also(textsOf(mapping, args, mode), mapping.text === undefined || mapping.otherText === true),
    ),
    amounts: once(() => also(amountsOf(mapping, args), mapping.amounts === undefined)),
    argument: (selector) =>
      findBySelector(args, selector).map((found) =>
        typeof found === 'string' ? (found === 'unknown' ? 'missing' : found) : { value: found.value },
      ),
    argumentNames: () => Object.keys(args as object),
    identifiers: once(() => findIdentifiers(args)),
    urls: once(() => also(urlsOf(mapping, args), mapping.urls === undefined)),
    urlPrefixes,
    commands: once(() => also(commandsOf(mapping, args, paths.windows), mapping.commands === undefined)),
    isWindows: paths.windows,
    sql: once(() => also(statementsOf(mapping, args, sql), mapping.sql === undefined)),
    recipients: once(() => also(recipientsOf(mapping, args), mapping.recipients === undefined)),
    now,
    hint: (name) => hints?.[name],
    after: (asked) => truthsAfter(past, asked, args),
    at: onceFor((selector: string) => {
      const own = [selector];
      const narrow = { ...mapping, urls: own, commands: own, sql: own, recipients: own };
      return factsOf({ mapping: narrow, known, hints }, args, tool, context, world);
    }),
    context: given,
    risk: mapping.risk ?? given('risk_level'),
    tool,
    tree: mapping.tree ?? false,
  };
}

/** What a call meets beside its arguments and its context. */
export interface CallWorld {
  readonly paths: PathWorld;
  readonly sql: SqlSettings;
  /** When it is judged, in milliseconds since the epoch. */
  readonly now: number;
  readonly past: Past;
}

/** Whether a label holds, of each key that is asked about or of any. A key that can't be read is unknown. */
function truthsAfter(past: Past, asked: After, args: unknown): readonly Truth[] {
  if (asked.by === undefined) return [past.holds(asked, undefined)];
  return keysAt(args, asked.by).map((key) => (key === null ? 'unknown' : past.holds(asked, key)));
}

/** Does a string other than the mapping's paths begin as an option does? */
function optionsIn({ paths = [] }: Pick<Mapping, 'paths'>, args: unknown): boolean {
  const isOption = (node: unknown): boolean =>
    typeof node === 'string'
      ? node.startsWith('-')
      : node !== null && typeof node === 'object' && Object.values(node).some(isOption);
  const names = paths.map((path) => path.replace(/\?$/, ''));
  return Object.entries(args as object).some(([key, value]) => !names.includes(key) && isOption(value));
}

type Readings<T> = WeakMap<PathWorld, WeakMap<readonly string[], readonly T[]>>;

/** A rule's prefixes and globs mean the same in every call made there. */
const prefixes: Readings<Reading | null> = new WeakMap();
const globs: Readings<GlobReading | null> = new WeakMap();

function read<T>(
  known: Readings<T>,
  world: PathWorld,
  texts: readonly string[],
  make: (text: string, world: PathWorld) => readonly T[],
): readonly T[] {
  const here = known.get(world) ?? new WeakMap<readonly string[], readonly T[]>();
  known.set(world, here);
  const readings = here.get(texts) ?? texts.flatMap((text) => make(text, world));
  here.set(texts, readings);
  return readings;
}

/** Many conditions ask for the same fact of a call. */
function onceFor<K, T>(make: (key: K) => T): (key: K) => T {
  const made = new Map<K, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key) as T;
  };
}

function once<T>(make: () => T): () => T {
  const made = onceFor((_: undefined) => make());
  return () => made(undefined);
}

/** Once this was spent on paths with several readings (their length for each), or on so many values, the rest is unknown. */
const MAX_REWRITTEN = 1 << 17;
const MAX_VALUES = 1 << 15;
/** A text longer than this is no path of any system. */
const MAX_PATH = 1 << 19;

function pathValues(mapping: Mapping, args: unknown, world: PathWorld): PathValue[] {
  let rewritten = 0;
  let known = 0;
  const read = (found: FoundArgument): PathValue[] => {
    if (typeof found === 'string') return [null];
    const isUri = isUriName(found.key);
    return stringsOf(found.value).map((text) => {
      if (text === null || text.length > MAX_PATH || rewritten > MAX_REWRITTEN || known >= MAX_VALUES) return null;
      known++;
      const readings = readPath(text, isUri, world);
      const several = readings.includes(null) ? 64 : readings.length > 1 ? readings.length : 0;
      rewritten += (text.length + 8) * several;
      return readings;
    });
  };
  if (mapping.paths === undefined) {
    const values = findByDefault(args, PATHS).flatMap(read);
    return values.length > 0 || mapping.noneIfAbsent ? values : [null];
  }
  return mapping.paths.flatMap((selector) => findBySelector(args, selector).flatMap(read));
}
