/**
 * A name as it may be shown to a person or put into a sentence: plain names as they are, all others as JSON strings in
 * which nothing beyond printable ASCII is left as it was.
 */
export function shown(name: string): string {
  return name.length <= MOST_SHOWN && /^[A-Za-z0-9_.*/:@[\]-]+$/.test(name) ? name : quoted(name);
}

/** More of a name is cut: what an attacker sends is not to be told back at many times its length. */
const MOST_SHOWN = 256;

/** The beginning of a text that is too long to be shown. */
export function cut(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN).toWellFormed()}…`;
}

/** JSON in which nothing is left that some reader takes for the end of a line, or that a screen acts on or hides. */
export function unseenEscaped(json: string): string {
  return json.replace(/[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A JSON string of printable ASCII. */
export function quoted(text: string): string {
  return JSON.stringify(cut(text)).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
