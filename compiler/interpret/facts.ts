import type { Context, Mapping } from '../../runtime/decide/types.js';
import type { CallFacts, PathValue } from '../conditions/condition.js';
import { amountsOf } from './amounts.js';
import { type Found, findBySelector, findPaths, isUriName, stringsOf } from './arguments.js';
import { type PathWorld, readGlob, readPath, readPrefix } from './paths.js';
import { textsOf } from './texts.js';

/** What one demand of a call says: the values of each fact, by its mapping's selectors or by the defaults. */
export function factsOf(
  mapping: Mapping,
  args: unknown,
  tool: string | undefined,
  context: Context,
  world: PathWorld,
): CallFacts {
  const given = (key: string) => (context[key] === undefined ? undefined : String(context[key]));
  return {
    paths: () => pathValues(mapping, args, world),
    prefix: (text) => readPrefix(text, world),
    glob: (text) => readGlob(text, world),
    texts: (mode) => textsOf(mapping, args, mode),
    amounts: () => amountsOf(mapping, args),
    argument: (selector) =>
      findBySelector(args, selector).map((found) => (found === 'unknown' ? 'missing' : { value: found.value })),
    context: given,
    risk: mapping.risk ?? given('risk_level'),
    tool,
    tree: mapping.tree ?? false,
  };
}

/** Once so many characters of paths with several readings were read, the rest of a call's paths is unknown. */
const MOST_REWRITTEN = 1 << 20;

function pathValues(mapping: Mapping, args: unknown, world: PathWorld): PathValue[] {
  let rewritten = 0;
  const read = (found: Found): PathValue[] => {
    if (found === 'unknown') return [null];
    const isUri = isUriName(found.key);
    return stringsOf(found.value).map((text) => {
      if (text === null || rewritten > MOST_REWRITTEN) return null;
      const readings = readPath(text, isUri, world);
      if (readings.length > 1 || readings[0] === null) rewritten += text.length;
      return readings;
    });
  };
  if (mapping.paths === undefined) {
    const values = findPaths(args).flatMap(read);
    return values.length > 0 ? values : [null];
  }
  return mapping.paths.flatMap((selector) => {
    const found = findBySelector(args, selector);
    const values = found.flatMap(read);
    return found.length > 0 && values.length === 0 ? [null] : values;
  });
}
