import { endOfString } from './json.js';

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

/** The members of an object's text, or the elements of an array's (with empty keys), as texts, with where they begin. */
export function membersOf(text: string): [key: string, text: string, at: number][] {
  const found: [string, string, number][] = [];
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
      const raw = text.slice(from, i);
      const member = raw.trim();
      if (member !== '') found.push([key, member, from + raw.length - raw.trimStart().length]);
      key = '';
      from = i + 1;
    }
  }
  return found;
}
