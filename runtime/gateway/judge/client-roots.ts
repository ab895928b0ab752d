import { fileURLToPath } from 'node:url';
import { isObject } from '../../wire/envelope.js';
import type { RequestId } from '../../wire/refusal.js';

/** What a client has said its roots are. @internal */
export interface RootFolders {
  readonly folders: readonly string[];
  /** There is one that nobody can tell: it is no `file:` URI, or not of this machine. */
  readonly hasUnknown: boolean;
}

/** As many requests for roots may be unanswered. */
const MAX_ASKED = 256;

/**
 * Follows what a server asks the client about roots (MCP `roots/list`): the reference filesystem server then resolves
 * relative paths against the first of them, whatever folder it was started with.
 *
 * @internal
 */
export class ClientRoots {
  private readonly asked = new Set<RequestId>();

  /** The server asks. */
  ask(id: RequestId): void {
    if (this.asked.size >= MAX_ASKED) this.asked.delete(this.asked.values().next().value as RequestId);
    this.asked.add(id);
  }

  /** The client answers a request of the server. @returns undefined where it was about something else. */
  answered(message: unknown): RootFolders | undefined {
    if (!isObject(message) || this.asked.size === 0) return undefined;
    const { id } = message as { id: RequestId };
    // Lenient servers take "1" for 1.
    const other = typeof id === 'number' ? String(id) : Number(id);
    if (!this.asked.delete(id) && !(String(other) === String(id) && this.asked.delete(other))) return undefined;
    return foldersOf(message['result']);
  }
}

/** The roots that a call brings along for a server that asked by `input_required` (MCP 2026-07-28). */
export function rootsInResponses(params: unknown): RootFolders | undefined {
  const responses = isObject(params) ? params['inputResponses'] : undefined;
  if (!isObject(responses)) return undefined;
  const found = Object.values(responses).flatMap((response) => {
    const results = isObject(response) ? [response, response['result']] : [];
    return results.filter((result) => isObject(result) && 'roots' in result).map(foldersOf);
  });
  if (found.length === 0) return undefined;
  return { folders: found.flatMap(({ folders }) => folders), hasUnknown: found.some(({ hasUnknown }) => hasUnknown) };
}

/** @param result What `roots/list` is answered with; an error names no roots. */
function foldersOf(result: unknown): RootFolders {
  const roots = isObject(result) ? result['roots'] : undefined;
  if (roots === undefined) return { folders: [], hasUnknown: false };
  if (!Array.isArray(roots)) return { folders: [], hasUnknown: true };
  const folders = roots.map((root) => folderOf(isObject(root) ? root['uri'] : undefined));
  const known = folders.filter((folder) => folder !== undefined);
  return { folders: known, hasUnknown: known.length < folders.length };
}

function folderOf(uri: unknown): string | undefined {
  if (typeof uri !== 'string') return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return uri.startsWith('/') ? uri : undefined; // Some clients send plain paths.
  }
}
