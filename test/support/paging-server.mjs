// A server that lists its tools in pages of two, and has another set of them after a read of /data/change.
import { createInterface } from 'node:readline';

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const tool = (name) => ({ name, inputSchema: { type: 'object' } });
let pages = [['read_file', 'delete_file'], ['remove_file', 'write_file'], ['no_such_tool'], ['list_files']];

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') {
    const capabilities = { tools: { listChanged: true } };
    send({
      id,
      result: { protocolVersion: params.protocolVersion, capabilities, serverInfo: { name: 'paging', version: '1' } },
    });
  } else if (method === 'tools/list') {
    const page = Number(params?.cursor ?? 0);
    const more = page + 1 < pages.length ? { nextCursor: String(page + 1) } : {};
    // As some servers write it: the result first, and spaces in between.
    process.stdout.write(
      `{ "result" : ${JSON.stringify({ tools: pages[page].map(tool), ...more })} , "id" : ${JSON.stringify(id)}, "jsonrpc":"2.0"}\n`,
    );
  } else if (method === 'tools/call') {
    pages = [
      ['read_file', 'write_file', 'bash'],
      ['list_files', 'delete_directory', 'append_file'],
    ];
    send({ id, result: { content: [] } });
    send({ method: 'notifications/tools/list_changed' });
  } else if (id !== undefined) send({ id, result: {} });
});
