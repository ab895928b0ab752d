/**
 * In the interpreter: does a glob of words match the whole text? `*` any run, `?` one character, `[a-z]` or `[!a-z]` one
 * of a class.
 */
export function wordLike(glob: string, text: string): boolean {
  return new RegExp(`^${source([...glob])}$`, 'su').test(text);
}

function source(characters: readonly string[]): string {
  let pattern = '';
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    const close = character === '[' ? characters.indexOf(']', i + 2) : -1;
    if (close > 0) {
      const not = characters[i + 1] === '!';
      const members = characters.slice(not ? i + 2 : i + 1, close);
      pattern += classSource(members, not);
      i = close;
    } else pattern += character === '*' ? '.*' : character === '?' ? '.' : escaped(character);
  }
  return pattern;
}

function classSource(members: readonly string[], not: boolean): string {
  const parts: string[] = [];
  for (let i = 0; i < members.length; i++) {
    const first = members[i] as string;
    const isRange = members[i + 1] === '-' && members[i + 2] !== undefined;
    const last = isRange ? (members[i + 2] as string) : first;
    if (isRange) i += 2;
    // A range the wrong way round holds nothing.
    if (first.codePointAt(0)! <= last.codePointAt(0)!) parts.push(`${point(first)}-${point(last)}`);
  }
  if (parts.length === 0) return not ? '.' : '[^\\s\\S]';
  return `[${not ? '^' : ''}${parts.join('')}]`;
}

function point(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
