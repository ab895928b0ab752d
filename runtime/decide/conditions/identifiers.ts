import { IDENTIFIER_NAMES } from '../../data/identifier-names.js';
import { MAX_DEPTH } from '../../text/selector.js';
import type { Facts } from '../facts/facts.js';
import { foldKey, lastWord } from '../paths/path-key.js';
import { TRUE, UNKNOWN } from './truth-set.js';

/** A value that a rule names outright: what stands there is what its author meant. @internal */
export interface Pinned {
  readonly tokens: readonly string[];
  readonly values: readonly string[];
}

/**
 * A `.` or `..` segment, a query or fragment, a control character, or a percent escape of one of these: in a URL or a
 * path that is made of it, the identifier would name something else.
 */
const WALKS = /(?:^|[/\\])\.{1,2}(?:$|[/\\])|[?#\x00-\x1f\x7f-\x9f]|%(?:2[ef35]|5c|3f|[01][0-9a-f]|7f)/i;

/** Is it certain that no identifier among the arguments leads elsewhere? Else unknown. */
export function identifiersStay(facts: Facts, pinned: readonly Pinned[]): number {
  const { args } = facts;
  for (const name in args) {
    if (!hasOwn.call(args, name)) continue;
    const value = args[name];
    const stay =
      typeof value === 'string'
        ? !isIdentifier(name) || !WALKS.test(value) || isPinned(value, [name], pinned)
        : stays(value, name, [name], pinned, 1);
    if (!stay) return UNKNOWN;
  }
  return TRUE;
}

const { hasOwnProperty: hasOwn } = Object.prototype;

/** @param name The name that the node stands under. */
function stays(
  node: unknown,
  name: string,
  path: readonly string[],
  pinned: readonly Pinned[],
  depth: number,
): boolean {
  if (typeof node === 'string') {
    return !isIdentifier(name) || !WALKS.test(node) || isPinned(node, path, pinned);
  }
  if (node === null || typeof node !== 'object') return true;
  if (depth > MAX_DEPTH) return false;
  const at = (key: string) => (pinned.length === 0 ? path : [...path, key]);
  if (Array.isArray(node)) return node.every((item, i) => stays(item, name, at(String(i)), pinned, depth + 1));
  for (const key of Object.keys(node)) {
    if (!stays((node as Record<string, unknown>)[key], key, at(key), pinned, depth + 1)) return false;
  }
  return true;
}

function isPinned(value: string, path: readonly string[], pinned: readonly Pinned[]): boolean {
  return pinned.some(
    ({ tokens, values }) =>
      values.includes(value) &&
      tokens.length <= path.length &&
      tokens.every((token, i) => token === '*' || token === path[i]) &&
      // Below what the selector names there are only the elements of arrays.
      path.slice(tokens.length).every((step) => /^[0-9]+$/.test(step)),
  );
}

const known = new Map<string, boolean>();
/** Names come from calls: remember a bounded number of them. */
const MAX_KNOWN = 4096;

function isIdentifier(name: string): boolean {
  let is = known.get(name);
  if (is === undefined) {
    is = IDENTIFIER_NAMES.has(foldKey(name)) || IDENTIFIER_NAMES.has(lastWord(name));
    if (known.size < MAX_KNOWN && name.length <= 64) known.set(name, is);
  }
  return is;
}
