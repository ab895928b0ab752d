import type { GlobReading, Reading } from '../../conditions/condition.js';
import { likeAny } from '../../conditions/path-glob.js';
import { underAny } from '../../conditions/path-prefix.js';
import { folded, type PathWorld, readGlob, readPrefix } from '../../interpret/paths.js';
import { type Extent, exactly, findText, Language, literal, type Membership, membershipsFor } from './language.js';
import {
  type Constraint,
  type Dimension,
  FALSE,
  firstWithin,
  type Region,
  type Solution,
  TRUE,
  UNKNOWN,
} from './region.js';

/*
 * The region of a path condition over readings. A value with several readings never matters beyond them: what it
 * satisfies, one of them does. `null` stands for a path that can't be known.
 */

/** A prefix or glob: where it starts, and RE2 source for what it covers, over segments with a slash behind each. */
interface Form {
  /** null: wherever the path starts. */
  readonly start: string | null;
  readonly pattern: string;
  /** Proper ancestors of what it covers. */
  readonly above: string;
}

/** What a region of paths is made of. */
interface PathSet {
  readonly isPrefix: boolean;
  readonly prefixes: readonly Reading[];
  readonly tree: boolean;
  readonly foldCase: boolean;
  readonly holds: (reading: Reading) => string;
  readonly forms: readonly (Form | null)[];
}

export class PathRegion implements Region {
  readonly dimension = 'path';
  private sampled: readonly unknown[] | undefined;
  private readonly languages = new Map<string, Extent>();

  readonly isPrefix: boolean;
  /** Prefixes as readings; globs have none. */
  readonly prefixes: readonly Reading[];
  readonly tree: boolean;
  readonly foldCase: boolean;
  private readonly holds: (reading: Reading) => string;
  private readonly forms: readonly (Form | null)[];

  private constructor({ isPrefix, prefixes, tree, foldCase, holds, forms }: PathSet) {
    this.isPrefix = isPrefix;
    this.prefixes = prefixes;
    this.tree = tree;
    this.foldCase = foldCase;
    this.holds = holds;
    this.forms = forms;
  }

  static under(prefixes: readonly string[], world: PathWorld, tree: boolean): PathRegion {
    const readings = prefixes.flatMap((prefix) => readPrefix(prefix, world));
    const known = readings.filter((reading) => reading !== null);
    const forms = readings.map((reading) => reading && prefixForm(reading));
    const fold = folding(world);
    const holds = (value: Reading) => underAny(fold(value), readings, tree);
    return new PathRegion({ isPrefix: true, prefixes: known, tree, holds, forms, foldCase: world.foldCase });
  }

  static like(globs: readonly string[], world: PathWorld, tree: boolean): PathRegion {
    const readings = globs.flatMap((glob) => readGlob(glob, world));
    const forms = readings.map((reading) => reading && globForm(reading));
    const fold = folding(world);
    const holds = (value: Reading) => likeAny(fold(value), readings, tree);
    return new PathRegion({ isPrefix: false, prefixes: [], tree, holds, forms, foldCase: world.foldCase });
  }

  get keys(): readonly string[] | undefined {
    const isPlain = this.isPrefix && !this.foldCase && this.prefixes.length === this.forms.length;
    if (!isPlain || this.starts.some((start) => start !== '')) return undefined;
    const own = this.prefixes.map(pathKey);
    return this.tree ? [...own, ...own.flatMap((path) => ancestors(path).map((above) => `^${above}`))] : own;
  }

  /** A path lies under its ancestors and itself; where calls reach below it, it is an ancestor, too. */
  keysOf(value: unknown): readonly string[] | undefined {
    if (value === null || (value as Reading).start !== '') return undefined;
    const path = pathKey(value as Reading);
    return this.tree ? [...ancestors(path), `^${path}`] : ancestors(path);
  }

  truth(value: unknown): number {
    if (value === null) return UNKNOWN;
    const truth = this.holds(value as Reading);
    return truth === 'true' ? TRUE : truth === 'false' ? FALSE : UNKNOWN;
  }

  samples(): readonly unknown[] {
    this.sampled ??= this.isPrefix ? this.prefixSamples() : this.globSamples();
    return this.sampled;
  }

  borders(): readonly unknown[] {
    const beside = this.prefixes.flatMap(({ start, segments }) => {
      const last = segments.at(-1);
      if (last === undefined) return [];
      const above = segments.slice(0, -1);
      return [[...above, `${last}-${FRESH}`], [...above, last.slice(0, -1) || FRESH], above].map((path) => ({
        start,
        segments: path,
      }));
    });
    return [...this.samples(), ...beside];
  }

