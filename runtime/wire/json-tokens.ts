import { endOfString } from './json.js';

/** What is met in a JSON text; places are indices of the text, quotes included. @internal */
export interface TokenSink {
  key(start: number, end: number): void;
  string(start: number, end: number): void;
  number(start: number, end: number): void;
}

/**
 * Walks the keys, strings and numbers of a JSON text as they are spelled: a key given twice is met twice. The text must be
 * JSON.
 *
 * @internal
 */
export class TokenWalker {
  /** How deep it nests at the place it has come to, and at the deepest. */
  depth = 0;
  deepest = 0;
  /** By depth: is it an array; where the key of the member begins; which element it is. */
  private readonly isArray: boolean[] = [];
  private readonly keyAt: number[] = [];
  private readonly index: number[] = [];

  constructor(private readonly text: string) {}

  walk(sink: TokenSink): void {
    const { text, isArray, keyAt, index } = this;
    let isKey = false;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      switch (unit) {
        case 0x22: {
          const end = endOfString(text, i);
          if (isKey) {
            keyAt[this.depth - 1] = i;
            isKey = false;
            sink.key(i, end + 1);
          } else sink.string(i, end + 1);
          i = end;
          break;
        }
        case 0x5b:
        case 0x7b:
          isArray[this.depth] = unit === 0x5b;
          index[this.depth] = 0;
          this.depth++;
          if (this.depth > this.deepest) this.deepest = this.depth;
          isKey = unit === 0x7b;
          break;
        case 0x5d:
        case 0x7d:
          this.depth--;
          isKey = false;
          break;
        case 0x2c:
          if (isArray[this.depth - 1]) index[this.depth - 1] = (index[this.depth - 1] as number) + 1;
          else isKey = true;
          break;
        default:
          if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) {
            let end = i + 1;
            while (isOfNumber(text.charCodeAt(end))) end++;
            sink.number(i, end);
            i = end - 1;
          }
      }
    }
  }

  /** The keys and indices that lead to the place it has come to. */
  path(): (string | number)[] {
    return Array.from({ length: this.depth }, (_, depth) =>
      this.isArray[depth] ? (this.index[depth] as number) : this.keyOf(depth),
    );
  }

  /** Does the value that it has come to stand under this key? */
  isUnder(key: string): boolean {
    const depth = this.depth - 1;
    if (depth < 0 || this.isArray[depth]) return false;
    const at = this.keyAt[depth] as number;
    if (this.text.startsWith(key, at + 1) && this.text.charCodeAt(at + 1 + key.length) === 0x22) return true;
    return this.text.charCodeAt(at + 1) === 0x5c && this.keyOf(depth) === key;
  }

  private keyOf(depth: number): string {
    const start = this.keyAt[depth] as number;
    return JSON.parse(this.text.slice(start, endOfString(this.text, start) + 1)) as string;
  }
}

function isOfNumber(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x2e || unit === 0x2d || unit === 0x2b || (unit | 0x20) === 0x65;
}
