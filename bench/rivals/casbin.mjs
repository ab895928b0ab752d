import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';

const MODEL = `
[request_definition]
r = path, tenant, amount
[policy_definition]
p = prefix, tenant, low, high, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = under(r.path, p.prefix) && (p.tenant == "*" || p.tenant == r.tenant) && within(r.amount, p.low, p.high)
`;

/** casbin: one policy line a rule. */
export async function prepare(rules, tenant) {
  const lines = rules.map(({ effect, prefix, tenant: of = '*', most }) => {
    const [low, high] = most === undefined ? ['-', '-'] : effect === 'deny' ? [most, '-'] : ['-', most];
    return `p, ${prefix}, ${of}, ${low}, ${high}, ${effect}`;
  });
  const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(lines.join('\n')));
  await enforcer.addFunction('under', (path, prefix) => path === prefix || path.startsWith(`${prefix}/`));
  await enforcer.addFunction(
    'within',
    (amount, low, high) => (low === '-' || amount > Number(low)) && (high === '-' || amount <= Number(high)),
  );
  return (args) => (enforcer.enforceSync(args.path, tenant, args.amount) ? 'allow' : 'deny');
}
