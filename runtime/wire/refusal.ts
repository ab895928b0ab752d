/** JSON-RPC 2.0 error codes (section 5.1 of its specification), and the one for calls that policy stops. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;
export const BLOCKED = -32000;

/** Why a line is not forwarded: nothing of it may reach the server. */
export class Refusal {
  constructor(
    readonly code: number,
    readonly message: string,
    /** The line, where it is JSON all the same: its id may be found in it. */
    readonly text?: string,
  ) {}
}

export type RequestId = string | number;
