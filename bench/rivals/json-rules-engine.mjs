import { Engine } from 'json-rules-engine';

/** json-rules-engine: one rule a rule; it answers by a promise. */
export function prepare(rules, tenant) {
  const engine = new Engine([], { allowUndefinedFacts: false });
  engine.addOperator('under', (path, prefix) => path === prefix || path.startsWith(`${prefix}/`));
  for (const { effect, prefix, tenant: of, most } of rules) {
    const all = [{ fact: 'path', operator: 'under', value: prefix }];
    if (of !== undefined) all.push({ fact: 'tenant', operator: 'equal', value: of });
    if (most !== undefined)
      all.push({ fact: 'amount', operator: effect === 'deny' ? 'greaterThan' : 'lessThanInclusive', value: most });
    engine.addRule({ conditions: { all }, event: { type: effect } });
  }
  return async (args) => {
    const { events } = await engine.run({ path: args.path, amount: args.amount, tenant });
    if (events.some(({ type }) => type === 'deny')) return 'deny';
    return events.length > 0 ? 'allow' : 'deny';
  };
}
