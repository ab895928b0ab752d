import { isObject } from '../../wire/envelope.js';

/**
 * Has a response the shape that the protocol gives it? What can't be read as that is kept back where result rules concern it:
 * another reader might see something else in it.
 *
 * @param isCall It answers `tools/call` (MCP, CallToolResult; 2025-11-25 and 2026-07-28 beside).
 */
export function isResponse(message: unknown, isCall: boolean): boolean {
  if (!isObject(message) || 'method' in message) return false;
  if ('error' in message) return !('result' in message) && isError(message['error']);
  const { result } = message as { readonly result?: unknown };
  return isObject(result) && (!isCall || isCallResult(result));
}

function isError(error: unknown): boolean {
  return isObject(error) && typeof error['code'] === 'number' && typeof error['message'] === 'string';
}

function isCallResult({ content, isError: flag }: Record<string, unknown>): boolean {
  if (flag !== undefined && typeof flag !== 'boolean') return false;
  return content === undefined || (Array.isArray(content) && content.every(isPart));
}

function isPart(part: unknown): boolean {
  if (!isObject(part) || typeof part['type'] !== 'string') return false;
  const { type, text, data, resource } = part;
  if (type === 'text') return typeof text === 'string';
  if (type === 'image' || type === 'audio') return typeof data === 'string';
  return type !== 'resource' || isObject(resource);
}
