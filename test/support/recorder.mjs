// A minimal MCP server that keeps every byte it is sent. RECORD: the file. Told by tool name: `exit` ends it with 7,
// `banner` prints a line that is no JSON, `hang` is answered only once `release` is called.
import { appendFileSync } from 'node:fs';

const TOOLS = ['read_file', 'write_file', 'delete_file', 'exit', 'banner', 'hang'].map((name) => ({
  name,
  inputSchema: { type: 'object' },
}));
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const hanging = [];

function answer({ id, method, params }) {
  const ok = (result) => ({ jsonrpc: '2.0', id, result });
  if (method === 'initialize') {
    const serverInfo = { name: 'recorder', version: '1' };
    return ok({ protocolVersion: params?.protocolVersion ?? '2025-11-25', capabilities: { tools: {} }, serverInfo });
  }
  if (method === 'tools/list') return ok({ tools: TOOLS });
  if (method !== 'tools/call') return ok({});
  if (params.name === 'exit') process.exit(7);
  if (params.name === 'banner') process.stdout.write('[info] not a message\n');
  if (params.name === 'hang') {
    hanging.push(id);
    return undefined;
  }
  if (params.name === 'release')
    for (const waiting of hanging.splice(0)) send({ jsonrpc: '2.0', id: waiting, result: {} });
  return ok({ content: [{ type: 'text', text: params.name }] });
}

let rest = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  if (process.env.RECORD) appendFileSync(process.env.RECORD, chunk);
  rest = Buffer.concat([rest, chunk]);
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    const value = JSON.parse(rest.subarray(0, end).toString());
    rest = rest.subarray(end + 1);
    const answers = [value]
      .flat()
      .filter(({ id, method }) => id !== undefined && method)
      .map(answer)
      .filter(Boolean);
    if (Array.isArray(value)) send(answers);
    else for (const message of answers) send(message);
  }
});
