import { BAD, call, GOOD, of, request } from './case.js';

const named = (text: string, args = `{"path":"${BAD}"}`): string =>
  request(`"method":"tools/call","params":{"name":${text},"arguments":${args}}`);

/** Names that a server may take for those of other tools. */
export const identity = [
  ...['delete_file', 'remove_file', 'run_command', 'bash', 'delete_directory'].flatMap((tool) =>
    [
      ['as it is', JSON.stringify(tool)],
      ['in escapes', `"${[...tool].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`],
      ['in capitals', JSON.stringify(tool.toUpperCase())],
      ['with a space behind', JSON.stringify(`${tool} `)],
      ['with a space before', JSON.stringify(` ${tool}`)],
      ['with a newline', JSON.stringify(`${tool}\n`)],
      [
        'in full width',
        JSON.stringify(
          [...tool].map((c) => (c === '_' ? '\uff3f' : String.fromCodePoint(c.charCodeAt(0) + 0xfee0))).join(''),
        ),
      ],
    ].map(([how, text]) => of(`${tool} ${how}`, named(text as string), 'denied')),
  ),
  of('a NUL behind the name', named('"read_file\\u0000"', `{"path":"${GOOD}"}`), -32600),
  of('a NUL in the name', named('"read_file\\u0000delete_file"', `{"path":"${GOOD}"}`), -32600),
  of('half a pair in the name', named('"read_file\\ud800"', `{"path":"${GOOD}"}`), -32600),
  of('a tool that nobody mapped', named('"no_such_tool"'), 'denied'),
  of('a tool of another name space', named('"fs.delete_file"'), 'denied'),
  of('a tool with a prefix', named('"server__read_file"', `{"path":"${GOOD}"}`), 'denied'),
  of('an empty name', named('""'), 'denied'),
  of('a name of a million letters', named(`"${'read_file'.repeat(100_000)}"`), 'denied'),
  of('a Cyrillic letter in the name', named('"re\u0430d_file"', `{"path":"${GOOD}"}`), 'denied'),
  of('a zero width space in the name', named('"read\u200b_file"', `{"path":"${GOOD}"}`), 'denied'),
  of('a name that is a path', named('"../delete_file"'), 'denied'),
  of('a name with a quote', named('"read_file\\",\\"x"', `{"path":"${GOOD}"}`), 'denied'),
  of('a name with escape codes of a terminal', named('"\\u001b[2Jread_file"', `{"path":"${GOOD}"}`), 'denied'),
  of('a name with an override of direction', named('"\u202eelif_daer"', `{"path":"${GOOD}"}`), 'denied'),
  of('a permitted tool in capitals, permitted both ways', named('"READ_FILE"', `{"path":"${GOOD}"}`), 'stopped'),
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineSetter__',
    'isPrototypeOf',
    'then',
    'length',
    'name',
    'caller',
    'apply',
    'bind',
    'call',
    'undefined',
    'null',
    'NaN',
  ].map((tool) => of(`the tool ${tool}`, call(tool, `{"path":"${GOOD}"}`), 'denied')),
  // Types of what names a call.
  ...['null', '1', 'true', '[]', '{}', '["read_file"]', '{"toString":"read_file"}'].map((text) =>
    of(`name ${text}`, named(text, `{"path":"${GOOD}"}`), -32602),
  ),
  of('no name', request(`"method":"tools/call","params":{"arguments":{"path":"${GOOD}"}}`), -32602),
  ...['null', '[]', '"x"', '1', 'true', '[{"name":"read_file"}]'].map((text) =>
    of(`params ${text}`, request(`"method":"tools/call","params":${text}`), -32602),
  ),
  of('no params', request('"method":"tools/call"'), -32602),
  ...['null', '[]', '["/data/a"]', '"x"', '1', 'true', '"{\\"path\\":\\"/data/a\\"}"'].map((text) =>
    of(`arguments ${text}`, named('"read_file"', text), -32602),
  ),
  of('no arguments', request('"method":"tools/call","params":{"name":"read_file"}'), 'denied'),
  of('empty arguments', call('read_file', '{}'), 'denied'),
  of(
    'arguments under another name',
    request(`"method":"tools/call","params":{"name":"read_file","args":{"path":"${GOOD}"}}`),
    'denied',
  ),
  of(
    'arguments beside others',
    request(
      `"method":"tools/call","params":{"name":"read_file","arguments":{"path":"${GOOD}"},"args":{"path":"${BAD}"}}`,
    ),
    'passes',
  ),
  of(
    'arguments in the envelope',
    `{"jsonrpc":"2.0","id":"c","method":"tools/call","arguments":{"path":"${GOOD}"},"params":{"name":"read_file"}}`,
    'denied',
  ),
];
