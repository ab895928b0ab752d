import { call, GOOD, of, PING, read, request } from './case.js';

const utf8 = (text: string): Buffer => Buffer.from(text);
const cut = (text: string, at: string, bytes: number[]): Buffer => {
  const i = text.indexOf(at);
  return Buffer.concat([utf8(text.slice(0, i)), Buffer.from(bytes), utf8(text.slice(i))]);
};
/** A second message that a careless splitter would find inside the first. */
const HIDDEN =
  '{"jsonrpc":"2.0","id":"h","method":"tools/call","params":{"name":"delete_file","arguments":{"path":"/"}}}';
const SEPARATORS: readonly (readonly [string, string])[] = [
  ['NEL', '\u0085'],
  ['LINE SEPARATOR', '\u2028'],
  ['PARAGRAPH SEPARATOR', '\u2029'],
  ['vertical tab', '\v'],
  ['form feed', '\f'],
  ['file separator', '\x1c'],
  ['group separator', '\x1d'],
  ['record separator', '\x1e'],
  ['no-break space', '\u00a0'],
  ['ideographic space', '\u3000'],
  ['zero width space', '\u200b'],
  ['byte order mark', '\ufeff'],
];
const BREAKS = new Map([
  ['\u0085', '\\u0085'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
]);

/** Where lines end, and what else some reader takes for an end. */
export const framing = [
  of('one carriage return at the end', `${read(GOOD)}\r`, 'passes'),
  of('two carriage returns at the end', `${read(GOOD)}\r\r`, -32600),
  of('a carriage return before the message', `\r${read(GOOD)}`, -32600),
  of('a carriage return between tokens', read(GOOD).replace(',"method"', ',\r"method"'), -32600),
  of('a carriage return in a string', call('read_file', `{"path":"${GOOD}\r"}`), -32600),
  of('a message behind a carriage return', `${read(GOOD)}\r${HIDDEN}`, -32600),
  of(
    'a message behind a carriage return in a string',
    call('read_file', `{"path":"${GOOD}\r${HIDDEN.replaceAll('"', "'")}"}`),
    -32600,
  ),
  of(
    'an escaped carriage return in content',
    call('write_file', '{"path":"/data/staging/a","content":"a\\r\\nb"}'),
    'passes',
  ),
  of('two messages in a line', `${PING}${HIDDEN}`, -32700),
  of('two messages and a space', `${PING} ${HIDDEN}`, -32700),
  of('two messages and a comma', `${PING},${HIDDEN}`, -32700),
  of('a message and garbage', `${PING}x`, -32700),
  of('a message and a closing brace', `${PING}}`, -32700),
  of('garbage before a message', `x${PING}`, -32700),
  of('an LSP header', 'Content-Length: 52', -32700),
  of('an HTTP request line', 'POST /mcp HTTP/1.1', -32700),
  of('an event stream line', `data: ${PING}`, -32700),
  of('a record of RFC 7464', `\x1e${PING}`, -32700),
  of('nothing', '', 'blank'),
  of('a space', ' ', 'blank'),
  of('spaces and tabs', ' \t \t', 'blank'),
  of('a carriage return alone', '\r', 'blank'),
  of('spaces around a message', `  \t${PING}\t `, 'passes'),
  of(
    'spaces between tokens',
    read(GOOD).replaceAll(',', ' ,\t').replaceAll(':"', ' : "').replace('/data', '/data'),
    'passes',
  ),
  ...SEPARATORS.flatMap(([name, separator]) => {
    const inString = call('write_file', `{"path":"/data/staging/a","content":"a${separator}b"}`);
    const escaped = BREAKS.get(separator);
    return [
      of(`${name} between two messages`, `${PING}${separator}${HIDDEN}`, -32700),
      of(`${name} between tokens`, PING.replace(',"method"', `,${separator}"method"`), -32700),
      of(
        `${name} in a string`,
        inString,
        separator < ' ' ? -32700 : escaped ? { as: inString.replace(separator, escaped) } : 'passes',
      ),
      of(
        `a message behind ${name} in a string`,
        call(
          'write_file',
          `{"path":"/data/staging/a","content":"${separator}${HIDDEN.replaceAll('"', '\\"')}${separator}"}`,
        ),
        separator < ' '
          ? -32700
          : escaped
            ? {
                as: call(
                  'write_file',
                  `{"path":"/data/staging/a","content":"${escaped}${HIDDEN.replaceAll('"', '\\"')}${escaped}"}`,
                ),
              }
            : 'passes',
      ),
    ];
  }),
  of('LINE SEPARATOR in a key', call('write_file', '{"path":"/data/staging/a","con\u2028tent":"x"}'), {
    as: call('write_file', '{"path":"/data/staging/a","con\\u2028tent":"x"}'),
  }),
  of(
    'a backslash before LINE SEPARATOR',
    call('write_file', '{"path":"/data/staging/a","content":"\\\u2028"}'),
    -32700,
  ),
  of('two backslashes before LINE SEPARATOR', call('write_file', '{"path":"/data/staging/a","content":"\\\\\u2028"}'), {
    as: call('write_file', '{"path":"/data/staging/a","content":"\\\\\\u2028"}'),
  }),
  of('a raw NUL between tokens', cut(PING, ',"method"', [0]), -32700),
  of('a raw NUL in a string', cut(read(GOOD), '/data', [0]), -32700),
  of('a raw NUL at the end', Buffer.concat([utf8(PING), Buffer.from([0])]), -32700),
  of('a message behind a raw NUL', Buffer.concat([utf8(PING), Buffer.from([0]), utf8(HIDDEN)]), -32700),
  of('only a NUL', Buffer.from([0]), -32700),
  of('an empty string as method', request('"method":""'), -32601),
];

const WRONG: readonly (readonly [string, number[]])[] = [
  ['a lone continuation byte', [0x80]],
  ['another lone continuation byte', [0xbf]],
  ['an overlong slash in two bytes', [0xc0, 0xaf]],
  ['an overlong NUL', [0xc0, 0x80]],
  ['an overlong letter', [0xc1, 0xa1]],
  ['an overlong slash in three bytes', [0xe0, 0x80, 0xaf]],
  ['an overlong quote in three bytes', [0xe0, 0x80, 0xa2]],
  ['an overlong slash in four bytes', [0xf0, 0x80, 0x80, 0xaf]],
  ['a high surrogate', [0xed, 0xa0, 0x80]],
  ['a low surrogate', [0xed, 0xbf, 0xbf]],
  ['a surrogate pair as CESU-8', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ['a five byte form', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['0xFE', [0xfe]],
  ['0xFF', [0xff]],
  ['a truncated two byte form', [0xc3]],
  ['a truncated three byte form', [0xe2, 0x82]],
  ['a truncated four byte form', [0xf0, 0x9f, 0x98]],
  ['é in Latin-1', [0xe9]],
];

/** Bytes that are no UTF-8, and encodings that are not UTF-8. */
export const encoding = [
  ...WRONG.flatMap(([name, bytes]) => [
    of(`${name} in a string`, cut(read(GOOD), '/data', bytes), -32700),
    of(`${name} behind the message`, Buffer.concat([utf8(PING), Buffer.from(bytes)]), -32700),
  ]),
  of('a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8(PING)]), -32700),
  of('a byte order mark and a space', Buffer.concat([utf8('\ufeff '), utf8(PING)]), -32700),
  of('UTF-16 with its mark', Buffer.from(`\ufeff${PING}`, 'utf16le'), -32700),
  of('UTF-16 without', Buffer.from(PING, 'utf16le'), -32700),
  of('UTF-7', PING.replace('ping', '+AHAAaQBuAGc-'), -32601),
  of('every plane', call('write_file', '{"path":"/data/staging/a","content":"é € 😀 \u{10ffff} \uffff"}'), 'passes'),
  of(
    'escapes of every plane',
    call('write_file', '{"path":"/data/staging/a","content":"\\u00e9 \\u20ac \\ud83d\\ude00"}'),
    'passes',
  ),
  of('half a pair in content', call('write_file', '{"path":"/data/staging/a","content":"\\ud83d"}'), 'passes'),
  of('a NUL in content', call('write_file', '{"path":"/data/staging/a","content":"\\u0000"}'), 'passes'),
];
