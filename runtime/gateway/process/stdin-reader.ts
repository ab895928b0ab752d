import { fstatSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';

/** As much as a socket of Linux holds: a message of that size is one chunk. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Hands on what comes from the client. Where that is this process's standard input, chunks share one buffer: the bytes
 * of a chunk are valid until `onChunk` returns, or as long as `isInUse` says that some of them are still to be written.
 *
 * @param given The client's stream; undefined for standard input.
 * @returns the stream, for `pause`, `resume` and the events `end` and `error`.
 */
export function openStdin(
  given: Readable | undefined,
  onChunk: (chunk: Buffer) => void,
  isInUse: () => boolean,
): Readable {
  if (given === undefined && isPipe(0)) {
    let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const next = (): Uint8Array => {
      if (isInUse()) buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      return buffer;
    };
    const callback = (length: number): boolean => {
      onChunk(buffer.subarray(0, length));
      return true;
    };
    // Node's documentation has `onread` here, its types only for `connect`.
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd: 0,
      readable: true,
      writable: false,
      onread: { buffer: next, callback },
    };
    return new Socket(options).resume();
  }
  const input = given ?? process.stdin;
  input.on('data', onChunk);
  return input;
}

function isPipe(fd: number): boolean {
  if (process.platform === 'win32') return false; // Its pipes have no such reading.
  try {
    const stat = fstatSync(fd);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}
