/**
 * Source text that is known to be code. Whatever else is put into a `code` template is quoted, so that no text of a
 * policy can become code.
 */
export class Code {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** A template whose values are data, unless they are Code themselves. */
export function code(strings: TemplateStringsArray, ...values: readonly unknown[]): Code {
  return new Code(strings.reduce((text, part, i) => text + source(values[i - 1]) + part));
}

code.join = (parts: readonly Code[], separator: string): Code =>
  new Code(parts.map(({ text }) => text).join(separator));

/** @throws where the word is not a plain ASCII identifier. */
code.identifier = (word: string): Code => {
  if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(word)) throw new Error(`not an identifier: ${JSON.stringify(word)}`);
  return new Code(word);
};

/** A comment's text can't end the comment, nor start a line of its own. */
code.comment = (text: string): Code => new Code(escapeLines(text).replaceAll('*/', '*\\/'));

function source(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return `[${value.map(source).join(', ')}]`;
  if (typeof value === 'string') return quote(value);
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return members.length === 0
      ? '{}'
      : `{ ${members.map(([key, member]) => `${property(key)}: ${source(member)}`).join(', ')} }`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`no literal for ${value}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** `__proto__: x` in a literal sets the prototype; computed, it is a plain member. */
function property(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : quote(key);
}

function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escapeLines(inner).replaceAll('</', '<\\/')}'`;
}

/** Everything beyond printable ASCII is escaped: what a reviewer reads is what runs. */
function escapeLines(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
