import { createMongoAbility, subject } from '@casl/ability';

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** CASL: rules with conditions; the last that matches decides, so denials come last. */
export function prepare(rules, tenant) {
  const raw = rules.map(({ effect, prefix, tenant: of, most }) => ({
    action: 'write',
    subject: 'File',
    inverted: effect === 'deny',
    conditions: {
      path: { $regex: new RegExp(`^${escaped(prefix)}(?:/|$)`) },
      ...(of !== undefined && { tenant: of }),
      ...(most !== undefined && { amount: effect === 'deny' ? { $gt: most } : { $lte: most } }),
    },
  }));
  const ability = createMongoAbility([...raw.filter((rule) => !rule.inverted), ...raw.filter((rule) => rule.inverted)]);
  return (args) =>
    ability.can('write', subject('File', { path: args.path, amount: args.amount, tenant })) ? 'allow' : 'deny';
}
