import { code } from '../emit/code/code.js';
import { asList, type Condition, type GlobReading, orList, type Reading, shownPaths, type Truth } from './condition.js';
import { matchesGlob } from './match-glob.js';
import { stringOrList } from './schema.js';

/** `path_glob`: the whole path matches one of the globs. */
export const pathGlob: Condition<readonly string[]> = {
  key: 'path_glob',
  dsl: { fact: 'path', operator: 'like', operand: 'texts' },
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => 'path',
  paths: (globs) => globs,

  evaluate(globs, facts) {
    const forms = facts.globs(globs);
    return facts.paths().map((readings) => {
      if (readings === null) return 'unknown';
      const truths = readings.map((reading) => (reading ? likeAny(reading, forms, facts.tree) : 'unknown'));
      if (truths.every((truth) => truth === 'true')) return 'true';
      return truths.every((truth) => truth === 'false') ? 'false' : 'unknown';
    });
  },

  observe: (_globs, facts) => shownPaths(facts),

  emit(globs, context) {
    const texts = globs.map((glob) => code`${glob}`);
    return code`${context.use('like')}(f, ${context.constant(`like ${globs.join(' ')}`, code`${context.use('pathGlobs')}(p, ${code.join(texts, ', ')})`)})`;
  },

  region: (globs, algebra) => algebra.pathsLike(globs),
  describe: (globs) => `path like ${orList(globs)}`,
};

export function likeAny(path: Reading, globs: readonly (GlobReading | null)[], tree: boolean): Truth {
  const truths = globs.map((glob) => (glob ? like(path, glob, tree) : 'unknown'));
  return truths.find((truth) => truth === 'true') ?? truths.find((truth) => truth === 'unknown') ?? 'false';
}

function like(path: Reading, glob: GlobReading, tree: boolean): Truth {
  const parts = [...glob.literal.map((name): Segment => name.split('')), ...glob.segments.map(partsOf)];
  const matches = matchesPath(parts, path.segments);
  const above = tree && canMatchBelow(parts, path.segments);
  if (glob.start === null || glob.start === path.start) return matches ? 'true' : above ? 'unknown' : 'false';
  const isShare = path.start.startsWith('//');
  if (glob.start === '.' || path.start === '.' || (glob.start !== '' && isShare)) return 'unknown';
  if (glob.start !== '' && path.start !== '') return 'false'; // Two drives.
  return matches || above ? 'unknown' : 'false';
}

/** A segment of a glob: its characters; or `**`. */
type Segment = '**' | readonly Part[];
type Part = string | typeof STAR | typeof ONE;
const STAR = Symbol('*');
const ONE = Symbol('?');

function partsOf(segment: string): Segment {
  if (segment === '**') return '**';
  return segment.split('').map((unit) => (unit === '*' ? STAR : unit === '?' ? ONE : unit));
}

function matchesPath(glob: readonly Segment[], path: readonly string[]): boolean {
  return matchesGlob(
    glob,
    path,
    (segment) => segment === '**',
    (segment, name) => segment !== '**' && matchesName(segment, name),
  );
}

function matchesName(segment: readonly Part[], name: string): boolean {
  return matchesGlob(
    segment,
    name.split(''),
    (part) => part === STAR,
    (part, unit) => part === ONE || part === unit,
  );
}

/** Is the path a proper ancestor of something the glob matches? Tried on every prefix of the glob. */
function canMatchBelow(parts: readonly Segment[], path: readonly string[]): boolean {
  return parts.some((part, i) => matchesPath([...parts.slice(0, i), ...(part === '**' ? [part] : [])], path));
}
