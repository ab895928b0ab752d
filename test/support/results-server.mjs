// An MCP server whose answers a test scripts: the argument `answer` of a call is its result, `error` its error, `hang` keeps it
// open until `release` is called with the name that `hang` gave. RECORD: where it keeps what it was sent.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const hanging = new Map();
const done = { content: [{ type: 'text', text: 'done' }] };

createInterface({ input: process.stdin }).on('line', (line) => {
  if (process.env.RECORD) appendFileSync(process.env.RECORD, `${line}\n`);
  for (const message of [JSON.parse(line)].flat()) handle(message);
});

function handle({ id, method, params }) {
  if (id === undefined || method === undefined) return;
  const args = params?.arguments ?? {};
  if (method === 'tools/call' && params.name === 'release') {
    const waiting = hanging.get(args.name) ?? [];
    hanging.delete(args.name);
    for (const one of waiting) send({ id: one, result: args.answer ?? done });
  } else if (args.hang !== undefined) {
    hanging.set(args.hang, [...(hanging.get(args.hang) ?? []), id]);
    return;
  }
  if (params?.name === 'exit') process.exit(0);
  if (args.error) send({ id, error: { code: 1, message: 'no' } });
  else if (method === 'initialize') {
    const serverInfo = { name: 'results', version: '1' };
    send({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === 'tasks/result') send({ id, result: { ...done, ...params.answer } });
  else send({ id, result: params?.retried ?? args.answer ?? done });
}
