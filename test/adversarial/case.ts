/**
 * What is to become of a line: forwarded as it came, forwarded as these bytes, answered with an error of this code,
 * denied or asked about by the policy, not forwarded for whichever reason, swallowed without an answer, or no line.
 */
export type Expected =
  | 'passes'
  | { readonly as: string }
  | number
  | 'denied'
  | 'asked'
  | 'stopped'
  | 'dropped'
  | 'blank';

/** One line as an attacker would send it, without its newline. */
export interface Case {
  readonly name: string;
  readonly line: Buffer;
  readonly expected: Expected;
}

/** The id of every case's request. */
export const ID = 'c';

export function of(name: string, line: string | Buffer, expected: Expected): Case {
  return { name, line: Buffer.from(line), expected };
}

/** A request's text. @param rest What stands behind the id, without the brace that ends it. */
export const request = (rest: string): string => `{"jsonrpc":"2.0","id":"${ID}",${rest}}`;

/** A `tools/call`. @param args The arguments' text. */
export const call = (tool: string, args: string): string =>
  request(`"method":"tools/call","params":{"name":${JSON.stringify(tool)},"arguments":${args}}`);

/** A call that reads a path. */
export const read = (path: string): string => call('read_file', JSON.stringify({ path }));

/** A call that writes to a path. */
export const write = (path: string): string => call('write_file', JSON.stringify({ path, content: 'x' }));

/** May be read under the policy; and may not. */
export const GOOD = '/data/a.txt';
export const BAD = '/etc/shadow';
export const PING = request('"method":"ping"');
