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
  return Uint8Array.from({ length: digits.length >> 1 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Bytes as UTF-8; undefined where they are not. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes as UTF-8 where they are, else a character each. */
export function bytesText(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  if (text !== undefined) return text;
  let characters = '';
  for (let i = 0; i < bytes.length; i += 4096) characters += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return characters;
}
