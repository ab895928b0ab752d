/** Whatever runs a compiled policy has these: a gateway, and the page that shows one. */
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** By character code, the value of a base64 digit of either alphabet (RFC 4648, sections 4 and 5); else 255. */
export const BASE64_VALUES = new Uint8Array(256).fill(255);
for (let i = 0; i < ALPHABET.length; i++) BASE64_VALUES[ALPHABET.charCodeAt(i)] = i;
BASE64_VALUES[0x2b] = BASE64_VALUES[0x2d] = 62;
BASE64_VALUES[0x2f] = BASE64_VALUES[0x5f] = 63;

/** What base64 says; other characters are passed over, and a last digit that is alone says nothing. */
export function base64Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let count = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const value = BASE64_VALUES[text.charCodeAt(i) & 0xff] as number;
    if (value > 63) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[count++] = (held >> bits) & 0xff;
  }
  return bytes.subarray(0, count);
}

/** What hexadecimal digits say, in pairs. */
export function hexBytes(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length >> 1);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (hexValue(digits.charCodeAt(2 * i)) << 4) | hexValue(digits.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** Of one digit. */
export function hexValue(unit: number): number {
  return unit < 0x3a ? unit - 0x30 : (unit | 0x20) - 0x57;
}

/** Bytes as UTF-8; undefined where they are not. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

/** A character each. */
export function latin1Text(bytes: Uint8Array): string {
  if (bytes.length <= 4096) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let characters = '';
  for (let i = 0; i < bytes.length; i += 4096) characters += latin1Text(bytes.subarray(i, i + 4096));
  return characters;
}

/** Bytes as UTF-8 where they are, else a character each. */
export function bytesText(bytes: Uint8Array): string {
  return utf8Text(bytes) ?? latin1Text(bytes);
}
