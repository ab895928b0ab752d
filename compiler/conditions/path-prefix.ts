import { type Code, code } from '../emit/code/code.js';
import { asList, type Condition, type EmitContext, orList, type Reading, shownPaths, type Truth } from './condition.js';
import { stringOrList } from './schema.js';

/** `path_prefix`: the path lies at or under one of the prefixes, by whole segments. */
export const pathPrefix: Condition<readonly string[]> = {
  key: 'path_prefix',
  dsl: { fact: 'path', operator: 'under', operand: 'texts' },
  schema: stringOrList,

  lower: (value) => [asList(value)],
  fact: () => 'path',
  paths: (prefixes) => prefixes,

  evaluate(prefixes, facts) {
    const forms = facts.prefixes(prefixes);
    return facts.paths().map((readings) => {
      if (readings === null) return 'unknown';
      const truths = readings.map((reading) => (reading ? underAny(reading, forms, facts.tree) : 'unknown'));
      if (truths.every((truth) => truth === 'true')) return 'true';
      return truths.every((truth) => truth === 'false') ? 'false' : 'unknown';
    });
  },

  observe: (_prefixes, facts) => shownPaths(facts),

  emit: (prefixes, context) => code`${context.use('under')}(f, ${prepared(prefixes, context)})`,
  lookup: (prefixes, context) => code`${context.use('pathUnder')}(${prepared(prefixes, context)})`,

  region: (prefixes, algebra) => algebra.pathsUnder(prefixes),
  describe: (prefixes) => `path under ${orList(prefixes)}`,
};

function prepared(prefixes: readonly string[], context: EmitContext): Code {
  const texts = prefixes.map((prefix) => code`${prefix}`);
  return context.constant(prefixes.join(' '), code`${context.use('prefixes')}(p, ${code.join(texts, ', ')})`);
}

export function underAny(reading: Reading, prefixes: readonly (Reading | null)[], tree: boolean): Truth {
  const truths = prefixes.map((prefix) => (prefix ? under(reading, prefix, tree) : 'unknown'));
  return truths.find((truth) => truth === 'true') ?? truths.find((truth) => truth === 'unknown') ?? 'false';
}

function under(path: Reading, prefix: Reading, tree: boolean): Truth {
  const below = startsWith(path.segments, prefix.segments);
  const above = tree && startsWith(prefix.segments, path.segments);
  if (path.start === prefix.start) return below ? 'true' : above ? 'unknown' : 'false';
  const kinds = [kind(path.start), kind(prefix.start)].sort().join(' ');
  switch (kinds) {
    case 'drive drive': // Two different drives.
    case 'share share':
      return 'false';
    case 'drive root': // The root of which drive?
    case 'root share':
      return below || above ? 'unknown' : 'false';
    default: // Relative against absolute; and a share may well lead to a drive.
      return 'unknown';
  }
}

function kind(start: string): 'root' | 'relative' | 'drive' | 'share' {
  if (start === '') return 'root';
  if (start === '.') return 'relative';
  return start.startsWith('//') ? 'share' : 'drive';
}

function startsWith(segments: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((segment, i) => segments[i] === segment);
}