  private prefixSamples(): Reading[] {
    const inside = this.prefixes.map(({ start, segments }) => ({ start, segments: [...segments, FRESH] }));
    const above = this.prefixes.flatMap(({ start, segments }) =>
      this.tree ? segments.map((_, i) => ({ start, segments: segments.slice(0, i) })) : [],
    );
    return [...inside, ...this.prefixes, ...above];
  }

  private globSamples(): Reading[] {
    return this.forms.flatMap((form) => {
      if (!form) return [];
      const memberships = [...PLAIN, { language: Language.whole([form.pattern]), inside: true }];
      const text = findText(memberships);
      if (text === undefined || text === 'budget') return [];
      const starts = form.start === null ? ['', '.'] : [form.start];
      return starts.map((start) => ({ start, segments: text.split('/').slice(0, -1) }));
    });
  }

  /** Over paths that start there: where the condition is true, and where it may be. undefined: unknown everywhere. */
  over(start: string): Extent | undefined {
    const known = this.languages.get(start);
    if (known) return known;
    const yes: string[] = [];
    const may: string[] = [];
    for (const form of this.forms) {
      const meeting = form && meet(start, form.start);
      if (!form || meeting === 'unknown') return undefined;
      if (meeting === 'apart') continue;
      if (meeting === 'same') yes.push(form.pattern);
      may.push(form.pattern);
      if (this.tree) may.push(form.above);
    }
    const language = (patterns: readonly string[]) =>
      Language.whole(patterns.length === 0 ? NO_TEXT : patterns.map((one) => (this.foldCase ? `(?i:${one})` : one)));
    const made = { yes: exactly(language(yes)).yes, may: exactly(language(may)).may };
    this.languages.set(start, made);
    return made;
  }

  /** The places its prefixes and globs start from. */
  get starts(): readonly string[] {
    return this.forms.flatMap((form) => (form && form.start !== null ? [form.start] : []));
  }
}

/** No text. */
const NO_TEXT = ['[^\\x{0}-\\x{10ffff}]'];
/** A segment that no policy names. */
const FRESH = 'x';

function pathKey({ segments }: Reading): string {
  return segments.map((segment) => `/${segment}`).join('');
}

/** The folders above a path, and it. */
export function ancestors(path: string): string[] {
  const found = [path];
  for (let at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) {
    found.push(path.slice(0, at));
    if (at === 0) break;
  }
  return found;
}

function folding(world: PathWorld): (reading: Reading) => Reading {
  if (!world.foldCase) return (reading) => reading;
  return ({ start, segments }) => ({ start, segments: segments.map((segment) => folded(segment, world)) });
}

/** How paths of one start stand to a form of another (docs/language.md, Paths). */
function meet(path: string, form: string | null): 'same' | 'meets' | 'unknown' | 'apart' {
  if (form === null || form === path) return 'same';
  if (path === '.' || form === '.') return 'unknown';
  if (path === '' || form === '') return 'meets';
  return path.startsWith('//') === form.startsWith('//') ? 'apart' : 'unknown';
}

function prefixForm({ start, segments }: Reading): Form {
  const parts = segments.map((segment) => `${literal(segment)}/`);
  const above = parts.map((_, i) => parts.slice(0, i).join(''));
  return { start, pattern: `${parts.join('')}(?:[^/]+/)*`, above: alternatives(above) };
}

function globForm({ start, literal: own, segments }: GlobReading): Form {
  const parts = [...own.map((segment) => `${literal(segment)}/`), ...segments.map(segmentPattern)];
  const above = parts.map((part, i) => parts.slice(0, i).join('') + (part === ANY_SEGMENTS ? part : ''));
  return { start, pattern: parts.join(''), above: alternatives(above) };
}

const ANY_SEGMENTS = '(?:[^/]*/)*';

function segmentPattern(segment: string): string {
  if (segment === '**') return ANY_SEGMENTS;
  const source = [...segment].map((c) => (c === '*' ? '[^/]*' : c === '?' ? '[^/]' : literal(c)));
  return `${source.join('')}/`;
}

function alternatives(patterns: readonly string[]): string {
  return patterns.length === 0 ? (NO_TEXT[0] as string) : patterns.map((pattern) => `(?:${pattern})`).join('|');
}

