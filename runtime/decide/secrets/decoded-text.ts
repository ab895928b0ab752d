import { INVISIBLE } from '../../data/detectors.js';
import { bytesText, hexBytes } from '../../text/bytes.js';

/** A text as another reader has it, and where each part of it comes from. @internal */
export class DecodedText {
  text = '';
  /** Where what was decoded begins, here and in the source; and what follows it. */
  private readonly cuts: { readonly at: number; readonly from: number; readonly end: number; readonly to: number }[] =
    [];

  /** Takes over what is the same. */
  copy(source: string, from: number, to: number): void {
    this.text += source.slice(from, to);
  }

  /** @param decoded What stands here for the source from one index to another. */
  add(decoded: string, from: number, to: number): void {
    this.cuts.push({ at: this.text.length, from, end: this.text.length + decoded.length, to });
    this.text += decoded;
  }

  /** Where a part of it comes from: all of an escape that it has a part of. */
  source(start: number, end: number): readonly [number, number] {
    const first = this.cutBefore(start);
    const last = this.cutBefore(end - 1);
    const from = first === undefined ? start : start < first.end ? first.from : first.to + start - first.end;
    const to = last === undefined ? end : end <= last.end ? last.to : last.to + end - last.end;
    return [from, to];
  }

  /**
   * Where these places of the source are, and those near what was decoded: in ascending order.
   *
   * @param near So many characters before it, and as many after.
   */
  places(source: readonly number[], near: number): number[] {
    const all: number[] = [];
    const push = (place: number) => {
      if (place >= 0 && place < this.text.length && place > (all.at(-1) ?? -1)) all.push(place);
    };
    let next = 0;
    for (const [i, { at, from, end, to }] of this.cuts.entries()) {
      for (; next < source.length && (source[next] as number) < from - near; next++)
        push(at - (from - (source[next] as number)));
      const following = this.cuts[i + 1]?.at ?? this.text.length;
      for (let place = at - near; place < Math.min(end + near, following); place++) push(place);
      while (next < source.length && (source[next] as number) < to) next++;
    }
    const last = this.cuts.at(-1);
    for (; last && next < source.length; next++) push(last.end + (source[next] as number) - last.to);
    return all;
  }

  /** The last cut that begins at or before a place. */
  private cutBefore(place: number) {
    let low = 0;
    let high = this.cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.cuts[middle] as { at: number }).at <= place) low = middle + 1;
      else high = middle;
    }
    return this.cuts[low - 1];
  }
}

/**
 * A text with what an escape says in its place; undefined where there is none.
 *
 * @param mark With what escapes begin. @param pattern One, from its beginning on (sticky).
 */
function decodedBy(
  text: string,
  mark: string,
  pattern: RegExp,
  decode: (found: string) => string,
): DecodedText | undefined {
  let decoded: DecodedText | undefined;
  let last = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at)) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) {
      at++;
      continue;
    }
    decoded ??= new DecodedText();
    decoded.copy(text, last, at);
    last = at + found.length;
    decoded.add(decode(found), at, last);
    at = last;
  }
  decoded?.copy(text, last, text.length);
  return decoded;
}

const PERCENT = /(?:%[0-9A-Fa-f]{2})+/y;

/** Percent-encoding (RFC 3986) undone; undefined where there is none. */
export function percentDecoded(text: string): DecodedText | undefined {
  return decodedBy(text, '%', PERCENT, (found) => bytesText(hexBytes(found.replaceAll('%', ''))));
}

const JSON_ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])/y;
const SIMPLE: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The escapes of JSON strings (RFC 8259, section 7) undone, wherever they stand; undefined where there are none. */
export function jsonDecoded(text: string): DecodedText | undefined {
  return decodedBy(text, '\\', JSON_ESCAPE, (found) => {
    const letter = found[1] as string;
    return letter === 'u' ? String.fromCharCode(Number.parseInt(found.slice(2), 16)) : (SIMPLE[letter] ?? letter);
  });
}

/** Without characters that are not seen; undefined where there are none. */
export function seen(text: string): DecodedText | undefined {
  let decoded: DecodedText | undefined;
  let last = 0;
  for (const found of text.matchAll(INVISIBLE)) {
    decoded ??= new DecodedText();
    decoded.copy(text, last, found.index);
    last = found.index + found[0].length;
    decoded.add('', found.index, last);
  }
  decoded?.copy(text, last, text.length);
  return decoded;
}
