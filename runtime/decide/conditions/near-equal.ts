import { foldName } from '../../text/tool-name.js';

/*
 * A forbidding rule that names a word is not got round by another spelling of it: case, the white space around it,
 * Unicode compatibility forms, a plural `s`.
 */

/** What nearly equal strings share: those with the same key, or whose keys differ by one `s` at the end. */
export function nearKey(text: string): string {
  // Several rules ask about one argument in turn.
  if (text !== lastText) {
    lastKey = PLAIN.test(text) ? text : ASCII.test(text) ? text.trim().toLowerCase() : foldName(text);
    lastText = text;
  }
  return lastKey;
}

let lastText = '';
let lastKey = '';

/** Its own key. */
const PLAIN = /^[!-@[-~]+$/;
const ASCII = /^[\x00-\x7f]*$/;

/** The keys of all that nearly equals this word. */
export function nearKeys(word: string): string[] {
  const key = nearKey(word);
  return [key, `${key}s`, ...(key.endsWith('s') ? [key.slice(0, -1)] : [])];
}
