import * as cedar from '@cedar-policy/cedar-wasm/nodejs';

const text = (word) => JSON.stringify(word);

/** Cedar: one policy a rule, parsed once; decided by the WebAssembly engine. */
export function prepare(rules, tenant) {
  const policies = rules.map(({ effect, prefix, tenant: of, most }) => {
    const when = [`(context.path == ${text(prefix)} || context.path like ${text(`${prefix}/*`)})`];
    if (of !== undefined) when.push(`context.tenant == ${text(of)}`);
    if (most !== undefined) when.push(effect === 'deny' ? `context.amount > ${most}` : `context.amount <= ${most}`);
    return `${effect === 'deny' ? 'forbid' : 'permit'}(principal, action, resource) when { ${when.join(' && ')} };`;
  });
  const id = `rules-${rules.length}`;
  const parsed = cedar.preparsePolicySet(id, { staticPolicies: policies.join('\n') });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed).slice(0, 300));
  const entity = (type) => ({ type, id: 'x' });
  return (args) => {
    const answer = cedar.statefulIsAuthorized({
      principal: entity('Agent'),
      action: entity('Action'),
      resource: entity('Tool'),
      context: { path: args.path, amount: args.amount, tenant },
      preparsedPolicySetId: id,
      preparsedSchemaName: null,
      validateRequest: false,
      entities: [],
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer).slice(0, 300));
    return answer.response.decision;
  };
}
