import { unseenEscaped } from '../text/escape.js';
import type { RequestId } from './refusal.js';

/** An error of JSON-RPC itself. */
export function errorAnswer(id: RequestId | null, code: number, message: string): string {
  return unseenEscaped(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }));
}
