/** Rules, marks and limits by name, as a sentence lists them; more than a few are counted. */
export function listed(rules: readonly { readonly id: string }[]): string {
  const names = rules.slice(0, MAX_NAMED).map(({ id }) => `\`${id}\``);
  const more = rules.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more`;
  const last = names.pop() ?? '';
  return names.length > 0 ? `${names.join(', ')} and ${last}` : last;
}

const MAX_NAMED = 4;
