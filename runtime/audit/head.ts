import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** How far each segment had come when it was last verified, and the hash there. */
export type Head = Readonly<Record<string, { readonly count: number; readonly hash: string }>>;

/** @returns undefined where there is no such file yet. @throws where it is there and is no head. */
export function readHead(file: string): Head | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const head = parse(text);
  if (head === undefined) throw new Error(`${file} is no head that verify wrote`);
  return head;
}

function parse(text: string): Head | undefined {
  try {
    const { v, segments } = JSON.parse(text) as { v?: unknown; segments?: Head };
    const isHead =
      v === 1 &&
      segments !== null &&
      typeof segments === 'object' &&
      !Array.isArray(segments) &&
      Object.values(segments).every(({ count, hash }) => Number.isSafeInteger(count) && /^[0-9a-f]{64}$/.test(hash));
    return isHead ? segments : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and put in place whole, so that a crash leaves the old one. */
export function writeHead(file: string, segments: Head): void {
  writeFileSync(`${file}.new`, `${JSON.stringify({ v: 1, segments }, null, 1)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
