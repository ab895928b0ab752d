import type { Place } from './source.js';

export type Severity = 'error' | 'warning' | 'note';

/** What a code says, once its page's template is filled in (docs/diagnostics). */
export interface Message {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
}

/** A message about a place in a policy. */
export interface Diagnostic extends Message {
  readonly place: Place;
  readonly related?: readonly { readonly place: Place; readonly message: string }[];
}

/** Collects what is wrong with the files of one policy, so that all of it is shown at once. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  add(message: Message, place: Place, related?: Diagnostic['related']): void {
    this.list.push({ ...message, place, ...(related && { related }) });
  }

  /** As `add`, for what may be found in several ways. */
  addOnce(message: Message, place: Place): void {
    const isSame = (other: Diagnostic) => other.message === message.message && other.place.offset === place.offset;
    if (!this.list.some(isSame)) this.add(message, place);
  }

  get hasErrors(): boolean {
    return this.list.some(({ severity }) => severity === 'error');
  }
}

/** A policy that does not load; it never runs. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(
      diagnostics
        .filter(({ severity }) => severity === 'error')
        .map(({ code, message, place }) => `${place.source.file}:${place.line}:${place.column}: ${code}: ${message}`)
        .join('\n'),
    );
  }
}
