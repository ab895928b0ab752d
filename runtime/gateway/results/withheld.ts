import { shown, unseenEscaped } from '../../text/escape.js';
import { BLOCKED, type RequestId } from '../../wire/refusal.js';

/** What stands for a result that is kept back. @internal */
export interface Withheld {
  readonly capability: string;
  readonly reason: string;
  /** What the request was. */
  readonly method: string;
}

/**
 * For a tool a result with `isError`, which models see; for another request an error, since its result has a shape of its own.
 *
 * @internal
 */
export function withheldAnswer(id: RequestId, { capability, reason, method }: Withheld): string {
  const message = `ResultWithheld: capability=${shown(capability)} reason=${shown(reason)}`;
  const answer =
    method === 'tools/call'
      ? { result: { content: [{ type: 'text', text: message }], isError: true } }
      : { error: { code: BLOCKED, message, data: { reason, capability } } };
  return unseenEscaped(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
}
