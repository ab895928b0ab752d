import type { Position } from 'vscode-languageserver/node';
import { TextDocument, type TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';

/**
 * A document whose positions count bytes of UTF-8, for clients that offer it (Language Server Protocol 3.17,
 * `general.positionEncodings`). Offsets stay those of a JavaScript string.
 */
class Utf8Document implements TextDocument {
  constructor(readonly inner: TextDocument) {}

  get uri(): string {
    return this.inner.uri;
  }

  get languageId(): string {
    return this.inner.languageId;
  }

  get version(): number {
    return this.inner.version;
  }

  get lineCount(): number {
    return this.inner.lineCount;
  }

  getText(range?: { readonly start: Position; readonly end: Position }): string {
    if (range === undefined) return this.inner.getText();
    return this.inner.getText().slice(this.offsetAt(range.start), this.offsetAt(range.end));
  }

  positionAt(offset: number): Position {
    const { line, character } = this.inner.positionAt(offset);
    return { line, character: Buffer.byteLength(this.line(line).slice(0, character)) };
  }

  offsetAt({ line, character }: Position): number {
    const start = this.inner.offsetAt({ line, character: 0 });
    let bytes = 0;
    let units = 0;
    // A place within a character is the character's beginning.
    for (const one of this.line(line).replace(/[\r\n]+$/, '')) {
      bytes += Buffer.byteLength(one);
      if (bytes > character) break;
      units += one.length;
    }
    return start + units;
  }

  getLineRange(line: number): { start: Position; end: Position } {
    const { start, end } = this.inner.getLineRange(line);
    return {
      start,
      end: { line: end.line, character: Buffer.byteLength(this.line(end.line).slice(0, end.character)) },
    };
  }

  getEOLCharacters(line: number): string {
    return this.inner.getEOLCharacters(line);
  }

  private line(line: number): string {
    return this.inner.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  }
}

/** How documents with such positions are made and changed. */
export const UTF8_DOCUMENTS = {
  create: (uri: string, languageId: string, version: number, content: string): TextDocument =>
    new Utf8Document(TextDocument.create(uri, languageId, version, content)),
  update: (document: TextDocument, changes: TextDocumentContentChangeEvent[], version: number): TextDocument => {
    const { inner } = document as Utf8Document;
    // Each change counts from what the ones before it left.
    for (const change of changes) {
      const range = 'range' in change && {
        start: inner.positionAt(document.offsetAt(change.range.start)),
        end: inner.positionAt(document.offsetAt(change.range.end)),
      };
      TextDocument.update(inner, [{ text: change.text, ...(range && { range }) }], version);
    }
    return document;
  },
};
