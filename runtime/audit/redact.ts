import { parseSelector } from '../text/selector.js';
import { membersOf, replacedAt } from '../wire/members.js';

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
    if (/^[ \t]*\[/.test(text)) return replacedAt(text, ['*'], (element) => this.one(element));
    return this.one(text);
  }

  /** Arguments without what was selected. @param text Their JSON. */
  arguments(text: string): string {
    return this.paths.reduce((masked, path) => replacedAt(masked, path, () => MASK), text);
  }

  /** Arguments stand in `params.arguments` of calls and prompts; other methods have their own parameters. */
  private one(text: string): string {
    const masked = replacedAt(text, ['params', 'arguments'], (args) => this.arguments(args));
    const method = membersOf(text).find(([key]) => key === 'method')?.[1];
    if (method !== undefined && JSON.parse(method) === 'tools/call') return masked;
    return replacedAt(masked, ['params'], (params) => this.arguments(params));
  }
}
