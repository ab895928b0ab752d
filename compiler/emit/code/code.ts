import { asciiEscaped } from '../../../runtime/text/unit-escape.js';

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

/** So many items of a literal a type checker takes at once. */
const MAX_ITEMS = 500;

/** Must a list be put together of several? */
code.isLong = (items: readonly Code[]): boolean => items.length > MAX_ITEMS;

/**
 * A list of many items, one a line. Very long ones are put together of several, each with the type of its items: the union
 * of what they all are would be too large for TypeScript.
 *
 * @param type undefined: without types.
 */
code.list = (items: readonly Code[], indent: string, type: string | undefined): Code => {
  const lines = (some: readonly Code[]) => some.map(({ text }) => `\n${indent}${text}`).join('');
  const end = `\n${indent.slice(2)}`;
  if (!code.isLong(items)) return new Code(`[${lines(items)}${items.length > 0 ? end : ''}]`);
  const parts: string[] = [];
  for (let at = 0; at < items.length; at += MAX_ITEMS) {
    const part = `[${lines(items.slice(at, at + MAX_ITEMS))}${end}]`;
    parts.push(type === undefined ? `...${part}` : `...(${part} as readonly ${type}[])`);
  }
  return new Code(`[${parts.join(', ')}]`);
};

/** @throws where the word is not a plain ASCII identifier. */
code.identifier = (word: string): Code => {
  if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(word)) throw new Error(`not an identifier: ${JSON.stringify(word)}`);
  return new Code(word);
};

/** A comment's text can't end the comment, nor start a line of its own. */
code.comment = (text: string): Code => new Code(asciiEscaped(text).replaceAll('*/', '*\\/'));

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
  // What a reviewer reads is what runs.
  return `'${asciiEscaped(inner).replaceAll('</', '<\\/')}'`;
}
