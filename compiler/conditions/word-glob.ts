import { matchesGlob } from './match-glob.js';

/** `*`, or which characters one of the glob takes. */
type Part = '*' | ((character: string) => boolean);

/**
 * In the interpreter: does a glob of words match the whole text? `*` any run, `?` one character, `[a-z]` or `[!a-z]` one
 * of a class.
 */
export function wordLike(glob: string, text: string): boolean {
  return matchesGlob(
    partsOf([...glob]),
    [...text],
    (part) => part === '*',
    (part, character) => part !== '*' && part(character),
  );
}

function partsOf(characters: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    const close = character === '[' ? characters.indexOf(']', i + 2) : -1;
    if (close > 0) {
      const not = characters[i + 1] === '!';
      parts.push(classOf(characters.slice(not ? i + 2 : i + 1, close), not));
      i = close;
    } else if (character === '*') parts.push('*');
    else parts.push(character === '?' ? () => true : (other) => other === character);
  }
  return parts;
}

function classOf(members: readonly string[], not: boolean): (character: string) => boolean {
  const ranges: (readonly [number, number])[] = [];
  for (let i = 0; i < members.length; i++) {
    const first = members[i] as string;
    const isRange = members[i + 1] === '-' && members[i + 2] !== undefined;
    const last = isRange ? (members[i + 2] as string) : first;
    if (isRange) i += 2;
    // A range the wrong way round holds nothing.
    ranges.push([first.codePointAt(0) as number, last.codePointAt(0) as number]);
  }
  return (character) => {
    const point = character.codePointAt(0) as number;
    return ranges.some(([low, high]) => low <= point && point <= high) !== not;
  };
}
