/** A call as some server would read it. */
export interface Reading {
  readonly method: string;
  readonly params: unknown;
}

/** A server's way of finding calls in the bytes that it was sent. */
export type Reader = (bytes: Buffer) => Reading[];

/** JSON as members in order, so that a reader can choose among keys given twice. */
type Members = readonly (readonly [string, Node])[];
type Node = { readonly members: Members } | { readonly elements: readonly Node[] } | { readonly scalar: unknown };

/** A parser of its own: lenient, keeps every member, and knows nothing of the gateway's. */
function parse(text: string): Node | undefined {
  let at = 0;
  const space = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const value = (): Node => {
    space();
    if (text[at] === '{') {
      const members: [string, Node][] = [];
      for (at++, space(); text[at] !== '}'; space()) {
        if (text[at] === ',') at++;
        space();
        if (text[at] === '}') break;
        const key = string();
        space();
        if (text[at++] !== ':') throw new SyntaxError('colon');
        members.push([key, value()]);
      }
      at++;
      return { members };
    }
    if (text[at] === '[') {
      const elements: Node[] = [];
      for (at++, space(); text[at] !== ']'; space()) {
        if (text[at] === ',') at++;
        else elements.push(value());
        if (at > text.length) throw new SyntaxError('end');
      }
      at++;
      return { elements };
    }
    if (text[at] === '"') return { scalar: string() };
    const word = /^[^\s,\]}]+/.exec(text.slice(at, at + 5000))?.[0];
    if (word === undefined) throw new SyntaxError('value');
    at += word.length;
    return { scalar: word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : Number(word) };
  };
  const string = (): string => {
    const from = at;
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length) throw new SyntaxError('string');
      if (text[at] === '\\') at++;
    }
    at++;
    // Controls that strict readers refuse are read by lenient ones.
    return JSON.parse(
      text.slice(from, at).replace(/[\x00-\x1f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ) as string;
  };
  try {
    const node = value();
    return node;
  } catch {
    return undefined;
  }
}

function plain(node: Node, choose: (members: Members) => Members): unknown {
  if ('scalar' in node) return node.scalar;
  if ('elements' in node) return node.elements.map((element) => plain(element, choose));
  return Object.fromEntries(choose(node.members).map(([key, value]) => [key, plain(value, choose)]));
}

const firstWins = (members: Members): Members => {
  const seen = new Set<string>();
  return members.filter(([key]) => !seen.has(key) && seen.add(key));
};
const folded = (members: Members) =>
  members.map(([key, value]) => [PROTOCOL.get(key.toLowerCase()) ?? key.toLowerCase(), value] as const);
const PROTOCOL = new Map(['jsonrpc', 'id', 'method', 'params', 'name', 'arguments', 'uri'].map((key) => [key, key]));

function readings(value: unknown): Reading[] {
  if (Array.isArray(value)) return value.flatMap(readings);
  if (value === null || typeof value !== 'object') return [];
  const { method, params } = value as Record<string, unknown>;
  return typeof method === 'string' ? [{ method, params }] : [];
}

const lines = (bytes: Buffer, separator: RegExp): string[] => bytes.toString('utf8').split(separator);
const read = (texts: readonly string[], choose = (members: Members) => members): Reading[] =>
  texts.flatMap((text) => {
    const node = parse(text);
    return node ? readings(plain(node, choose)) : [];
  });

/** Readers that differ where servers in different languages do. */
export const READERS: Readonly<Record<string, Reader>> = {
  'JSON.parse': (bytes) =>
    lines(bytes, /\n/).flatMap((line) => {
      try {
        return readings(JSON.parse(line));
      } catch {
        return [];
      }
    }),
  'the first key wins': (bytes) => read(lines(bytes, /\n/), firstWins),
  'the last key wins': (bytes) => read(lines(bytes, /\n/)),
  'case does not matter, the last wins': (bytes) => read(lines(bytes, /\n/), folded),
  'case does not matter, the first wins': (bytes) => read(lines(bytes, /\n/), (members) => firstWins(folded(members))),
  'every separator of Unicode ends a line': (bytes) => read(lines(bytes, /[\n\r\u2028\u2029\u0085\v\f\x1c-\x1e]/)),
  'a carriage return ends a line': (bytes) => read(lines(bytes, /[\r\n]/)),
  'a NUL ends everything': (bytes) => read(lines(bytes, /\n/).map((line) => line.split('\0')[0] as string)),
  'names end at a NUL': (bytes) =>
    read(lines(bytes, /\n/), (members) =>
      members.map(
        ([key, value]) =>
          [
            key.split('\0')[0] as string,
            'scalar' in value && typeof value.scalar === 'string' ? { scalar: value.scalar.split('\0')[0] } : value,
          ] as const,
      ),
    ),
  'Latin-1': (bytes) => read(bytes.toString('latin1').split('\n')),
  'several messages in a line': (bytes) =>
    read(lines(bytes, /\n/).flatMap((line) => line.split(/(?<=\})(?=\s*\{"jsonrpc")/))),
  'methods and tools are trimmed, folded and normalised': (bytes) =>
    read(lines(bytes, /\n/)).map(({ method, params }) => ({ method: tidy(method), params: withTidyName(params) })),
};

const tidy = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s\p{C}]/gu, '')
    .toLowerCase();

function withTidyName(params: unknown): unknown {
  const { name } = (params ?? {}) as { name?: unknown };
  return typeof name === 'string' ? { ...(params as object), name: tidy(name) } : params;
}
