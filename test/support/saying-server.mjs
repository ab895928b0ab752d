// An MCP server that says what it is told: each line of the argument `lines` (base64, so that the call itself says nothing),
// with $ID for the call's id.
import { createInterface } from 'node:readline';

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'tools/list') {
    const tool = { name: 'say', inputSchema: { type: 'object' }, outputSchema: OUTPUT };
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: { tools: [tool] } })}\n`);
  } else if (params?.arguments?.repeat !== undefined) {
    const text = params.arguments.unit.repeat(params.arguments.repeat);
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })}\n`);
  } else if (params?.arguments?.lines !== undefined) {
    for (const coded of params.arguments.lines) {
      process.stdout.write(
        Buffer.from(coded, 'base64').toString('latin1').replaceAll('$ID', JSON.stringify(id)),
        'latin1',
      );
      process.stdout.write('\n');
    }
  } else if (method === undefined && process.env.ANSWERS) process.stderr.write(`answered ${line}\n`);
  else if (id !== undefined && method !== undefined)
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n`);
});

const OUTPUT = {
  type: 'object',
  properties: { note: { type: 'string' }, card: { type: 'integer' }, kind: { enum: ['a', 'b'] } },
};
