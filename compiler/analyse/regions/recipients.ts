import type { Address } from '../../conditions/condition.js';
import type { ParsedDomain } from './parsed-domain.js';

/** Recipients for analysis: each that a rule names, somebody else there, and somebody elsewhere. */
export const recipientDomain: ParsedDomain = {
  factsOf: (value) => ({ recipients: () => [value === null ? null : addressOf(value as string)] }),
  *candidates(tests) {
    const patterns = tests.flatMap(({ data }) => data as readonly string[]);
    const locals = new Set(['someone', ...patterns.map((pattern) => pattern.slice(0, pattern.lastIndexOf('@')))]);
    const domains = new Set(patterns.flatMap((pattern) => domainsOf(pattern.slice(pattern.lastIndexOf('@') + 1))));
    for (const domain of [...domains, 'evil.example']) {
      for (const local of locals) if (local !== '*') yield `${local}@${domain}`;
    }
    yield null;
  },
  isComplete: () => true,
};

function domainsOf(pattern: string): string[] {
  if (!pattern.startsWith('*.')) return [pattern, `mail.${pattern}`];
  const base = pattern.slice(2);
  return [`mail.${base}`, `a.mail.${base}`, base];
}

function addressOf(text: string): Address {
  const at = text.lastIndexOf('@');
  return { local: text.slice(0, at), domain: text.slice(at + 1) };
}
