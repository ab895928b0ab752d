import { URI_METHODS } from '../../data/methods.js';
import type { Args } from '../../types.js';
import { endOfFileScheme } from './path-readings.js';

/**
 * The files that a request which nothing maps names by URI: `file:` URIs, however their scheme is dressed up. null: one
 * that can't be known, since it has no scheme, or one that some reader takes for `file`. Another scheme is the server's
 * own affair.
 *
 * Strings count at any depth: a server may be content with another shape than the protocol's.
 */
export function resourcePaths(method: string, params: Args): (string | null)[] {
  const found: (string | null)[] = [];
  const expand = method === 'completion/complete' ? expansion(params) : undefined;
  for (const pointer of URI_METHODS.get(method) ?? []) {
    const [first = '', ...rest] = pointer.split('/').slice(1);
    if (Object.hasOwn(params, first)) collect(params[first], rest, expand, found);
  }
  if (expand) {
    // The value alone may be a URI, whatever template it is for.
    for (const text of strings(params['argument'])) if (endOfFileScheme(text) >= 0) found.push(text);
  }
  return found;
}

/** @param way The names that lead on to where the protocol has the URI; empty from there on. */
function collect(node: unknown, way: readonly string[], expand: Expansion | undefined, found: (string | null)[]): void {
  if (typeof node === 'string') {
    const text = expand ? expand(node) : node;
    if (text === null) found.push(null);
    else if (endOfFileScheme(text) >= 0) found.push(text);
    else if (way.length === 0 && !hasOwnScheme(text)) found.push(null);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const [next, ...rest] = way;
  for (const key of Object.keys(node)) {
    const isOnWay = way.length === 0 || next === '*' || next === key;
    // Beside the way only what is a file's URI beyond doubt counts.
    const further = way.length === 0 ? way : isOnWay ? rest : ELSEWHERE;
    collect((node as Record<string, unknown>)[key], further, expand, found);
  }
}

const ELSEWHERE: readonly string[] = ['\0'];

/** Does it begin with a scheme that nobody takes for `file`? One letter is a drive. */
function hasOwnScheme(text: string): boolean {
  const scheme = /^([^:/?#\\]*):/.exec(text)?.[1]?.replace(/[\s\p{Cc}]/gu, '');
  return scheme !== undefined && /^[a-z][a-z0-9+.-]+$/i.test(scheme) && !/file/i.test(scheme);
}

type Expansion = (template: string) => string | null;

/** A template (RFC 6570) with the values that the request completes it with; null where one is missing. */
function expansion(params: Args): Expansion {
  const values = new Map<string, unknown>();
  const add = (node: unknown): void => {
    if (node !== null && typeof node === 'object')
      for (const [name, value] of Object.entries(node)) values.set(name, value);
  };
  const { argument, context } = params;
  if (context !== null && typeof context === 'object') add((context as Args)['arguments']);
  if (argument !== null && typeof argument === 'object') {
    const { name, value } = argument as Args;
    if (typeof name === 'string') values.set(name, value);
  }
  return (template) => {
    // What it is a template of is said before its first expression, if it is said at all.
    if (hasOwnScheme(template.split('{')[0] as string)) return template;
    let isWhole = true;
    const text = template.replace(/\{[+#./;?&]?([^{}]*)\}/g, (_, name: string) => {
      const value = values.get(name.replace(/\*$|:[0-9]+$/, ''));
      if (typeof value !== 'string') isWhole = false;
      return String(value);
    });
    return isWhole && !text.includes('{') ? text : null;
  };
}

function strings(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  return node !== null && typeof node === 'object' ? Object.values(node).flatMap(strings) : [];
}
