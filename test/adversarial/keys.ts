import { BAD, call, GOOD, of, request } from './case.js';

const quote = (text: string): string => JSON.stringify(text);
const escapes = (text: string, upper = false): string =>
  [...text]
    .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')[upper ? 'toUpperCase' : 'toLowerCase']()}`)
    .join('');
const firstEscaped = (text: string): string => escapes(text[0] as string) + text.slice(1);

/** Spellings of one key that are the same key to JSON. */
const SAME: readonly (readonly [string, (key: string) => string])[] = [
  ['as it is', (key) => key],
  ['with an escape', firstEscaped],
  ['all in escapes', (key) => escapes(key)],
  ['all in escapes of capital digits', (key) => escapes(key, true)],
];
/** Spellings that only a reader that ignores case takes for the same. */
const ALIKE: readonly (readonly [string, (key: string) => string])[] = [
  ['in capitals', (key) => key.toUpperCase()],
  ['with a capital', (key) => key[0]?.toUpperCase() + key.slice(1)],
  ['with a capital in an escape', (key) => escapes(key[0]?.toUpperCase() as string) + key.slice(1)],
  ['with its last letter a capital', (key) => key.slice(0, -1) + key.at(-1)?.toUpperCase()],
];
const envelope = (members: string): string => `{${members}}`;
const base: Record<string, string> = {
  jsonrpc: '"2.0"',
  id: '"c"',
  method: '"tools/call"',
  params: `{"name":"read_file","arguments":{"path":"${GOOD}"}}`,
};
/** Another value that would do harm, were it the one that counts. */
const harm: Record<string, string> = {
  jsonrpc: '"1.0"',
  id: '"d"',
  method: '"ping"',
  params: `{"name":"delete_file","arguments":{"path":"${BAD}"}}`,
};
const members = (object: Record<string, string>): string =>
  Object.entries(object)
    .map(([key, text]) => `"${key}":${text}`)
    .join(',');

