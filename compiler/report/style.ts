/** Colours for a terminal; plain text elsewhere and under NO_COLOR (no-color.org). */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly blue: (text: string) => string;
}

export function styleFor(stream: { readonly isTTY?: boolean }): Style {
  const on = stream.isTTY === true && !process.env['NO_COLOR'];
  const paint = (code: number) => (text: string) => (on ? `\x1b[${code}m${text}\x1b[0m` : text);
  return { bold: paint(1), dim: paint(2), red: paint(31), yellow: paint(33), green: paint(32), blue: paint(34) };
}
