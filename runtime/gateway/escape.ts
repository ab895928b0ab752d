/**
 * A name as it may be shown to a person or put into a sentence: plain names as they are, all others as JSON strings in
 * which nothing beyond printable ASCII is left as it was.
 */
export function shown(name: string): string {
  return /^[A-Za-z0-9_.*/:@[\]-]+$/.test(name) && name.length <= 256 ? name : quoted(name);
}

/** A JSON string of printable ASCII. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
