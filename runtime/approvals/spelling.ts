import { endOfString } from '../wire/json.js';

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

/** The text of the value at a path of keys in a JSON text; undefined where there is none. */
export function memberText(text: string, path: readonly string[]): string | undefined {
  let node = text;
  for (const key of path) {
    const found = membersOf(node).find(([name]) => name === key);
    if (!found) return undefined;
    node = found[1];
  }
  return node;
}

/** The members of an object's text, or the elements of an array's (with empty keys), as texts. */
export function membersOf(text: string): [key: string, text: string][] {
  const found: [string, string][] = [];
  const start = /^[ \t\r\n]*[[{]/.exec(text)?.[0].length;
  if (start === undefined) return found;
  let depth = 0;
  let key = '';
  let from = start;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const end = endOfString(text, i);
      if (depth === 0 && /^[ \t\r\n]*:/.test(text.slice(end + 1, end + 64))) key = JSON.parse(text.slice(i, end + 1));
      i = end;
    } else if (character === ':' && depth === 0) from = i + 1;
    else if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && depth > 0) depth--;
    else if ((character === ',' || character === ']' || character === '}') && depth === 0) {
      const member = text.slice(from, i).trim();
      if (member !== '') found.push([key, member]);
      key = '';
      from = i + 1;
    }
  }
  return found;
}
