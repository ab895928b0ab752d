import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JSONPath } from 'jsonc-parser';
import { wrapsDir } from '../../runtime/gateway/options/places.js';
import { sha256 } from '../../runtime/text/sha256.js';

/** How a wrapped entry was, and is. */
export interface WrappedEntry {
  readonly path: JSONPath;
  readonly before: string;
  readonly after: string;
}

/** What `wrap` did to one configuration. */
interface Contents {
  readonly v: 1;
  readonly file: string;
  /** SHA-256 of the file's text before the first and after the last change. */
  readonly before: string;
  readonly after: string;
  readonly entries: readonly WrappedEntry[];
}

/** What was kept can't be read: nothing is undone by it. */
export class WrapRecordError extends Error {
  override readonly name = 'WrapRecordError';
}

/**
 * What `wrap` keeps of what it did: in the state folder, which the gateway guards, and not beside the configuration, where
 * any server with that folder could rewrite it.
 */
export class WrapRecord {
  private constructor(
    private readonly config: string,
    readonly entries: readonly WrappedEntry[],
    /** The hash of the configuration before anything was wrapped. */
    readonly before: string | undefined,
  ) {}

  /** @param config The configuration's real path. @throws WrapRecordError */
  static of(config: string): WrapRecord {
    const file = keptFile(config, 'json');
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new WrapRecord(config, [], undefined);
      throw new WrapRecordError(`what wrap keeps of ${config} can't be read: ${(error as Error).message}`);
    }
    const contents = parse(text);
    if (!contents || contents.file !== config) {
      throw new WrapRecordError(
        `what wrap keeps of ${config} is damaged (${file}): nothing is undone by it; the file as it was before is ` +
          keptFile(config, 'backup'),
      );
    }
    return new WrapRecord(config, contents.entries, contents.before);
  }

  with(entries: readonly WrappedEntry[], before: string): WrapRecord {
    return new WrapRecord(this.config, entries, this.before ?? sha256(before));
  }

  /** @param after The configuration's text as it is now. */
  save(after: string): void {
    const file = keptFile(this.config, 'json');
    if (this.entries.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    const contents: Contents = {
      v: 1,
      file: this.config,
      before: this.before as string,
      after: sha256(after),
      entries: this.entries,
    };
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.draft`, `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.draft`, file);
  }
}

/** Configurations in which something is wrapped, by what was kept of them. */
export function wrappedFiles(): { readonly files: readonly string[]; readonly damaged: readonly string[] } {
  let names: string[];
  try {
    names = readdirSync(wrapsDir()).filter((name) => name.endsWith('.json'));
  } catch {
    return { files: [], damaged: [] }; // Nothing was wrapped.
  }
  const records = names.map((name) => {
    const path = join(wrapsDir(), name);
    return { path, contents: parse(readFileSync(path, 'utf8')) };
  });
  return {
    files: records.flatMap(({ contents }) => (contents ? [contents.file] : [])),
    damaged: records.flatMap(({ path, contents }) => (contents ? [] : [path])),
  };
}

/** What is kept of a configuration. */
export function keptFile(config: string, kind: 'json' | 'backup'): string {
  return join(wrapsDir(), `${sha256(config).slice(0, 32)}.${kind}`);
}

function parse(text: string): Contents | undefined {
  try {
    const value = JSON.parse(text) as Partial<Contents> | null;
    const isWhole =
      value?.v === 1 &&
      typeof value.file === 'string' &&
      typeof value.before === 'string' &&
      Array.isArray(value.entries) &&
      value.entries.every(
        (entry) => Array.isArray(entry?.path) && typeof entry.before === 'string' && typeof entry.after === 'string',
      );
    return isWhole ? (value as Contents) : undefined;
  } catch {
    return undefined;
  }
}
