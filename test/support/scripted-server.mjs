// An MCP server that does what its tools are called after: it asks for roots, changes its list, writes lines without end.
// RECORD: where it keeps what it was sent.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
let description = 'as locked';
let asked = 0;
/** In the middle of a long line, what comes waits. */
let isWriting = false;
const later = [];

const TOOLS = {
  roots: (id) => {
    send({ id: `roots-${asked++}`, method: 'roots/list' });
    send({ id, result: {} });
  },
  change: (id, { announce } = {}) => {
    description = 'something else';
    if (announce) send({ method: 'notifications/tools/list_changed' });
    send({ id, result: {} });
  },
  /** A line of so many bytes, in pieces, with its id at the end. */
  long: (id, { bytes, start = '{"result":{"text":"', end = `"},"jsonrpc":"2.0","id":${JSON.stringify(id)}}\n` }) => {
    process.stdout.write(start);
    isWriting = true;
    let left = bytes;
    const more = () => {
      while (left > 0) {
        left -= 65_536;
        if (!process.stdout.write('x'.repeat(65_536))) return process.stdout.once('drain', more);
      }
      process.stdout.write(end);
      if (end === '') return;
      isWriting = false;
      for (const line of later.splice(0)) handle(line);
    };
    more();
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  if (process.env.RECORD) appendFileSync(process.env.RECORD, `${line}\n`);
  if (isWriting) later.push(line);
  else handle(line);
});

function handle(line) {
  const { id, method, params } = JSON.parse(line);
  if (method === 'tools/list') {
    if (params?.long) return TOOLS.long(id, params.long);
    const tools = ['write_file', 'read_file', 'roots', 'change', 'long'].map((name) => ({
      name,
      description: name === 'write_file' ? description : name,
      inputSchema: { type: 'object' },
    }));
    return send({ id, result: { tools } });
  }
  if (id === undefined || method === undefined) return;
  const tool = method === 'tools/call' && TOOLS[params.name];
  if (tool) tool(id, params.arguments);
  else send({ id, result: {} });
}
