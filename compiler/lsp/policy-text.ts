import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Diagnostic, Diagnostics, PolicyError } from '../diagnostics/diagnostic.js';
import { Source } from '../diagnostics/source.js';
import { loadPolicyText } from '../ir/load.js';
import type { Policy } from '../ir/policy.js';
import { readSnapshot, type Snapshot } from '../ir/tool-snapshot.js';
import { parseDsl } from '../parse/dsl/index.js';
import type { Syntax } from '../parse/syntax.js';
import { parseYaml } from '../parse/yaml.js';

/** A policy that is open in an editor, as one version of it is: read once, when it is first asked for. */
export class PolicyText {
  readonly path: string;
  private read:
    | {
        readonly syntax: Syntax | undefined;
        readonly policy: Policy | undefined;
        readonly diagnostics: readonly Diagnostic[];
      }
    | undefined;

  constructor(readonly document: TextDocument) {
    this.path = document.uri.startsWith('file:') ? fileURLToPath(document.uri) : join(process.cwd(), 'policy.yaml');
  }

  get isDsl(): boolean {
    return extname(this.path) === '.capfence';
  }

  /** What it says, as far as it can be read. */
  get syntax(): Syntax | undefined {
    return this.contents.syntax;
  }

  /** undefined where it does not load. */
  get policy(): Policy | undefined {
    return this.contents.policy;
  }

  /** What loading has to say of it, and of what it extends. */
  get diagnostics(): readonly Diagnostic[] {
    return this.contents.diagnostics;
  }

  /** The range of a place of this document. */
  range(start: number, end: number): Range {
    return { start: this.document.positionAt(start), end: this.document.positionAt(end) };
  }

  /** The tools that `capfence.json` names (`{"tools": "server.lock.json"}`), in this folder or one above it. */
  get snapshot(): Snapshot | undefined {
    for (let folder = dirname(this.path), above = ''; folder !== above; above = folder, folder = dirname(folder)) {
      const file = join(folder, 'capfence.json');
      if (!existsSync(file)) continue;
      try {
        const { tools } = JSON.parse(readFileSync(file, 'utf8')) as { readonly tools?: unknown };
        return typeof tools === 'string' ? readSnapshot(join(folder, tools)) : undefined;
      } catch {
        return undefined; // A file that can't be read names no tools.
      }
    }
    return undefined;
  }

  private get contents() {
    this.read ??= this.reading();
    return this.read;
  }

  private reading() {
    const text = this.document.getText();
    const own = new Diagnostics();
    const source = new Source(this.path, text);
    const syntax = (this.isDsl ? parseDsl(source, own) : parseYaml(source, own)) ?? undefined;
    try {
      const { policy, diagnostics } = loadPolicyText(text, this.path);
      return { syntax, policy, diagnostics };
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      return { syntax, policy: undefined, diagnostics: error.diagnostics };
    }
  }
}
