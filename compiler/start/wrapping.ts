import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { JSONPath } from 'jsonc-parser';
import { sha256 } from '../../runtime/text/sha256.js';
import type { ServerTable } from './server-table.js';
import { formatOf } from './table-of.js';
import { keptFile, type WrappedEntry, WrapRecord } from './wrap-record.js';

/** What is to become of an entry. */
interface Edit {
  readonly path: JSONPath;
  /** The entry's text as it was read: where it is another by now, it is left alone. */
  readonly seen: string;
  /** Its text in a table of servers, once it is changed. */
  readonly apply: (table: ServerTable) => string;
  /** What is kept of it then; undefined: nothing. */
  readonly keep: (after: ServerTable) => WrappedEntry | undefined;
}

/** The file was changed by somebody else again and again. */
export class BusyConfigError extends Error {
  override readonly name = 'BusyConfigError';
}

const CHANGED = 'it was changed since it was wrapped';

/** A look and a rename lie so near together that this many meetings are no chance. */
const MAX_TRIES = 10;

/** A client's configuration file, and what is to be done to it. */
export class WrappedConfig {
  readonly file: string;
  private readonly text: string;
  private readonly record: WrapRecord;
  private readonly edits: Edit[] = [];

  /** @throws where it can't be read; ConfigError where it is no JSON; WrapRecordError where what was kept is damaged. */
  constructor(file: string) {
    this.file = realpathSync(file); // What is a link stays one.
    this.text = readFileSync(this.file, 'utf8');
    this.record = WrapRecord.of(this.file);
  }

  get table(): ServerTable {
    return this.tableOf(this.text);
  }

  private tableOf(text: string): ServerTable {
    return new (formatOf(this.file))(text);
  }

  get isChanged(): boolean {
    return this.edits.length > 0;
  }

  wrap(path: JSONPath, command: readonly string[]): void {
    const before = this.table.textAt(path) as string;
    this.edits.push({
      path,
      seen: before,
      apply: (table) => table.withCommand(path, command),
      keep: (after) => ({ path, before, after: after.textAt(path) as string }),
    });
  }

  /**
   * Puts an entry back as it was, to the letter.
   *
   * @param command The server's own command, as the gateway has it behind `--`.
   * @returns why it can't be put back; undefined where it will be.
   */
  unwrap(path: JSONPath, command: readonly string[]): string | undefined {
    const kept = this.record.entries.find((one) => isDeepStrictEqual(one.path, path));
    if (!kept) return 'nothing is kept of it: it was wrapped elsewhere, or by hand';
    const now = this.table.textAt(path) as string;
    const problem = this.misfit(kept, now, command);
    if (problem !== undefined) return problem;
    this.edits.push({
      path,
      seen: now,
      // What was changed beside the command stays: a person has done that.
      apply: (table) => (kept.after === now ? table.withText(path, kept.before) : table.withCommand(path, command)),
      keep: () => undefined,
    });
    return undefined;
  }

  /**
   * Reads the file again, does what is to be done, and writes it, with a backup of what it was before any server was
   * wrapped. What a client has saved meanwhile stays.
   *
   * @returns the entries that are others by now, and were left alone.
   * @throws BusyConfigError
   */
  save(): JSONPath[] {
    for (let i = 0; i < MAX_TRIES; i++) {
      const before = readFileSync(this.file, 'utf8');
      const { text, entries, skipped } = this.applied(before);
      if (text === before) return skipped;
      if (!existsSync(this.backup)) {
        mkdirSync(dirname(this.backup), { recursive: true, mode: 0o700 });
        writeFileSync(this.backup, before, { mode: 0o600 });
      }
      const record = this.record.with(entries, before);
      const draft = `${this.file}.capfence-draft`;
      writeFileSync(draft, text, { mode: this.mode });
      // What is kept is there before what it is kept of.
      if (entries.length > 0) record.save(text);
      if (readFileSync(this.file, 'utf8') !== before) {
        rmSync(draft);
        continue;
      }
      renameSync(draft, this.file);
      record.save(text);
      // As it was: nothing is left of it.
      if (entries.length === 0 && sha256(readFileSync(this.backup, 'utf8')) === sha256(text)) rmSync(this.backup);
      return skipped;
    }
    throw new BusyConfigError(`${this.file} is being written by another program: nothing was changed`);
  }

  private applied(before: string) {
    let table = this.tableOf(before);
    let entries = this.record.entries;
    const skipped: JSONPath[] = [];
    for (const { path, seen, apply, keep } of this.edits) {
      if (table.textAt(path) !== seen) {
        skipped.push(path);
        continue;
      }
      table = this.tableOf(apply(table));
      const kept = keep(table);
      entries = [...entries.filter((one) => !isDeepStrictEqual(one.path, path)), ...(kept ? [kept] : [])];
    }
    return { text: table.text, entries, skipped };
  }

  /** The file as it was before any server was wrapped: in the state folder, so that nothing lies about in a repository. */
  get backup(): string {
    return keptFile(this.file, 'backup');
  }

  /** It holds secrets. */
  private get mode(): number {
    return statSync(this.file).mode & 0o777;
  }

  /**
   * Is what was kept of an entry what was taken away? It has the command that the gateway starts, and is the wrapped entry
   * but for its command: so nothing can be installed that was not there before.
   *
   * @param now The entry's text: flags of the gateway may be others by now.
   */
  private misfit({ before, after }: WrappedEntry, now: string, command: readonly string[]): string | undefined {
    const format = formatOf(this.file);
    try {
      const [was, is] = [format.ofEntry(before), format.ofEntry(now)];
      const [original] = was.servers();
      const [current] = is.servers();
      if (!original || !current) return 'what is kept of it is damaged';
      if (!isDeepStrictEqual(original.command, command))
        return after === now ? 'what is kept of it is not the command behind the gateway' : CHANGED;
      if (isDeepStrictEqual(was.restAt(original.path), is.restAt(current.path))) return undefined;
      return CHANGED;
    } catch {
      return 'what is kept of it is damaged';
    }
  }
}
