/**
 * JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 units, no white space, strings and numbers as
 * ECMAScript writes them. For values made of JSON only.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const object = value as Record<string, unknown>;
    const members: string[] = [];
    for (const key of Object.keys(object).sort()) {
      if (object[key] !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(object[key])}`);
    }
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
