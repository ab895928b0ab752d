import { TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { family, fromDisk } from './navigation.js';
import { PolicyText, pathOf } from './policy-text.js';
import { UTF8_DOCUMENTS } from './utf8-document.js';

/** What an editor has open, as it stands there. */
export class OpenTexts {
  /** Positions count bytes of UTF-8: only known when the client says who it is. */
  isUtf8 = false;
  readonly documents = new TextDocuments<TextDocument>({
    create: (...given) => (this.isUtf8 ? UTF8_DOCUMENTS : TextDocument).create(...given),
    update: (...given) => (this.isUtf8 ? UTF8_DOCUMENTS : TextDocument).update(...given),
  });
  private readonly read = new Map<string, { readonly version: number; readonly text: PolicyText }>();

  /** An open document; undefined where it is not open. The same object as long as neither it nor what it extends changes. */
  at(uri: string): PolicyText | undefined {
    const document = this.documents.get(uri);
    if (!document) return undefined;
    const known = this.read.get(uri);
    if (known?.version === document.version) return known.text;
    const text = new PolicyText(document, (path) => this.opened(path)?.getText());
    this.read.set(uri, { version: document.version, text });
    return text;
  }

  /** A file as it stands in the editor, else as it is on the disk. */
  readonly byPath = (path: string): PolicyText | undefined => {
    const own = this.opened(path);
    return own ? this.at(own.uri) : fromDisk(path, this.isUtf8);
  };

  /** What extends a policy that has changed is another policy from now on. @returns these, read anew. */
  heirsOf(path: string | undefined): PolicyText[] {
    const heirs = [...this.read].filter(
      ([, { text }]) => text.path !== path && family(text, this.byPath).some((one) => one.path === path),
    );
    for (const [other] of heirs) this.read.delete(other);
    return heirs.flatMap(([other]) => this.at(other) ?? []);
  }

  /** The texts of what a policy extends, where they stand in the editor. */
  unsavedBeside(text: PolicyText): Record<string, string> {
    const all = family(text, this.byPath).flatMap(({ path }) => {
      const own = path === text.path ? undefined : this.opened(path)?.getText();
      return own === undefined ? [] : [[path, own] as const];
    });
    return Object.fromEntries(all);
  }

  forget(uri: string): void {
    this.read.delete(uri);
  }

  private opened(path: string): TextDocument | undefined {
    return this.documents.all().find(({ uri }) => pathOf(uri) === path);
  }
}
