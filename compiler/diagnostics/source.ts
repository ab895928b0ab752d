/** A text with a name, and where its lines begin: offsets become lines and columns by binary search. */
export class Source {
  private readonly starts: number[] = [0];

  /** @param file As it is shown: relative, with `/`. */
  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.starts.push(i + 1);
  }

  place(offset: number, end: number = offset): Place {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { source: this, offset, end: Math.max(end, offset), line: low + 1, column: offset - this.starts[low]! + 1 };
  }

  /** The text of a line, counted from 1, without its line break. */
  line(number: number): string {
    const start = this.starts[number - 1] ?? this.text.length;
    const end = this.starts[number] ?? this.text.length + 1;
    return this.text.slice(start, end - 1).replace(/\r$/, '');
  }
}

/** A stretch of a source. `line` and `column` count from 1, in UTF-16 units. */
export interface Place {
  readonly source: Source;
  readonly offset: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}
