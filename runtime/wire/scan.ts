import { parsed } from './json.js';
import type { RequestId } from './refusal.js';

/** What a server's line is, as far as the gateway cares. @internal */
export interface ServerEnvelope {
  /** undefined: none; null: there, but not a string or number. */
  readonly id: RequestId | null | undefined;
  readonly hasMethod: boolean;
  /** It asks the client for its roots. */
  readonly asksRoots: boolean;
  readonly isResponse: boolean;
  /** It says `jsonrpc`. */
  readonly isMessage: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds the top-level members of a JSON object without parsing what is in them: one pass over the bytes, strings
 * skipped natively.
 *
 * @returns null where the line is not an object.
 */
export function scanEnvelope(line: Buffer): ServerEnvelope | null {
  let i = skipSpace(line, 0);
  if (line[i] !== 0x7b) return null;
  i = skipSpace(line, i + 1);
  let id: RequestId | null | undefined;
  let hasMethod = false;
  let asksRoots = false;
  let isResponse = false;
  let isMessage = false;
  if (line[i] === 0x7d) return atEnd(line, i + 1) ? { id, hasMethod, asksRoots, isResponse, isMessage } : null;
  for (;;) {
    if (line[i] !== QUOTE) return null;
    const keyEnd = endOfString(line, i);
    if (keyEnd < 0) return null;
    const key = keyEnd - i > 64 ? '' : readString(line, i, keyEnd);
    i = skipSpace(line, keyEnd + 1);
    if (line[i] !== 0x3a) return null;
    const start = skipSpace(line, i + 1);
    const end = skipValue(line, start);
    if (end <= start) return null;
    // Words and numbers are looked at; what brackets and quotes hold is not, the id aside.
    const first = line[start];
    if (key === 'id' || (first !== 0x7b && first !== 0x5b && first !== QUOTE)) {
      const value = parsed(line.toString('utf8', start, end));
      if (value === undefined) return null;
      if (key === 'id') id = typeof value === 'string' || typeof value === 'number' ? value : null;
    }
    if (key === 'method') {
      hasMethod = true;
      asksRoots = end - start <= 64 && parsed(line.toString('utf8', start, end)) === 'roots/list';
    } else if (key === 'jsonrpc') isMessage = true;
    else if (key === 'result' || key === 'error') isResponse = true;
    i = skipSpace(line, end);
    if (line[i] === 0x7d) return atEnd(line, i + 1) ? { id, hasMethod, asksRoots, isResponse, isMessage } : null;
    if (line[i] !== 0x2c) return null;
    i = skipSpace(line, i + 1);
  }
}

function atEnd(line: Buffer, index: number): boolean {
  return skipSpace(line, index) === line.length;
}

function skipSpace(line: Buffer, from: number): number {
  let i = from;
  while (line[i] === 0x20 || line[i] === 0x09 || line[i] === 0x0d) i++;
  return i;
}

/** Index after the value, by brackets alone; -1 where it doesn't end. */
function skipValue(line: Buffer, from: number): number {
  let depth = 0;
  for (let i = from; i < line.length; i++) {
    switch (line[i]) {
      case QUOTE:
        i = endOfString(line, i);
        if (i < 0) return -1;
        if (depth === 0) return i + 1;
        break;
      case 0x7b:
      case 0x5b:
        depth++;
        break;
      case 0x7d:
      case 0x5d:
        if (depth === 0) return i;
        if (--depth === 0) return i + 1;
        break;
      case 0x2c:
        if (depth === 0) return i;
        break;
    }
  }
  return depth === 0 ? line.length : -1;
}

function endOfString(line: Buffer, start: number): number {
  for (let end = line.indexOf(QUOTE, start + 1); end >= 0; end = line.indexOf(QUOTE, end + 1)) {
    let slash = end - 1;
    while (line[slash] === BACKSLASH) slash--;
    if ((end - slash) % 2 === 1) return end;
  }
  return -1;
}

function readString(line: Buffer, start: number, end: number): unknown {
  const text = line.toString('utf8', start, end + 1);
  return text.includes('\\') ? parsed(text) : text.slice(1, -1);
}
