import { crc32 } from 'node:zlib';
import { shortestMatch } from './detector-automaton.js';
import { type SecretPattern, secretsIn } from './secrets-in-text.js';

/**
 * A text in which a detector finds something, and that is nobody's secret; undefined where none is found. What has a check is
 * written to pass it.
 */
export function secretExample(detector: SecretPattern): string | undefined {
  const known = examples.get(detector);
  if (known !== undefined) return known;
  const shortest = shortestMatch(detector.pattern);
  const example = [shortest, ...written(shortest, detector)].find((text) => secretsIn(text, [detector]).length > 0);
  if (example !== undefined) examples.set(detector, example);
  return example;
}

const examples = new WeakMap<SecretPattern, string>();

function written(shortest: string, { check, lead = 0 }: SecretPattern): string[] {
  switch (check) {
    case 'luhn':
      return ['4111 1111 1111 1111'];
    case 'crc32':
      return [`ghp_${'0'.repeat(30)}${base62(crc32('0'.repeat(30)))}`];
    case 'jwt':
      return [`${base64url({ alg: 'none' })}.${base64url({})}.`];
    case 'armour':
      return [`${shortest.replace('END', 'BEGIN')}\n${'A'.repeat(32)}\n`];
    case 'assigned':
      return ['API_TOKEN=abc123', `aws_secret_access_key=${'abcde01234'.repeat(4)}`];
    case 'password':
      return ['https://user:abc123@example.com'];
    case 'credentials':
      return ['Authorization: Bearer abcdefgh01234567'];
    case 'lead':
      return ['a'.repeat(lead) + shortest];
    default:
      return [];
  }
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function base62(number: number): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let text = '';
  for (let left = number, i = 0; i < 6; i++, left = Math.floor(left / 62)) text = digits[left % 62] + text;
  return text;
}
