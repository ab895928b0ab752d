import { code } from '../emit/code.js';
import { stringOrList } from '../parse/schema.js';
import { asList, type Condition, type GlobReading, orList, type Reading, shownPaths, type Truth } from './condition.js';

/** `path_glob`: the whole path matches one of the globs. */
export const pathGlob: Condition<readonly string[]> = {
  key: 'path_glob',
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => 'path',

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
  const matches = pattern(glob).whole.test(path.segments.map((segment) => `${segment}/`).join(''));
  const above = tree && canMatchBelow(glob, path.segments);
  if (glob.start === null || glob.start === path.start) return matches ? 'true' : above ? 'unknown' : 'false';
  const isShare = path.start.startsWith('//');
  if (glob.start === '.' || path.start === '.' || (glob.start !== '' && isShare)) return 'unknown';
  if (glob.start !== '' && path.start !== '') return 'false'; // Two drives.
  return matches || above ? 'unknown' : 'false';
}

/** Readings of globs live as long as the world they were read in: proofs ask the same one thousands of times. */
const patterns = new WeakMap<GlobReading, { readonly whole: RegExp; readonly above: readonly RegExp[] }>();

/** Over the segments, each with a slash behind it. */
function pattern(glob: GlobReading) {
  const known = patterns.get(glob);
  if (known) return known;
  const parts = [...glob.literal.map(quoted), ...glob.segments.map(segmentPattern)];
  const made = {
    whole: new RegExp(`^${parts.join('')}$`),
    above: parts.map((part, i) => new RegExp(`^${parts.slice(0, i).join('')}${part.startsWith('(?:') ? part : ''}$`)),
  };
  patterns.set(glob, made);
  return made;
}

function segmentPattern(segment: string): string {
  if (segment === '**') return '(?:[^/]*/)*';
  const source = segment.split('').map((c) => (c === '*' ? '[^/]*' : c === '?' ? '[^/]' : escaped(c)));
  return `${source.join('')}/`;
}

function quoted(segment: string): string {
  return `${segment.split('').map(escaped).join('')}/`;
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}

/** Is the path a proper ancestor of something the glob matches? Tried on every prefix of the glob. */
function canMatchBelow(glob: GlobReading, path: readonly string[]): boolean {
  const text = path.map((segment) => `${segment}/`).join('');
  return pattern(glob).above.some((upTo) => upTo.test(text));
}
