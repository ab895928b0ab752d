/** A capability in its three parts, `*` where one is missing: `resource.action.scope`; the scope may hold dots. */
export interface Capability {
  readonly text: string;
  readonly resource: string;
  readonly action: string;
  readonly scope: string;
}

export function parseCapability(text: string): Capability {
  const first = text.indexOf('.');
  if (first < 0) return { text, resource: text, action: '*', scope: '*' };
  const second = text.indexOf('.', first + 1);
  if (second < 0) return { text, resource: text.slice(0, first), action: text.slice(first + 1), scope: '*' };
  const action = text.slice(first + 1, second);
  return { text, resource: text.slice(0, first), action, scope: text.slice(second + 1) };
}

/** What a tool that nothing maps can do: its own name, taken as it is. */
export function unmappedCapability(tool: string): Capability {
  return { text: `mcp.tool.${tool}`, resource: 'mcp', action: 'tool', scope: tool };
}
