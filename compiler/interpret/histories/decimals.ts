/* Sums of decimals as people add them: what JSON spells, digit by digit. */

/** A decimal as a fraction of a power of ten. */
type Fraction = readonly [units: bigint, digits: number];

function fractionOf(text: string): Fraction {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return digits >= 0 ? [units, digits] : [units * 10n ** BigInt(-digits), 0];
}

function unitsAt([units, digits]: Fraction, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - digits);
}

export function sumOfDecimals(texts: readonly string[]): string {
  const fractions = texts.map(fractionOf);
  const digits = Math.max(0, ...fractions.map(([, own]) => own));
  const sum = fractions.reduce((total, fraction) => total + unitsAt(fraction, digits), 0n);
  if (digits === 0) return String(sum);
  const text = String(sum < 0n ? -sum : sum).padStart(digits + 1, '0');
  const [whole, fraction] = [text.slice(0, -digits), text.slice(-digits).replace(/0+$/, '')];
  return `${sum < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function isGreater(a: string, b: string): boolean {
  const [one, other] = [fractionOf(a), fractionOf(b)];
  const digits = Math.max(one[1], other[1]);
  return unitsAt(one, digits) > unitsAt(other, digits);
}
