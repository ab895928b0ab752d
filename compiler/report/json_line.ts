/** A damaged log can hold what is nested too deep to be written. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{"problem":"nested too deep"}';
  }
}

/** JSON on one line, in which nothing is left that a terminal acts on or does not show. The value is the same. */
export function jsonLine(value: unknown): string {
  return textOf(value).replace(/[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
