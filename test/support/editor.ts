import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CLI } from './capfence.js';

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at as it is.
export type Json = any;

/** An editor, as far as the protocol goes. */
export class Editor {
  private readonly child: ChildProcess;
  private readonly answers = new Map<number, (message: Json) => void>();
  private readonly published: Json[] = [];
  /** What the server has asked of the editor. */
  readonly requested: Json[] = [];
  private buffer = Buffer.alloc(0);
  private next = 1;

  constructor(readonly folder: string) {
    this.child = spawn(process.execPath, [CLI, 'lsp', '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.buffer = Buffer.concat([this.buffer, chunk]);
      for (;;) {
        const end = this.buffer.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.toString('latin1', 0, end))?.[1]);
        if (this.buffer.length < end + 4 + length) return;
        const message = JSON.parse(this.buffer.toString('utf8', end + 4, end + 4 + length));
        this.buffer = this.buffer.subarray(end + 4 + length);
        if (message.method === 'textDocument/publishDiagnostics') this.published.push(message.params);
        else if (message.method !== undefined && message.id !== undefined) {
          this.requested.push(message);
          this.write({ id: message.id, result: message.method === 'window/showDocument' ? { success: true } : null });
        } else if (message.id !== undefined && message.method === undefined) this.answers.get(message.id)?.(message);
      }
    });
  }

  private write(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  ask(method: string, params: object = {}): Promise<Json> {
    const id = this.next++;
    this.write({ id, method, params });
    return new Promise((resolve, reject) => {
      this.answers.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
    });
  }

  tell(method: string, params: object = {}): void {
    this.write({ method, params });
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  open(name: string, text = readFileSync(join(this.folder, name), 'utf8'), version = 1): void {
    this.tell('textDocument/didOpen', { textDocument: { uri: this.uri(name), languageId: 'yaml', version, text } });
  }

  /** The place of a text in a file, some characters on. */
  at(name: string, text: string, needle: string, on = 0): object {
    const offset = text.indexOf(needle) + on;
    const lines = text.slice(0, offset).split('\n');
    return {
      textDocument: { uri: this.uri(name) },
      position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 },
    };
  }

  /**
   * The diagnostics of a document, once they are so.
   *
   * @param pause How often it is looked, in milliseconds.
   */
  async diagnostics(name: string, wanted: (all: Json[], version: number) => boolean, pause = 25): Promise<Json[]> {
    for (let waited = 0; waited < 15_000; waited += pause) {
      const last = this.published.findLast(({ uri }) => uri === this.uri(name));
      if (last && wanted(last.diagnostics, last.version)) return last.diagnostics;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    throw new Error(`no such diagnostics: ${JSON.stringify(this.published.at(-1))}`);
  }

  async close(): Promise<number | null> {
    await this.ask('shutdown');
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.tell('exit');
    return ended;
  }
}
