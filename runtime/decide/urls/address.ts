/** An IP address as its bytes: 4 or 16. @internal */
export type Address = readonly number[];

/** Addresses that begin with so many bits. @internal */
export interface AddressBlock {
  readonly address: Address;
  readonly bits: number;
}

/** An address as `new URL` prints it, without brackets; undefined: a name. */
export function parseAddress(text: string): Address | undefined {
  const first = text.charCodeAt(text.length - 1);
  // Only an address ends in a number: a name whose last label is one is not taken by a URL.
  if (!text.includes(':'))
    return first >= 48 && first <= 57 && isDotted(text) ? text.split('.').map(Number) : undefined;
  const [head = '', tail] = text.split('::');
  const left = hextets(head);
  const right = tail === undefined ? [] : hextets(tail);
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right].flatMap((hextet) => [hextet >> 8, hextet & 255]);
}

function isDotted(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text);
}

function hextets(text: string): number[] {
  return text === '' ? [] : text.split(':').map((hextet) => Number.parseInt(hextet, 16));
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. */
export function parseBlock(text: string): AddressBlock {
  const [start = '', bits] = text.split('/');
  const address = parseAddress(start) as Address;
  return { address, bits: bits === undefined ? address.length * 8 : Number(bits) };
}

export function isInBlock(address: Address, { address: start, bits }: AddressBlock): boolean {
  if (address.length !== start.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== start[i]) return false;
  const rest = bits & 7;
  return rest === 0 || ((address[whole] as number) ^ (start[whole] as number)) >> (8 - rest) === 0;
}

/**
 * The IPv4 address that an IPv6 address stands for: mapped and compatible (RFC 4291 section 2.5.5), NAT64 (RFC 6052), 6to4
 * (RFC 3056).
 */
export function embeddedAddress(address: Address): Address | undefined {
  if (address.length !== 16) return undefined;
  const begins = (...bytes: number[]) => bytes.every((byte, i) => address[i] === byte);
  if (begins(0x20, 0x02)) return address.slice(2, 6);
  const isZero = (from: number, to: number) => address.slice(from, to).every((byte) => byte === 0);
  if (begins(0, 0x64, 0xff, 0x9b) && isZero(4, 12)) return address.slice(12);
  if (!isZero(0, 10)) return undefined;
  const isMapped = address[10] === 255 && address[11] === 255;
  // `::` and `::1` are addresses of their own.
  const isCompatible = isZero(10, 12) && !isZero(12, 15);
  return isMapped || isCompatible ? address.slice(12) : undefined;
}
