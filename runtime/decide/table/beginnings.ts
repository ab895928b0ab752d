/** A beginning that some conditions name, and the rows of those. */
interface Beginning {
  readonly text: string;
  readonly rows: number[];
}

/** Rows by the texts that values begin with, found by a hash that grows letter by letter: nothing is cut out of a value. */
export class Beginnings {
  private readonly byHash = new Map<number, Beginning[]>();

  /** A row, at each of its texts. Of texts that begin with one another only the shortest is given. */
  add(text: string, row: number): void {
    let hash = SEED;
    for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
    const alike = this.byHash.get(hash) ?? [];
    this.byHash.set(hash, alike);
    const known = alike.find((beginning) => beginning.text === text);
    if (known) known.rows.push(row);
    else alike.push({ text, rows: [row] });
  }

  /** The rows of what the first `end` characters of a value are, whose hash is this. */
  rowsOf(hash: number, value: string, end: number): readonly number[] | undefined {
    const alike = this.byHash.get(hash);
    if (alike === undefined) return undefined;
    for (let i = 0; i < alike.length; i++) {
      const { text, rows } = alike[i] as Beginning;
      if (text.length === end && value.startsWith(text)) return rows;
    }
    return undefined;
  }
}

/** The hash of nothing. */
export const SEED = 17;

/** The hash with one more character. */
export function mix(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}
