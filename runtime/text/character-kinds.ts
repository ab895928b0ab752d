/* What stands before a position, or after it. */
export const NOTHING = 0;
export const NEWLINE = 1;
export const WORD = 2;
export const OTHER = 3;

/** What an assertion of a regular expression tells apart. @internal */
export function kindOf(point: number): number {
  if (point === 0x0a) return NEWLINE;
  const isWord =
    (point >= 48 && point <= 57) || (point >= 65 && point <= 90) || point === 95 || (point >= 97 && point <= 122);
  return isWord ? WORD : OTHER;
}

/** Character classes by code point. @internal */
export class Classes {
  private readonly ascii = new Uint16Array(128);

  constructor(
    private readonly boundaries: readonly number[],
    private readonly classes: readonly number[],
  ) {
    for (let point = 0; point < 128; point++) this.ascii[point] = this.of(point);
  }

  /** The class of a code point: one look-up below 128. */
  find(point: number): number {
    return point < 128 ? (this.ascii[point] as number) : this.of(point);
  }

  private of(point: number): number {
    let low = 0;
    let high = this.boundaries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.boundaries[middle] as number) <= point) low = middle + 1;
      else high = middle;
    }
    return this.classes[low] as number;
  }
}
