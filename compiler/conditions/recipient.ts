import { CF129 } from '../diagnostics/messages.js';
import { code } from '../emit/code/code.js';
import { asList, type Condition, orList } from './condition.js';
import { hostPatternForm } from './host-pattern.js';
import { stringOrList } from './schema.js';

/** `recipient`: every address of the call's recipients is one of these. */
export const recipient: Condition<readonly string[]> = {
  key: 'recipient',
  dsl: { fact: 'recipient', operand: 'is' },
  schema: stringOrList,
  check: (value) =>
    asList(value).flatMap((pattern, i) => {
      const form = recipientForm(pattern);
      return 'form' in form
        ? []
        : [{ message: CF129({ pattern, problem: form.problem }), path: Array.isArray(value) ? [i] : [] }];
    }),
  lower: (value) => [asList(value).map((pattern) => (recipientForm(pattern) as { form: string }).form)],
  fact: () => 'recipient',
  evaluate: (patterns, facts) =>
    facts.recipients().map((address) => {
      if (address === null) return 'unknown';
      return patterns.some((pattern) => isLike(pattern, address)) ? 'true' : 'false';
    }),
  observe: (_patterns, facts) =>
    facts
      .recipients()
      .map((address) => (address === null ? 'unknown recipient' : `${address.local}@${address.domain}`)),
  emit: (patterns, context) => {
    const list = context.constant(`to_${patterns.join('_')}`, code`${context.use('recipientPatterns')}(${patterns})`);
    return code`${context.use('recipients')}(f, ${list})`;
  },
  region: (patterns, algebra, mode) => algebra.parsed('recipient', recipient, patterns, mode),
  describe: (patterns) => `recipient is ${orList(patterns)}`,
};

function recipientForm(pattern: string): { readonly form: string } | { readonly problem: string } {
  const at = pattern.lastIndexOf('@');
  if (at < 1) return { problem: 'it has no `@` with something before it' };
  const local = pattern.slice(0, at);
  if (local !== '*' && /[*?\s"@()<>,;:\\[\]]/.test(local)) {
    return { problem: '`*` stands for any whole part before the `@`' };
  }
  const domain = hostPatternForm(pattern.slice(at + 1));
  if ('problem' in domain) return { problem: `of its domain, ${domain.problem}` };
  if (/[/:]|^[\d.]+$/.test(domain.form)) return { problem: 'its domain is a name' };
  return { form: `${local}@${domain.form}` };
}

function isLike(pattern: string, { local, domain }: { readonly local: string; readonly domain: string }): boolean {
  const at = pattern.lastIndexOf('@');
  const [wantedLocal, wantedDomain] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const isLocal = wantedLocal === '*' || wantedLocal === local;
  return isLocal && (wantedDomain.startsWith('*.') ? domain.endsWith(wantedDomain.slice(1)) : domain === wantedDomain);
}
