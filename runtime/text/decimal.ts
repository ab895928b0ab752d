/**
 * Decimal numbers, exact: a whole number of units of 10^-scale.
 *
 * @internal
 */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

export const ZERO: Decimal = { units: 0n, scale: 0 };
export const ONE: Decimal = { units: 1n, scale: 0 };

/** @param text As JSON spells a number. */
export function parseDecimal(text: string): Decimal {
  if (text === '1') return ONE;
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?$/.exec(text) ?? [];
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(sign + whole + fraction);
  return shift >= 0 ? { units: digits * 10n ** BigInt(shift), scale: 0 } : { units: digits, scale: -shift };
}

/** A finite double is the decimal that JSON spells it as. */
export function decimalOf(value: number): Decimal {
  return value === 1 ? ONE : parseDecimal(String(value));
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: atScale(a, scale) + atScale(b, scale), scale };
}

export function isAbove(a: Decimal, b: Decimal): boolean {
  const scale = Math.max(a.scale, b.scale);
  return atScale(a, scale) > atScale(b, scale);
}

/** The least double that is not below it. */
export function doubleAbove(decimal: Decimal): number {
  const near = Number(decimalText(decimal));
  if (!Number.isFinite(near) || !isAbove(decimal, decimalOf(near))) return near;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, near);
  bits.setBigInt64(0, bits.getBigInt64(0) + 1n); // Amounts are not negative.
  return bits.getFloat64(0);
}

/** The shortest text of it. */
export function decimalText({ units, scale }: Decimal): string {
  if (scale === 0) return String(units);
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

function atScale({ units, scale }: Decimal, wanted: number): bigint {
  return scale === wanted ? units : units * 10n ** BigInt(wanted - scale);
}
