import { endOfString } from './json.js';

/**
 * The canonical text of a JSON text: members sorted by key, no white space, strings as ECMAScript writes them, and
 * numbers as they were spelled, so that 9007199254740993 and …992 stay two. For text that `parseStrict` accepted.
 */
export function canonicalSpelling(text: string): string {
  let at = 0;
  return value();

  function value(): string {
    skipSpace();
    const first = text[at];
    if (first === '{') return members();
    if (first === '[') return elements();
    if (first === '"') return JSON.stringify(string());
    const start = at;
    while (at < text.length && !/[\s,\]}]/.test(text[at] as string)) at++;
    return text.slice(start, at);
  }

  function members(): string {
    const found: [string, string][] = [];
    at++;
    for (skipSpace(); text[at] !== '}'; skipSpace()) {
      if (text[at] === ',') at++;
      skipSpace();
      const key = string();
      skipSpace();
      at++; // The colon.
      found.push([key, value()]);
    }
    at++;
    found.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${found.map(([key, member]) => `${JSON.stringify(key)}:${member}`).join(',')}}`;
  }

  function elements(): string {
    const found: string[] = [];
    at++;
    for (skipSpace(); text[at] !== ']'; skipSpace()) {
      if (text[at] === ',') at++;
      found.push(value());
    }
    at++;
    return `[${found.join(',')}]`;
  }

  function string(): string {
    const start = at;
    at = endOfString(text, at) + 1;
    return JSON.parse(text.slice(start, at)) as string;
  }

  function skipSpace(): void {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++;
  }
}
