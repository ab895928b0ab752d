import { call, of, request } from './case.js';

const pay = (amount: string): string => call('transfer', `{"amount":${amount}}`);
const query = (sql: string): string => call('query', `{"sql":${sql}}`);
const noted = (number: string): string =>
  call('write_file', `{"path":"/data/staging/a","content":"x","mode":${number}}`);

/** Amounts and texts of the wrong type or in another spelling, and numbers that must arrive as they were spelled. */
export const values = [
  ...['1', '0', '100', '99.99', '1e2', '1E+2', '100.0', '0.1e3', '-0', '"100"', '"0.5"', '[1,2,100]', '1e-400'].map(
    (amount) => of(`amount ${amount}`, pay(amount), 'passes'),
  ),
  ...[
    '-1',
    '101',
    '100.01',
    '1e3',
    '1e308',
    '10001e-2',
    '"101"',
    '[1,200]',
    '[[1],[200]]',
    '9007199254740993',
    '123456789012345678901234567890',
  ].map((amount) => of(`amount ${amount}`, pay(amount), 'denied')),
  ...[
    'null',
    'true',
    'false',
    '{}',
    '[]',
    '{"amount":1}',
    '1e400',
    '-1e400',
    '"1e1"',
    '"1,000"',
    '"NaN"',
    '"Infinity"',
    '" 1"',
    '"1 "',
    '"+1"',
    '"0x10"',
    '"１"',
    '"١"',
    '""',
    '".5"',
    '"1."',
    '[1,null]',
    '[1,"x"]',
    '[1,{}]',
  ].map((amount) => of(`amount ${amount}`, pay(amount), 'denied')),
  of('no amount', call('transfer', '{}'), 'denied'),
  of('an amount under another name', call('transfer', '{"total":1}'), 'denied'),
  of('an amount by its prototype', call('transfer', '{"constructor":{"amount":1}}'), 'denied'),
  ...['"select 1"', '"SELECT 1"', '"select\\n1"', '"x select y"', '["select","1"]'].map((sql) =>
    of(`text ${sql}`, query(sql), 'passes'),
  ),
  ...[
    '"select 1; drop table x"',
    '"select 1; DROP   TABLE x"',
    '"select 1; drop\\u0020table x"',
    '"select 1; drop\\n\\ttable x"',
    '"select 1; drop\u00a0table x"',
    '"select 1; drop\u2003table x"',
    '"select 1; dr\\u006fp table x"',
    '["select 1;","drop","table"]',
    '"update x"',
    '""',
    'null',
    '1',
    'true',
    '{}',
    '[]',
    '{"select":1}',
    '["select",null]',
  ].map((sql) => of(`text ${sql}`, query(sql), 'denied')),
  of('a separator within the text', query('"select 1; drop\u2028table x"'), 'denied'),
  of('no text', call('query', '{}'), 'denied'),
  // Judged by no rule, and still not to be re-spelled.
  ...[
    '9007199254740993',
    '-9007199254740993',
    '1.0',
    '1.10',
    '1e5',
    '1E5',
    '1e+5',
    '-0',
    '-0.0',
    '0.1e-7',
    '1e400',
    '1e-400',
    '123456789012345678901234567890',
    '0.30000000000000004',
    '3.141592653589793238462643383279',
    '1.7976931348623159e308',
    '5e-325',
    '100e-2',
  ].map((number) => of(`the number ${number} arrives`, noted(number), 'passes')),
  of('numbers in an array arrive', noted('[1.0,[2.50,3e0],{"a":-0}]'), 'passes'),
  of(
    'spaces and escapes arrive',
    call('write_file', '{ "path" : "\\/data\\/staging\\/\\u0061" ,\t"content" : "\\u00e9\\/" }'),
    'passes',
  ),
];

/** What the revisions of the protocol have beside plain calls. */
export const revisions = [
  of('2024-11-05: ping', request('"method":"ping"'), 'passes'),
  of(
    '2025-06-18: structured elicitation in _meta',
    request('"method":"prompts/get","params":{"name":"x","_meta":{"progressToken":"t"}}'),
    'passes',
  ),
  of(
    '2025-11-25: a call as a task',
    request('"method":"tools/call","params":{"name":"read_file","arguments":{"path":"/data/a"},"task":{"ttl":60000}}'),
    'passes',
  ),
  of(
    '2025-11-25: a denied call as a task',
    request(
      '"method":"tools/call","params":{"name":"delete_file","arguments":{"path":"/data/a"},"task":{"ttl":60000}}',
    ),
    'denied',
  ),
  ...['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list'].map((method) =>
    of(`2025-11-25: ${method}`, request(`"method":"${method}","params":{"taskId":"t"}`), 'passes'),
  ),
  of(
    '2026-07-28: server/discover',
    request('"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}'),
    'passes',
  ),
  of(
    '2026-07-28: a call in its envelope',
    request(
      '"method":"tools/call","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"}},"name":"read_file","arguments":{"path":"/data/a"}}',
    ),
    'passes',
  ),
  of(
    '2026-07-28: a retry with what was asked',
    request(
      '"method":"tools/call","params":{"name":"read_file","arguments":{"path":"/data/a"},"inputResponses":{"q":{"action":"accept"}},"requestState":"of the server"}',
    ),
    'passes',
  ),
  of(
    '2026-07-28: a retry is judged afresh',
    request(
      '"method":"tools/call","params":{"name":"delete_file","arguments":{"path":"/data/a"},"inputResponses":{"q":{"action":"accept"}},"requestState":"of the server"}',
    ),
    'denied',
  ),
];
