import type { Mapping } from '../../runtime/decide/types.js';
import type { CallFacts, PathValue } from '../conditions/condition.js';
import { type Found, findBySelector, findPaths, isUriName, stringsOf } from './arguments.js';
import { type PathWorld, readPath, readPrefix } from './paths.js';

/** What one demand of a call says: the values of each fact, by its mapping's selectors or by the defaults. */
export function factsOf(mapping: Mapping, args: unknown, world: PathWorld): CallFacts {
  return {
    paths: () => pathValues(mapping, args, world),
    prefix: (text) => readPrefix(text, world),
    tree: mapping.tree ?? false,
  };
}

function pathValues(mapping: Mapping, args: unknown, world: PathWorld): PathValue[] {
  const read = (found: Found): PathValue[] => {
    if (found === 'unknown') return [null];
    const isUri = isUriName(found.key);
    return stringsOf(found.value).map((text) => (text === null ? null : readPath(text, isUri, world)));
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
