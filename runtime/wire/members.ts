import { endOfString } from './json.js';

const COLON = /[ \t\r\n]*:/y;

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

/** An object's text with those of its members that are wanted, spelled as they were. @param added Members' texts. */
export function withMembers(text: string, isWanted: (key: string) => boolean, added: readonly string[] = []): string {
  const kept = membersOf(text)
    .filter(([key]) => isWanted(key))
    .map(([, value, at, keyAt]) => text.slice(keyAt, at + value.length));
  return `{${[...kept, ...added].join(',')}}`;
}

/** A member of an object's text, or an element of an array's (with an empty key), and where its text and its key begin. */
export type Member = [key: string, text: string, at: number, keyAt: number];

/** What stands in an object's or array's text. */
export function membersOf(text: string): Member[] {
  const found: Member[] = [];
  const start = /^[ \t\r\n]*[[{]/.exec(text)?.[0].length;
  if (start === undefined) return found;
  let depth = 0;
  let key = '';
  let keyAt = start;
  let from = start;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const end = endOfString(text, i);
      if (depth === 0) {
        COLON.lastIndex = end + 1;
        if (COLON.test(text)) {
          key = JSON.parse(text.slice(i, end + 1));
          keyAt = i;
        }
      }
      i = end;
    } else if (character === ':' && depth === 0) from = i + 1;
    else if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && depth > 0) depth--;
    else if ((character === ',' || character === ']' || character === '}') && depth === 0) {
      const raw = text.slice(from, i);
      const member = raw.trim();
      if (member !== '') found.push([key, member, from + raw.length - raw.trimStart().length, keyAt]);
      key = '';
      from = i + 1;
    }
  }
  return found;
}

/** A JSON text with what lies at a path (`*`: every member) made into something else; the rest stays as it is spelled. */
export function replacedAt(
  text: string,
  [token, ...rest]: readonly string[],
  change: (value: string) => string,
): string {
  if (token === undefined) return change(text);
  const isArray = /^[ \t]*\[/.test(text);
  if (!isArray && !/^[ \t]*\{/.test(text)) return text;
  let result = '';
  let end = 0;
  for (const [i, [key, value, at]] of membersOf(text).entries()) {
    if (token !== '*' && token !== (isArray ? String(i) : key)) continue;
    result += text.slice(end, at) + replacedAt(value, rest, change);
    end = at + value.length;
  }
  return result + text.slice(end);
}
