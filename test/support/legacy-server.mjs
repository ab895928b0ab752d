// An MCP server made with the SDK 1.x.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'legacy', version: '1.0.0' });
for (const name of ['read_file', 'write_file', 'delete_file', 'create_file']) {
  server.registerTool(name, { description: name, inputSchema: { path: z.string() } }, ({ path }) => ({
    content: [{ type: 'text', text: `${name} ${path}` }],
  }));
}
await server.connect(new StdioServerTransport());
