/** A context as it is typed: `key=value`, a value with spaces or commas in double quotes. */
export function contextText(context: Readonly<Record<string, string>>): string {
  return Object.entries(context)
    .map(([key, value]) => `${key}=${/[\s,"]/.test(value) ? JSON.stringify(value) : value}`)
    .join(' ');
}
