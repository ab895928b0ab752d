/** Characters that take two columns of a terminal. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{M}/u;
const TOKEN = /\x1b\[[0-9;]*m|./gsu;
const RESET = '\x1b[0m';

/** One line, with or without colours, as lines that fit a terminal. Nothing is left out. */
export function wrap(line: string, columns: number): string[] {
  const lines: string[] = [];
  let current = '';
  let width = 0;
  let colour = '';
  for (const [token] of line.matchAll(TOKEN)) {
    if (token.length > 1 && token.startsWith('\x1b')) {
      colour = token === RESET ? '' : colour + token;
      current += token;
      continue;
    }
    const own = NO_WIDTH.test(token) ? 0 : WIDE.test(token) ? 2 : 1;
    if (width + own > columns) {
      lines.push(colour === '' ? current : current + RESET);
      current = colour;
      width = 0;
    }
    current += token;
    width += own;
  }
  return [...lines, current];
}
