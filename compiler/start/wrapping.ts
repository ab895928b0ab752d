import { existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { JSONPath } from 'jsonc-parser';
import { ServerTable } from './server_table.js';

/** How a wrapped entry was, and is. */
interface Undo {
  readonly path: JSONPath;
  readonly before: string;
  readonly after: string;
}

/** A client's configuration file, with what it takes to undo what was done to it. */
export class WrappedConfig {
  readonly file: string;
  private readonly before: string;
  private text: string;
  private undos: Undo[];

  /** @throws where it can't be read; ConfigError where it is no JSON. */
  constructor(file: string) {
    this.file = realpathSync(file); // What is a link stays one.
    this.before = readFileSync(this.file, 'utf8');
    this.text = this.before;
    this.undos = existsSync(this.undoFile) ? (JSON.parse(readFileSync(this.undoFile, 'utf8')) as Undo[]) : [];
  }

  get table(): ServerTable {
    return new ServerTable(this.text);
  }

  get isChanged(): boolean {
    return this.text !== this.before;
  }

  wrap(path: JSONPath, command: readonly string[]): void {
    const before = this.table.textAt(path) as string;
    this.text = this.table.withCommand(path, command);
    const kept = this.undos.filter((undo) => !isSamePath(undo.path, path));
    this.undos = [...kept, { path, before, after: this.table.textAt(path) as string }];
  }

  /** Puts an entry back: as it was to the letter, unless it was edited since; then only its command. */
  unwrap(path: JSONPath, command: readonly string[]): void {
    const undo = this.undos.find((one) => isSamePath(one.path, path));
    this.text =
      undo && undo.after === this.table.textAt(path)
        ? this.table.withText(path, undo.before)
        : this.table.withCommand(path, command);
    this.undos = this.undos.filter((one) => one !== undo);
  }

  /** Writes it, with a backup of what it was before any server was wrapped. */
  save(): void {
    if (!existsSync(this.backup)) writeFileSync(this.backup, this.before, { mode: this.mode });
    this.replace(this.file, this.text);
    if (this.undos.length > 0) {
      this.replace(this.undoFile, `${JSON.stringify(this.undos, null, 2)}\n`);
      return;
    }
    rmSync(this.undoFile, { force: true });
    // As it was: nothing is left of it.
    if (readFileSync(this.backup, 'utf8') === this.text) rmSync(this.backup);
  }

  get backup(): string {
    return `${this.file}.capfence-backup`;
  }

  private get undoFile(): string {
    return `${this.file}.capfence-undo.json`;
  }

  /** Both hold what the file holds, secrets included. */
  private get mode(): number {
    return statSync(this.file).mode & 0o777;
  }

  private replace(file: string, text: string): void {
    const draft = `${file}.capfence-draft`;
    writeFileSync(draft, text, { mode: this.mode });
    renameSync(draft, file);
  }
}

function isSamePath(a: JSONPath, b: JSONPath): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
