import { parseSelector } from '../text/selector.js';
import { membersOf } from '../wire/members.js';

const MASK = '"[redacted]"';

/** Masks arguments in messages that are to be stored. @internal */
export class Redactor {
  private readonly paths: readonly (readonly string[])[];

  /** @param selectors Names of arguments, or JSON Pointers (RFC 6901) into them in which `*` stands for every member. */
  constructor(selectors: readonly string[]) {
    this.paths = selectors.map((selector) => parseSelector(selector).tokens);
  }

  /** A message, or a batch of them, without what was selected. @param text JSON that `parseStrict` accepted. */
  message(text: string): string {
    if (/^[ \t]*\[/.test(text)) return replaced(text, ['*'], (element) => this.one(element));
    return this.one(text);
  }

  /** Arguments without what was selected. @param text Their JSON. */
  arguments(text: string): string {
    return this.paths.reduce((masked, path) => replaced(masked, path, () => MASK), text);
  }

  /** Arguments stand in `params.arguments` of calls and prompts; other methods have their own parameters. */
  private one(text: string): string {
    const masked = replaced(text, ['params', 'arguments'], (args) => this.arguments(args));
    const method = membersOf(text).find(([key]) => key === 'method')?.[1];
    if (method !== undefined && JSON.parse(method) === 'tools/call') return masked;
    return replaced(masked, ['params'], (params) => this.arguments(params));
  }
}

/** The text with what lies at a path made into something else. */
function replaced(text: string, [token, ...rest]: readonly string[], change: (value: string) => string): string {
  if (token === undefined) return change(text);
  const isArray = /^[ \t]*\[/.test(text);
  if (!isArray && !/^[ \t]*\{/.test(text)) return text;
  let result = '';
  let end = 0;
  for (const [i, [key, value, at]] of membersOf(text).entries()) {
    if (token !== '*' && token !== (isArray ? String(i) : key)) continue;
    result += text.slice(end, at) + replaced(value, rest, change);
    end = at + value.length;
  }
  return result + text.slice(end);
}
