/** A glob of words: `*` any run, `?` one character, `[a-z]` and `[!a-z]` one of a class. */
export interface Glob {
  readonly tokens: readonly GlobToken[];
}

type GlobToken =
  | '*'
  | '?'
  | { readonly literal: string }
  | { readonly ranges: readonly string[]; readonly not: boolean };

export function parseGlob(text: string): Glob {
  const characters = [...text];
  const tokens: GlobToken[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    const close = character === '[' ? characters.indexOf(']', i + 2) : -1;
    if (character === '*' || character === '?') tokens.push(character);
    else if (close > 0) {
      const not = characters[i + 1] === '!';
      tokens.push({ ranges: classRanges(characters.slice(not ? i + 2 : i + 1, close)), not });
      i = close;
    } else tokens.push({ literal: character });
  }
  return { tokens };
}

/** Pairs of first and last. A hyphen at either end is itself. */
function classRanges(members: readonly string[]): string[] {
  const ranges: string[] = [];
  for (let i = 0; i < members.length; i++) {
    const first = members[i] as string;
    const isRange = members[i + 1] === '-' && i + 2 < members.length;
    ranges.push(first, isRange ? (members[i + 2] as string) : first);
    if (isRange) i += 2;
  }
  return ranges;
}

/** Does the glob match the whole text? On a mismatch the last star takes one more character. */
export function globTest({ tokens }: Glob, text: string): boolean {
  const characters = [...text];
  let t = 0;
  let c = 0;
  let star = -1;
  let resume = 0;
  while (c < characters.length) {
    const token = tokens[t];
    if (token === '*') {
      star = t++;
      resume = c;
    } else if (token !== undefined && takes(token, characters[c] as string)) {
      t++;
      c++;
    } else if (star >= 0) {
      t = star + 1;
      c = ++resume;
    } else return false;
  }
  while (tokens[t] === '*') t++;
  return t === tokens.length;
}

function takes(token: Exclude<GlobToken, '*'> | '*', character: string): boolean {
  if (token === '?') return true;
  if (typeof token === 'string') return false;
  if ('literal' in token) return token.literal === character;
  const point = character.codePointAt(0) as number;
  let inside = false;
  for (let i = 0; i < token.ranges.length; i += 2) {
    inside ||= point >= token.ranges[i]!.codePointAt(0)! && point <= token.ranges[i + 1]!.codePointAt(0)!;
  }
  return inside !== token.not;
}
