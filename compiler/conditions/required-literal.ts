import type { RegexProgram } from '../../runtime/decide/conditions/regex.js';

/** Shorter texts are in too many others to be worth looking for first. */
const MIN_LENGTH = 3;
/** Larger programs are not looked at: it takes time with the square of their size. */
const MAX_INSTRUCTIONS = 600;

/**
 * The longest text without which an expression is found nowhere; undefined where there is none of use. A character that every
 * way through the program takes begins one, and each that can only come right behind it goes on.
 */
export function requiredLiteral(program: RegexProgram): string | undefined {
  const { instructions } = program;
  if (instructions.length > MAX_INSTRUCTIONS) return undefined;
  let longest = '';
  for (const at of instructions.keys()) {
    if (characterAt(program, at) === undefined) continue;
    const text = runFrom(program, at);
    if (text.length > longest.length && text.length >= MIN_LENGTH && isOnEveryWay(program, at)) longest = text;
  }
  return longest === '' ? undefined : longest;
}

/** The one character that an instruction takes. */
function characterAt({ instructions }: RegexProgram, at: number): string | undefined {
  const instruction = instructions[at];
  if (instruction?.[0] !== 'take') return undefined;
  const [first, last] = instruction[2];
  const isOne = instruction[2].length === 2 && first === last && first !== undefined;
  // Half a character is one by itself, or a part of another.
  return isOne && (first < 0xd800 || first > 0xdfff) ? String.fromCodePoint(first) : undefined;
}

/** What is taken from here on, as long as only one character can come next. */
function runFrom(program: RegexProgram, from: number): string {
  let text = '';
  const seen = new Set<number>();
  for (let at = from; !seen.has(at); ) {
    seen.add(at);
    const instruction = program.instructions[at];
    if (instruction?.[0] === 'take') {
      const character = characterAt(program, at);
      if (character === undefined) break;
      text += character;
    } else if (instruction?.[0] !== 'assert') break;
    at = instruction[1];
  }
  return text;
}

/** Is there no way from the start to a match around this instruction? */
function isOnEveryWay({ start, instructions }: RegexProgram, without: number): boolean {
  const seen = new Set<number>([without]);
  const pending = [start];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const instruction = instructions[at];
    if (instruction?.[0] === 'match') return false;
    if (instruction?.[0] === 'alt') pending.push(instruction[1], instruction[2]);
    else if (instruction && instruction[0] !== 'fail') pending.push(instruction[1]);
  }
  return true;
}