/** What readings look like: whole segments, none of them a dot or two, nothing that can't be known. */
const READING: readonly Membership[] = [
  { language: Language.whole(['(?:[^/\\x{0}]+/)*']), inside: true },
  { language: Language.found(['(?:\\A|/)\\.\\.?/']), inside: false },
  { language: Language.found(['\\A(?:proc/[^/]+/(?:task/[^/]+/)?(?:root|cwd|fd)|dev/fd)/']), inside: false },
];
/** The same where it is also spelled in one way only. */
const PLAIN: readonly Membership[] = [
  ...READING,
  { language: Language.whole(['(?:[A-Za-z0-9_.-]*[A-Za-z0-9_-]/)*']), inside: true },
];

/** All readings of a call's paths. */
export class PathDimension implements Dimension {
  readonly key = 'path';
  readonly single = false;
  private readonly starts: readonly string[];

  constructor(regions: readonly PathRegion[], world: PathWorld) {
    const named = regions.flatMap((region) => region.starts);
    const drives = named.filter((start) => start !== '' && start !== '.');
    const further = world.windows || drives.length > 0 ? ['z:', '//server/share', ...drives] : [];
    this.starts = [...new Set(['', ...(world.roots.length === 0 ? ['.'] : []), ...further])];
  }

  solve(constraints: readonly Constraint[]): Solution {
    const given = constraints as readonly Constraint<PathRegion>[];
    const allowsUnknown = constraints.every(({ allowed }) => (allowed & UNKNOWN) !== 0);
    const wanted = given.toSorted((a, b) => Number(a.allowed === FALSE) - Number(b.allowed === FALSE));
    const tried = firstWithin(
      wanted.flatMap(({ region }) => region.samples()),
      given,
    );
    if (tried !== 'none') return tried;
    const joined = firstWithin(joinedSamples(given), given);
    if (joined !== 'none') return joined;
    const plain = firstWithin(
      this.starts.map((start) => ({ start, segments: [FRESH] })),
      given,
    );
    if (plain !== 'none') return plain;
    const isUniform = given.every(({ region }) => region.foldCase === given[0]?.region.foldCase);
    if (isUniform && given.every(({ region }) => region.isPrefix)) {
      const complete = firstWithin(this.allOf(given), given);
      if (complete !== 'none') return complete;
    } else {
      const found = this.search(given);
      if (found !== 'none') return found;
    }
    return allowsUnknown ? { value: null } : 'none';
  }

  /** For prefixes alone, one path of each kind that they tell apart: at, above and under each. */
  private *allOf(constraints: readonly Constraint<PathRegion>[]): Iterable<Reading> {
    const prefixes = constraints.flatMap(({ region }) => region.prefixes);
    const taken = new Set(prefixes.flatMap(({ segments }) => segments));
    let fresh = FRESH;
    while (taken.has(fresh)) fresh += FRESH;
    for (const start of this.starts) {
      yield { start, segments: [fresh] };
      yield { start, segments: [] };
      for (const { segments } of prefixes) {
        yield { start, segments: [...segments, fresh] };
        for (let length = segments.length; length > 0; length--) yield { start, segments: segments.slice(0, length) };
      }
    }
  }

  private search(constraints: readonly Constraint<PathRegion>[]): Solution {
    let spent = false;
    for (const form of [PLAIN, READING]) {
      for (const start of this.starts) {
        const memberships = membershipsOver(start, constraints);
        if (!memberships) continue;
        const text = findText([...form, ...memberships]);
        if (text === 'budget') spent = true;
        else if (text !== undefined) return { value: { start, segments: text.split('/').slice(0, -1) } };
      }
    }
    return spent ? 'budget' : 'none';
  }
}

/** What a glob matches, below a prefix that must hold too. */
function* joinedSamples(constraints: readonly Constraint<PathRegion>[]): Iterable<Reading> {
  const wanted = constraints.filter(({ allowed }) => (allowed & FALSE) === 0).map(({ region }) => region);
  for (const prefix of wanted.flatMap(({ prefixes }) => prefixes)) {
    for (const region of wanted) {
      if (region.isPrefix) continue;
      for (const sample of region.samples()) {
        yield { start: prefix.start, segments: [...prefix.segments, ...(sample as Reading).segments] };
      }
    }
  }
}

/** undefined: no path that starts there is in all the parts. */
function membershipsOver(start: string, constraints: readonly Constraint<PathRegion>[]): Membership[] | undefined {
  const memberships: Membership[] = [];
  for (const { region, allowed } of constraints) {
    const languages = region.over(start);
    if (!languages) {
      if ((allowed & UNKNOWN) === 0) return undefined;
      continue;
    }
    memberships.push(...membershipsFor(languages, allowed));
  }
  return memberships;
}
