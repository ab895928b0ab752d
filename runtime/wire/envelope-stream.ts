import { parsed } from './json.js';
import type { RequestId } from './refusal.js';

/** What is known of a line that is too long to be held. @internal */
export interface LongEnvelope {
  readonly startsAs: 'object' | 'array' | 'other';
  /** null: there, but not a string or number. */
  readonly id: RequestId | null | undefined;
  readonly method: string | undefined;
  readonly isResponse: boolean;
}

/** Longer keys, ids and methods are none that matter. */
const MAX_WORD = 256;

/** Finds the top-level `id` and `method` of an object while its bytes go by; nothing else of it is kept. @internal */
export class EnvelopeStream implements LongEnvelope {
  startsAs: LongEnvelope['startsAs'] = 'other';
  id: RequestId | null | undefined;
  method: string | undefined;
  isResponse = false;
  private hasStarted = false;
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  /** Inside the top-level object: the word that is being read, as text; null where it is too long. */
  private word: string | null = '';
  private isKey = true;
  private key: string | undefined;

  push(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; i++) this.take(bytes[i] as number);
  }

  private take(byte: number): void {
    if (!this.hasStarted) {
      if (byte === 0x20 || byte === 0x09 || byte === 0x0d) return;
      this.hasStarted = true;
      this.startsAs = byte === 0x7b ? 'object' : byte === 0x5b ? 'array' : 'other';
      this.depth = this.startsAs === 'other' ? 0 : 1;
      return;
    }
    if (this.startsAs !== 'object') return;
    if (this.inString) {
      if (this.depth === 1) this.keep(byte);
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === 0x5c) this.isEscaped = true;
      else if (byte === 0x22) this.inString = false;
      return;
    }
    switch (byte) {
      case 0x22:
        this.inString = true;
        if (this.depth === 1) this.keep(byte);
        return;
      case 0x7b:
      case 0x5b:
        this.depth++;
        return;
      case 0x7d:
      case 0x5d:
        if (this.depth-- === 1) this.endMember();
        return;
      case 0x2c:
        if (this.depth === 1) this.endMember();
        return;
      case 0x3a:
        if (this.depth === 1 && this.isKey) {
          const key = parsed(this.word ?? '');
          this.key = typeof key === 'string' ? key : undefined;
          this.isKey = false;
          this.word = '';
        }
        return;
      default:
        if (this.depth === 1 && byte > 0x20) this.keep(byte);
    }
  }

  private keep(byte: number): void {
    if (this.word !== null) this.word = this.word.length < MAX_WORD ? this.word + String.fromCharCode(byte) : null;
  }

  private endMember(): void {
    const { key } = this;
    if (key === 'result' || key === 'error') this.isResponse = true;
    else if (key === 'id' || key === 'method') {
      const value = parsed(Buffer.from(this.word ?? '', 'latin1').toString());
      if (key === 'id') this.id = typeof value === 'string' || typeof value === 'number' ? value : null;
      else this.method = typeof value === 'string' ? value : undefined;
    }
    this.isKey = true;
    this.key = undefined;
    this.word = '';
  }
}
