import type { SecretQuestion } from '../conditions/condition.js';
import type { ResultRule } from './policy.js';

/** What a result rule does, for people. */
export function describeResultRule({ redact, withhold, maxBytes }: ResultRule): string {
  const named = ({ names }: SecretQuestion) => (names === 'any' ? 'any secret' : names.join(', '));
  return [
    redact?.secret && `redacts ${named(redact.secret)}`,
    redact?.at && `redacts ${redact.at.join(', ')}`,
    withhold && `withholds a result with ${named(withhold)}`,
    maxBytes !== undefined && `withholds one above ${maxBytes} bytes`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ');
}
