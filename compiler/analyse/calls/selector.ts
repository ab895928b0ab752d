/** The steps of a selector: one name, or those of a JSON Pointer (RFC 6901). */
export function tokensOf(selector: string): string[] {
  const path = selector.replace(/\?$/, '');
  if (!path.startsWith('/')) return [path];
  return path
    .slice(1)
    .split('/')
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
}

/** Arguments that have these values where the selectors lead. */
export function argumentsWith(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const [selector, value] of Object.entries(values)) setAt(args, tokensOf(selector), value);
  return args;
}

/** Puts a value where the steps lead; `*` becomes the first element of an array. */
export function setAt(target: Record<string, unknown>, tokens: readonly string[], value: unknown): void {
  const [token, ...rest] = tokens as [string, ...string[]];
  const define = (key: string, member: unknown) =>
    Object.defineProperty(target, key, { value: member, enumerable: true, configurable: true, writable: true });
  if (rest.length === 0) {
    define(token, value);
    return;
  }
  const isList = rest[0] === '*' || /^\d+$/.test(rest[0] as string);
  const known = Object.hasOwn(target, token) ? target[token] : undefined;
  const inner = known !== null && typeof known === 'object' ? known : isList ? [] : {};
  const next = rest.map((one, i) => (i === 0 && one === '*' && Array.isArray(inner) ? '0' : one));
  setAt(inner as Record<string, unknown>, next, value);
  define(token, inner);
}
