import { parse } from '@marcbachmann/cel-js';

const text = (word) => JSON.stringify(word);

/** CEL: one expression a rule, parsed once; denials are evaluated first. */
export function prepare(rules, tenant) {
  const compiled = rules.map(({ effect, prefix, tenant: of, most }) => {
    const parts = [`(path == ${text(prefix)} || path.startsWith(${text(`${prefix}/`)}))`];
    if (of !== undefined) parts.push(`tenant == ${text(of)}`);
    if (most !== undefined) parts.push(effect === 'deny' ? `amount > ${most}.0` : `amount <= ${most}.0`);
    return { effect, holds: parse(parts.join(' && ')) };
  });
  const denials = compiled.filter(({ effect }) => effect === 'deny');
  const allows = compiled.filter(({ effect }) => effect === 'allow');
  return (args) => {
    const facts = { path: args.path, amount: args.amount, tenant };
    if (denials.some(({ holds }) => holds(facts))) return 'deny';
    return allows.some(({ holds }) => holds(facts)) ? 'allow' : 'deny';
  };
}
