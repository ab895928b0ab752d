import { UNSEEN } from '../../runtime/text/escape.js';

/** A text in which nothing is left unseen: such characters are written as `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) as number;
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** How many characters of a text `visible` writes out; ends of lines and tabs are as expected. */
export function countUnseen(text: string): number {
  return (text.replace(/[\n\t]/g, '').match(UNSEEN) ?? []).length;
}
