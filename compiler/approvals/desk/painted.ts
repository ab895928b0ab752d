import { Html, html } from '../../report/html.js';
import type { Style } from '../../report/style.js';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34 } as const;

const paint = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;

/** As for a terminal with colours: `painted` reads it. */
export const MARKS: Style = {
  bold: paint(CODES.bold),
  dim: paint(CODES.dim),
  red: paint(CODES.red),
  yellow: paint(CODES.yellow),
  green: paint(CODES.green),
  blue: paint(CODES.blue),
};

const NAMES = new Map<number, string>(Object.entries(CODES).map(([name, code]) => [code, name]));

/**
 * Lines that were made for a terminal, as markup. What comes from elsewhere has no escape characters in them: all that is unseen
 * was written out.
 */
export function painted(lines: readonly string[]): Html {
  const parts = lines
    .join('\n')
    .split(/\x1b\[(\d+)m/)
    .map((part, i) => {
      if (i % 2 === 0) return html`${part}`.text;
      const name = NAMES.get(Number(part));
      return name === undefined ? '</span>' : `<span class="${name}">`;
    });
  return new Html(parts.join(''));
}
