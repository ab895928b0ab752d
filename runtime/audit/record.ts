import { canonicalJson } from '../text/canonical-json.js';
import { sha256 } from '../text/sha256.js';

/** The parts of a record that its kind decides. All members are JSON; absent ones are not written. */
export type RecordBody = Readonly<Record<string, unknown>> & {
  readonly kind: 'header' | 'call' | 'refused' | 'approval' | 'result' | 'history' | 'pruned' | 'footer';
};

export const NO_PREVIOUS = '0'.repeat(64);

/** SHA-256, hexadecimal, over the record's canonical JSON without `hash` and `sig`. */
export function recordHash(record: Readonly<Record<string, unknown>>): string {
  const { hash: _hash, sig: _sig, ...content } = record;
  return sha256(canonicalJson(content));
}

/**
 * The canonical JSON (RFC 8785) of records of which only some members vary: the others are sorted and spelled once,
 * since records stand between a call and its server.
 *
 * @internal
 */
export class RecordTemplate {
  private readonly between: string[] = [];
  private readonly order: number[] = [];
  /** Of the members that do not vary, as UTF-8. */
  readonly bytes: number;

  /** @param varying The names of the members that `fill` is given, none of them in `constant`. */
  constructor(constant: Readonly<Record<string, unknown>>, varying: readonly string[]) {
    const names = [...Object.keys(constant).filter((name) => constant[name] !== undefined), ...varying].sort();
    let text = '{';
    for (const [i, name] of names.entries()) {
      text += `${i > 0 ? ',' : ''}${JSON.stringify(name)}:`;
      const hole = varying.indexOf(name);
      if (hole < 0) text += canonicalJson(constant[name]);
      else {
        this.between.push(text);
        this.order.push(hole);
        text = '';
      }
    }
    this.between.push(`${text}}`);
    this.bytes = Buffer.byteLength(this.between.join(''));
  }

  /** @param values The canonical JSON of the varying members, in the order in which they were named. */
  fill(values: readonly string[]): string {
    let text = this.between[0] as string;
    for (let i = 0; i < this.order.length; i++) {
      text += (values[this.order[i] as number] as string) + (this.between[i + 1] as string);
    }
    return text;
  }
}
