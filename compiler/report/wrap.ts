/** Beyond the alphabets of the first blocks a character may take two columns of a terminal. */
const MAY_BE_WIDE = 0x1100;
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
    // Rather too wide than too narrow: a line that the terminal wraps itself pushes others off the screen.
    const own = (token.codePointAt(0) as number) < MAY_BE_WIDE ? 1 : 2;
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
