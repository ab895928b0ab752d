import { addDecimals, type Decimal, decimalText, isAbove, parseDecimal, ZERO } from '../text/decimal.js';
import { foldKeyText } from '../text/history-key.js';

/** The window slides by one of so many slots: the current one and as many before it count. */
export const SLOTS = 64;
/** More keys of a limit are not kept. */
const MAX_KEYS = 4096;

/** What one key has added, by slot. */
interface Sums {
  readonly slots: Map<number, Decimal>;
  total: Decimal;
}

/** What was added up for one limit, by key. */
export class LimitTotals {
  private readonly keys = new Map<string, Sums>();

  /** @param per Seconds, or as long as the session. */
  constructor(readonly per: number | 'session') {}

  /** The total of a key at a time; null: there is no room for one more key. */
  total(key: string | undefined, time: number): Decimal | null {
    const fold = foldOf(key);
    const sums = this.keys.get(fold);
    if (sums) return this.slid(sums, time);
    return this.hasRoom(time) ? ZERO : null;
  }

  /** Would so much more be above the maximum? */
  exceeds(key: string | undefined, amount: Decimal, max: Decimal, time: number): boolean {
    const total = this.total(key, time);
    return total === null || isAbove(addDecimals(total, amount), max);
  }

  /** Is there room for all of these keys, those that are new included? */
  hasRoomFor(keys: readonly (string | undefined)[], time: number): boolean {
    const fresh = keys.filter((key) => !this.keys.has(foldOf(key))).length;
    if (fresh === 0 || this.keys.size + fresh <= MAX_KEYS) return true;
    this.hasRoom(time, fresh);
    return this.keys.size + fresh <= MAX_KEYS;
  }

  add(key: string | undefined, amount: Decimal, time: number): void {
    const fold = foldOf(key);
    let sums = this.keys.get(fold);
    if (!sums) {
      if (!this.hasRoom(time)) return;
      sums = { slots: new Map(), total: ZERO };
      this.keys.set(fold, sums);
    }
    this.slid(sums, time);
    const slot = this.slotOf(time);
    sums.slots.set(slot, addDecimals(sums.slots.get(slot) ?? ZERO, amount));
    sums.total = addDecimals(sums.total, amount);
  }

  /** Takes back what was added at a time. */
  take(key: string | undefined, amount: Decimal, time: number): void {
    const sums = this.keys.get(foldOf(key));
    const slot = this.slotOf(time);
    const sum = sums?.slots.get(slot);
    if (!sums || !sum) return;
    const back = { ...amount, units: -amount.units };
    sums.slots.set(slot, addDecimals(sum, back));
    sums.total = addDecimals(sums.total, back);
  }

  /** From when on there is room for so much more, in milliseconds since the epoch; undefined: not as things are. */
  roomAt(key: string | undefined, amount: Decimal, max: Decimal, time: number): number | undefined {
    const sums = this.keys.get(foldOf(key));
    if (!sums || this.per === 'session' || isAbove(amount, max)) return undefined;
    let left = this.slid(sums, time);
    for (const [slot, sum] of [...sums.slots].sort(([a], [b]) => a - b)) {
      left = addDecimals(left, { ...sum, units: -sum.units });
      if (!isAbove(addDecimals(left, amount), max)) return Math.ceil(((slot + SLOTS + 1) * this.per * 1000) / SLOTS);
    }
    return undefined;
  }

  /** All totals that are not nothing, by folded key; the key of a limit without `by` is empty. */
  *current(time: number): Iterable<readonly [key: string, total: string]> {
    for (const [key, sums] of this.keys) {
      const total = this.slid(sums, time);
      if (total.units !== 0n) yield [key, decimalText(total)];
    }
  }

  saved(time: number): readonly (readonly [key: string, slots: readonly (readonly [number, string])[]])[] {
    return [...this.keys].flatMap(([key, sums]) => {
      this.slid(sums, time);
      const slots = [...sums.slots].map(([slot, sum]) => [slot, decimalText(sum)] as const);
      return slots.length > 0 ? [[key, slots] as const] : [];
    });
  }

  restore(keys: readonly (readonly [key: string, slots: readonly (readonly [number, string])[]])[]): this {
    for (const [key, slots] of keys) {
      const sums = slots.map(([slot, text]) => [slot, parseDecimal(text)] as const);
      const total = sums.reduce((sum, [, one]) => addDecimals(sum, one), ZERO);
      this.keys.set(key, { slots: new Map(sums), total });
    }
    return this;
  }

  private slotOf(time: number): number {
    return this.per === 'session' ? 0 : Math.floor((time * SLOTS) / (this.per * 1000));
  }

  /** Forgets slots that are over. */
  private slid(sums: Sums, time: number): Decimal {
    const first = this.slotOf(time) - SLOTS;
    for (const [slot, sum] of sums.slots) {
      // They stand in the order of time.
      if (slot >= first) break;
      sums.slots.delete(slot);
      sums.total = sums.slots.size === 0 ? ZERO : addDecimals(sums.total, { ...sum, units: -sum.units });
    }
    return sums.total;
  }

  /** @param wanted So many more. */
  private hasRoom(time: number, wanted = 1): boolean {
    if (this.keys.size + wanted <= MAX_KEYS) return true;
    for (const [key, sums] of this.keys) {
      this.slid(sums, time);
      if (sums.slots.size === 0) this.keys.delete(key);
    }
    return this.keys.size + wanted <= MAX_KEYS;
  }
}

function foldOf(key: string | undefined): string {
  return key === undefined ? '' : foldKeyText(key);
}
