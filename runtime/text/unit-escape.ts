/** A UTF-16 unit as JSON, YAML and ECMAScript escape it: `\u00e9`. @param character One unit or more. */
export function unitEscape(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return escaped;
}

/** The text in printable ASCII: what a reader sees is what is there. */
export function asciiEscaped(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, unitEscape);
}
