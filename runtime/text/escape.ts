import { asciiEscaped, unitEscape } from './unit-escape.js';

/**
 * A name as it may be shown to a person or put into a sentence: plain names as they are, all others as JSON strings in
 * which nothing beyond printable ASCII is left as it was.
 */
export function shown(name: string): string {
  return name.length <= MAX_SHOWN && /^[A-Za-z0-9_.*/:@[\]-]+$/.test(name) ? name : quoted(name);
}

/** As `shown`, whole: for a person who decides. */
export function shownWhole(name: string): string {
  return /^[A-Za-z0-9_.*/:@[\]-]+$/.test(name) ? name : unseenEscaped(JSON.stringify(name));
}

/** More of a name is cut: what an attacker sends is not to be told back at many times its length. */
const MAX_SHOWN = 256;

/** The beginning of a text that is too long to be shown. */
export function cut(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN).toWellFormed()}…`;
}

/**
 * What a screen acts on, hides or shows as nothing: controls, format characters, unusual spaces, half characters, what is
 * not assigned, blank letters, heaps of accents.
 */
export const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Variation_Selector}]|(?! )\p{Zs}|(?<=\p{M}\p{M})\p{M}|[\u115f\u1160\u3164\uffa0\u2800]/gu;

/** JSON on one line in which nothing is left that a reader takes for the end of a line, or that a screen acts on or hides. */
export function unseenEscaped(json: string): string {
  return json.replace(UNSEEN, unitEscape);
}

/** A JSON string of printable ASCII. */
export function quoted(text: string): string {
  return asciiEscaped(JSON.stringify(cut(text)));
}
