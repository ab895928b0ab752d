import { isObject } from '../../wire/envelope.js';
import { parsed } from '../../wire/json.js';

/** So many tools' are kept. */
const MAX_TOOLS = 10_000;

/** What tools say of their structured output, as the server has listed them. @internal */
export class OutputSchemas {
  private readonly byTool = new Map<string, unknown>();

  of(tool: string): unknown {
    return this.byTool.get(tool);
  }

  /** @param line An answer to `tools/list`. */
  learn(line: string): void {
    const message = parsed(line);
    const result = isObject(message) ? message['result'] : undefined;
    const tools = isObject(result) && Array.isArray(result['tools']) ? result['tools'] : [];
    for (const tool of tools) {
      if (!isObject(tool) || typeof tool['name'] !== 'string') continue;
      if (tool['outputSchema'] === undefined) this.byTool.delete(tool['name']);
      else if (this.byTool.size < MAX_TOOLS) this.byTool.set(tool['name'], tool['outputSchema']);
    }
  }
}
