import { isObject } from '../../wire/envelope.js';

/** The texts of the parts of a result as if they were one, and where one ends and the next begins. @internal */
export interface JoinedParts {
  readonly text: string;
  readonly cuts: readonly number[];
}

/** MCP, CallToolResult.content, ReadResourceResult.contents and GetPromptResult.messages. @internal */
export function joinedParts(message: unknown): JoinedParts[] {
  const result = isObject(message) ? message['result'] : undefined;
  if (!isObject(result)) return [];
  return [result['content'], result['contents'], result['messages']].flatMap((parts) => {
    const texts = Array.isArray(parts) ? parts.flatMap(textsOf) : [];
    if (texts.length < 2) return [];
    let length = 0;
    const cuts = texts.map((text) => (length += text.length)).slice(0, -1);
    return [{ text: texts.join(''), cuts }];
  });
}

function textsOf(part: unknown): string[] {
  if (!isObject(part)) return [];
  const { text, resource, content } = part;
  const inner = [resource, content].map((one) => (isObject(one) ? one['text'] : undefined));
  return [text, ...inner].filter((one) => typeof one === 'string');
}
