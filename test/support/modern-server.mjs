// An MCP server of 2026-07-28 and before, made with the SDK 2.x. It has a tool that asks the person at the client.
import { fromJsonSchema, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const withPath = fromJsonSchema({ type: 'object', properties: { path: { type: 'string' } }, required: ['path'] });
const text = (said) => ({ content: [{ type: 'text', text: said }] });

serveStdio(() => {
  const server = new McpServer({ name: 'modern', version: '1.0.0' });
  for (const name of ['read_file', 'write_file', 'delete_file']) {
    server.registerTool(name, { description: name, inputSchema: withPath }, ({ path }) => text(`${name} ${path}`));
  }
  server.registerTool('create_file', { description: 'asks first', inputSchema: withPath }, ({ path }, context) => {
    const answer = context.mcpReq.inputResponses?.confirm;
    if (answer) return text(`${answer.action} ${path} ${context.mcpReq.requestState?.() ?? ''}`);
    const confirm = inputRequired.elicit({ message: 'sure?', requestedSchema: { type: 'object', properties: {} } });
    return inputRequired({ inputRequests: { confirm }, requestState: 'the state of the server' });
  });
  return server;
});
