import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { readPolicyFile } from '../ir/policy-files.js';
import { parseSnapshot, type Snapshot } from '../ir/tool-snapshot.js';

/** What `capfence.json`, beside a policy or above it, says of the server that it is for. */
export interface Project {
  readonly snapshot?: Snapshot;
  readonly roots: readonly string[];
  /** Why it can't be used, in a sentence. */
  readonly problem?: string;
}

const schema = z.strictObject({
  tools: z.optional(z.string()),
  root: z.optional(z.union([z.string(), z.array(z.string())])),
});

/** Reads the nearest `capfence.json`: `{"tools": "server.lock.json", "root": "."}`, both from its own folder on. */
export function projectOf(path: string): Project {
  for (let folder = dirname(path), above = ''; folder !== above; above = folder, folder = dirname(folder)) {
    const file = join(folder, 'capfence.json');
    if (existsSync(file)) return read(file, folder);
  }
  return { roots: [] };
}

function read(file: string, folder: string): Project {
  let at = file;
  try {
    const given = schema.safeParse(JSON.parse(readPolicyFile(file, true).toString('utf8')));
    if (!given.success)
      return {
        roots: [],
        problem: `${file} is { "tools": "server.lock.json", "root": "folder" }, each of them optional`,
      };
    const { tools, root = [] } = given.data;
    const roots = [root].flat().map((one) => resolve(folder, one));
    if (tools === undefined) return { roots };
    at = join(folder, tools);
    return { roots, snapshot: parseSnapshot(readPolicyFile(at, true).toString('utf8'), tools) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      roots: [],
      problem: `${at}${at === file ? '' : `, which ${file} names,`} can't be read: ${code ?? message}`,
    };
  }
}
