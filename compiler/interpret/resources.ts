import { URI_METHODS } from '../../runtime/data/methods.js';
import { isFileUri } from './arguments.js';

/*
 * Which files an unmapped request names (docs/language.md, Tools and methods). null: there is one, and nobody can tell
 * which.
 */

export function pathsOfRequest(method: string, params: unknown): (string | null)[] {
  const places = URI_METHODS.get(method) ?? [];
  const isCompletion = method === 'completion/complete';
  const named = allStrings(params, []).flatMap(({ text, way }): (string | null)[] => {
    const [first] = way;
    const isUnder = places.some((place) => place.split('/')[1] === first);
    if (!isUnder) return isCompletion && first === 'argument' && isFileUri(text) ? [text] : [];
    const isUri = places.some((place) => matches(place.split('/').slice(1), way));
    const whole = isCompletion ? completed(text, params as Record<string, unknown>) : text;
    if (whole === null) return [null];
    if (isFileUri(whole)) return [whole];
    return isUri && !isOfAnotherScheme(whole) ? [null] : [];
  });
  return named;
}

/** At, or below, a place where the protocol has a URI. */
function matches(place: readonly string[], way: readonly string[]): boolean {
  return place.every((step, i) => (i < way.length ? step === '*' || step === way[i] : true)) && way.length > 0;
}

interface Placed {
  readonly text: string;
  readonly way: readonly string[];
}

function allStrings(node: unknown, way: readonly string[]): Placed[] {
  if (typeof node === 'string') return [{ text: node, way }];
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) => allStrings(value, [...way, key]));
}

/** A scheme of two letters or more that has no `file` in it: white space and controls aside, as lenient readers do. */
function isOfAnotherScheme(text: string): boolean {
  const colon = text.search(/[:/?#\\]/);
  if (colon < 0 || text[colon] !== ':') return false;
  const scheme = [...text.slice(0, colon)]
    .filter((character) => !/[\s\p{Cc}]/u.test(character))
    .join('')
    .toLowerCase();
  return /^[a-z][a-z0-9+.-]+$/.test(scheme) && !scheme.includes('file');
}

/** The template with the values of the request; null where it asks for one that is not there. */
function completed(template: string, params: Record<string, unknown>): string | null {
  const [before = ''] = template.split('{');
  if (isOfAnotherScheme(before)) return template;
  const context = member(params['context'], 'arguments');
  const name = member(params['argument'], 'name');
  let isWhole = true;
  const whole = template.replace(/\{[^{}]*\}/g, (expression) => {
    const wanted = expression
      .slice(1, -1)
      .replace(/^[+#./;?&]/, '')
      .replace(/\*$|:[0-9]+$/, '');
    const value = wanted === name ? member(params['argument'], 'value') : member(context, wanted);
    if (typeof value !== 'string') isWhole = false;
    return String(value);
  });
  return isWhole && !whole.includes('{') ? whole : null;
}

function member(node: unknown, key: string): unknown {
  return node !== null && typeof node === 'object' && Object.hasOwn(node, key)
    ? (node as Record<string, unknown>)[key]
    : undefined;
}
