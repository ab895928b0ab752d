import { simpleFold } from './case-fold.js';

/**
 * Selectors: top-level argument names or JSON Pointers (RFC 6901) with `*`, optionally ending in `?`. Values are read
 * as own properties only, so nothing inherited can pose as an argument.
 *
 * @internal
 */
export interface Selector {
  readonly tokens: readonly string[];
  /** Contributes nothing when the argument is absent. */
  readonly optional: boolean;
  /** Where it is a top-level argument's name: the usual case. */
  readonly name?: string;
}

/** What a selector meets: a value with the key it stood under, or word that something is there it can't read. @internal */
export interface SelectSink {
  value(value: unknown, key: string): void;
  /** @param mayBeThere It stands there under a name that differs only by case: a server may read it, or not. */
  unknown(mayBeThere: boolean): void;
}

/** Nesting beyond this is unknown; the gateway refuses such messages before they are judged. */
export const MAX_DEPTH = 128;

export function parseSelector(text: string): Selector {
  const optional = text.endsWith('?');
  const path = optional ? text.slice(0, -1) : text;
  if (!path.startsWith('/')) return { tokens: [path], optional, ...(path !== '*' && { name: path }) };
  const tokens = path.slice(1).split('/');
  return { tokens: tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')), optional };
}

/** Feeds the sink what the selector finds; finding nothing is unknown, unless the selector is optional. */
export function select(args: unknown, selector: Selector, sink: SelectSink): void {
  descend(args, selector, 0, '', false, sink);
}

function descend(node: unknown, selector: Selector, at: number, key: string, starred: boolean, sink: SelectSink): void {
  if (at === selector.tokens.length) {
    sink.value(node, key);
    return;
  }
  const token = selector.tokens[at] as string;
  if (token === '*') {
    const members = node !== null && typeof node === 'object' ? Object.keys(node) : [];
    if (members.length === 0) sink.unknown(false);
    for (const member of members) {
      const under = Array.isArray(node) ? key : member;
      descend((node as Record<string, unknown>)[member], selector, at + 1, under, true, sink);
    }
    return;
  }
  if (node === null || typeof node !== 'object') {
    sink.unknown(false);
  } else if (!hasMember(node, token)) {
    const mayBeThere = hasOtherCase(node, token);
    if (mayBeThere || !selector.optional || starred) sink.unknown(mayBeThere);
  } else {
    const under = Array.isArray(node) ? key : token;
    descend((node as Record<string, unknown>)[token], selector, at + 1, under, starred, sink);
  }
}

/** Is there a member whose name differs from this one only by case (Unicode simple folding)? */
function hasOtherCase(node: object, token: string): boolean {
  if (Array.isArray(node)) return false;
  for (const key of Object.keys(node)) {
    // Folding keeps the length.
    if (key.length === token.length && key !== token && simpleFold(key) === simpleFold(token)) return true;
  }
  return false;
}

/** An array's index is `0` or digits without a leading zero (RFC 6901 section 4); `length` is no member. */
function hasMember(node: object, token: string): boolean {
  if (Array.isArray(node) && !/^(?:0|[1-9][0-9]*)$/.test(token)) return false;
  return Object.hasOwn(node, token);
}