/** One key given twice, at every place and in every spelling. */
export const keys = [
  ...Object.keys(base).flatMap((key) => [
    ...SAME.map(([how, spell]) =>
      of(`${key} twice, ${how}`, envelope(`${members(base)},"${spell(key)}":${harm[key]}`), -32600),
    ),
    of(`${key} twice, the harm first`, envelope(`"${key}":${harm[key]},${members(base)}`), -32600),
    ...ALIKE.map(([how, spell]) =>
      of(`${key} also ${how}`, envelope(`${members(base)},"${spell(key)}":${harm[key]}`), -32600),
    ),
  ]),
  ...['name', 'arguments'].flatMap((key) => {
    const good: Record<string, string> = { name: '"read_file"', arguments: `{"path":"${GOOD}"}` };
    const bad = key === 'name' ? '"delete_file"' : `{"path":"${BAD}"}`;
    const params = (extra: string) => request(`"method":"tools/call","params":{${members(good)},${extra}}`);
    return [
      ...SAME.map(([how, spell]) => of(`${key} twice in params, ${how}`, params(`"${spell(key)}":${bad}`), -32600)),
      ...ALIKE.map(([how, spell]) => of(`${key} in params also ${how}`, params(`"${spell(key)}":${bad}`), -32600)),
    ];
  }),
  ...SAME.map(([how, spell]) =>
    of(`path twice, ${how}`, call('read_file', `{"path":"${GOOD}","${spell('path')}":"${BAD}"}`), -32600),
  ),
  ...SAME.map(([how, spell]) =>
    of(
      `path twice, the harm first, ${how}`,
      call('read_file', `{"${spell('path')}":"${BAD}","path":"${GOOD}"}`),
      -32600,
    ),
  ),
  ...ALIKE.map(([how, spell]) =>
    of(`path also ${how}`, call('read_file', `{"path":"${GOOD}","${spell('path')}":"${BAD}"}`), -32600),
  ),
  of('path also with a K of Kelvin', call('read_file', `{"k_path":"${GOOD}","\u212a_path":"${BAD}"}`), -32600),
  of('dest also with a long s', call('write_file', '{"dest":"/data/staging/a","de\u017ft":"/etc/x"}'), -32600),
  of('the same with an escape', call('write_file', '{"dest":"/data/staging/a","de\\u017ft":"/etc/x"}'), -32600),
  of('params with a long s', `{${members(base)},"param\u017f":${harm['params']}}`, -32600),
  of(
    'a case that nothing selects',
    call('write_file', '{"path":"/data/staging/a","content":"x","Content":"y"}'),
    'passes',
  ),
  of('a selected amount in two cases', call('transfer', '{"amount":1,"Amount":1000}'), -32600),
  of('a selected text in two cases', call('query', '{"sql":"select 1","SQL":"drop table x"}'), -32600),
  of(
    'a key twice deep in the arguments',
    call('write_file', '{"path":"/data/staging/a","content":"x","meta":[{"a":{"b":1,"b":2}}]}'),
    -32600,
  ),
  of('a key twice in an array of _meta', request('"method":"ping","params":{"_meta":{"x":[{"a":1,"a":1}]}}'), -32600),
  of('a key twice with equal values', call('read_file', `{"path":"${GOOD}","path":"${GOOD}"}`), -32600),
  of('the empty key twice', request('"method":"ping","params":{"_meta":{"":1,"":2}}'), -32600),
  of('the empty key once', request('"method":"ping","params":{"_meta":{"":1}}'), 'passes'),
  of(
    'the same key in different objects',
    request('"method":"ping","params":{"_meta":{"a":{"b":1},"c":{"b":1}}}'),
    'passes',
  ),
  of('keys that differ by composition', request('"method":"ping","params":{"_meta":{"é":1,"e\u0301":2}}'), 'passes'),
  of(
    'a key twice as emoji and escapes',
    request('"method":"ping","params":{"_meta":{"😀":1,"\\ud83d\\ude00":2}}'),
    -32600,
  ),
  ...['jsonrpc', 'id', 'method', 'params'].map((key) =>
    of(
      `${key} only in capitals`,
      `{${members(Object.fromEntries(Object.entries(base).map(([k, text]) => [k === key ? k.toUpperCase() : k, text])))}}`,
      -32600,
    ),
  ),
  ...['name', 'arguments', 'uri', 'requestState'].map((key) =>
    of(
      `${key} only in capitals in params`,
      request(
        `"method":"tools/call","params":{"name":"read_file","arguments":{"path":"${GOOD}"},"${key.toUpperCase()}":"x"}`,
      ),
      -32600,
    ),
  ),
  of('a NUL in a key', call('read_file', `{"path":"${GOOD}","path\\u0000":"${BAD}"}`), -32600),
  of('half a pair in a key', call('read_file', `{"path":"${GOOD}","path\\ud800":"${BAD}"}`), -32600),
  of('a low half in a key', request('"method":"ping","params":{"_meta":{"\\udc00":1}}'), -32600),
  ...[`"__proto__":{}`, `"__proto__":{"path":"${GOOD}"}`, `"\\u005f_proto__":1`, `"__prot\\u006f__":null`].flatMap(
    (text) => [
      of(`${text} in the arguments`, call('read_file', `{"path":"${GOOD}",${text}}`), -32600),
      of(`${text} in params`, request(`"method":"ping","params":{${text}}`), -32600),
      of(`${text} in the envelope`, request(`"method":"ping",${text}`), -32600),
      of(`${text} in an array`, request(`"method":"ping","params":{"a":[[{${text}}]]}`), -32600),
    ],
  ),
  ...[
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
    '__proto',
    'proto__',
    'toJSON',
    'length',
    'then',
  ].flatMap((name) => [
    of(`the argument ${name}`, call('read_file', `{"path":"${GOOD}",${quote(name)}:{"path":"${GOOD}"}}`), 'passes'),
    of(`the member ${name} of the envelope`, request(`"method":"ping",${quote(name)}:1`), 'passes'),
    of(`only the argument ${name}`, call('read_file', `{${quote(name)}:"${GOOD}"}`), 'denied'),
  ]),
];
