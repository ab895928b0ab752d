import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Diagnostic, Diagnostics, PolicyError } from '../diagnostics/diagnostic.js';
import { shownPath } from '../diagnostics/shown-path.js';
import { Source } from '../diagnostics/source.js';
import { parseFixture } from '../fixtures/fixture.js';
import { loadPolicyText } from '../ir/load.js';
import type { Policy } from '../ir/policy.js';
import { readsAsFixture, readsAsPolicy } from '../ir/policy-files.js';
import { parseSnapshot, type Snapshot, SnapshotError } from '../ir/tool-snapshot.js';
import { parseDsl } from '../parse/dsl/index.js';
import type { Syntax } from '../parse/syntax.js';
import { parseYaml } from '../parse/yaml.js';
import { type Project, projectOf } from './project.js';

/** What a document is: a policy, a fixture with its tests, a lock file of a server's tools, or YAML of something else. */
export type DocumentKind = 'policy' | 'fixture' | 'lock' | 'other';

/** The file of a document; undefined for one that is in no file of this machine. */
export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // Another scheme, another host, an address that is none.
  }
}

function kindOf(path: string, text: string): DocumentKind {
  const extension = extname(path);
  if (extension === '.json') return 'lock';
  if (extension === '.capfence') return 'policy';
  if (/\.test\.ya?ml$/.test(path)) return readsAsFixture(text) ? 'fixture' : 'other';
  // Editors start servers by a file's language: most YAML is no policy.
  return readsAsPolicy(text) ? 'policy' : 'other';
}

interface Contents {
  readonly syntax: Syntax | undefined;
  readonly policy: Policy | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A document that is open in an editor, as one version of it is: read once, when it is first asked for. */
export class PolicyText {
  readonly path: string;
  readonly kind: DocumentKind;
  private read: Contents | undefined;

  /** @param unsaved The text of another file, where an editor has it open. */
  constructor(
    readonly document: TextDocument,
    private readonly unsaved: (path: string) => string | undefined = () => undefined,
  ) {
    // A name that no file has: it is nobody's test, and no commit's.
    const untitled = document.languageId === 'capfence' ? 'untitled:.capfence' : 'untitled:.yaml';
    this.path = pathOf(document.uri) ?? join(process.cwd(), untitled);
    this.kind = kindOf(this.path, document.getText());
  }

  get isDsl(): boolean {
    return extname(this.path) === '.capfence';
  }

  /** What it says, as far as it can be read. */
  get syntax(): Syntax | undefined {
    return this.contents.syntax;
  }

  /** undefined where it does not load, or is none. */
  get policy(): Policy | undefined {
    return this.contents.policy;
  }

  /** What loading has to say of it, and of what it extends. */
  get diagnostics(): readonly Diagnostic[] {
    return this.contents.diagnostics;
  }

  /** The same with another text. */
  changed(document: TextDocument): PolicyText {
    return new PolicyText(document, this.unsaved);
  }

  /** The range of a place of this document. */
  range(start: number, end: number): Range {
    return { start: this.document.positionAt(start), end: this.document.positionAt(end) };
  }

  /** The tools of the server that the policy is for, as `capfence.json` names them. */
  get snapshot(): Snapshot | undefined {
    return this.project.snapshot;
  }

  /** The folders that relative paths are read in, as `capfence.json` names them. */
  get roots(): readonly string[] {
    return this.project.roots;
  }

  /** What is wrong with `capfence.json`, in a sentence. */
  get projectProblem(): string | undefined {
    return this.project.problem;
  }

  private get project(): Project {
    this.known ??= projectOf(this.path);
    return this.known;
  }

  private known: Project | undefined;

  private get contents(): Contents {
    this.read ??= this.reading();
    return this.read;
  }

  private reading(): Contents {
    const text = this.document.getText();
    const own = new Diagnostics();
    const source = new Source(shownPath(this.path), text);
    const syntax = (this.isDsl ? parseDsl(source, own) : parseYaml(source, own)) ?? undefined;
    const nothing = { syntax, policy: undefined };
    // Read once; what has errors is read again by loading, which says them.
    const read = own.hasErrors ? undefined : syntax;
    const said = read ? own.list : [];
    try {
      if (this.kind === 'policy') {
        const { policy, diagnostics } = loadPolicyText(text, this.path, this.unsaved, read);
        return { syntax, policy, diagnostics: [...said, ...diagnostics] };
      }
      if (this.kind === 'fixture') parseFixture(text, this.path);
      if (this.kind === 'lock') parseSnapshot(text, basename(this.path));
      return { ...nothing, diagnostics: [] };
    } catch (error) {
      if (error instanceof PolicyError) {
        const before = this.kind === 'policy' ? said : [];
        return { ...nothing, diagnostics: [...before, ...error.diagnostics] };
      }
      if (!(error instanceof SnapshotError || error instanceof SyntaxError)) throw error;
      // What is no JSON is mostly no YAML either, and there the place is known.
      const message = { code: '', severity: 'error', message: error.message } as const;
      return { ...nothing, diagnostics: own.hasErrors ? own.list : [{ ...message, place: source.place(0) }] };
    }
  }
}
