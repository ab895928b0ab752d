import type { Diagnostic } from 'vscode-languageserver/node';
import { type Analysis, type Answer, analyse } from './analysis.js';
import type { ChangesAgainstHead } from './changes-against-head.js';
import type { OpenTexts } from './open-texts.js';
import type { PolicyText } from './policy-text.js';

/** Nobody has typed for so long, in milliseconds: then a policy is analysed. */
const PAUSE_MS = 400;

/** What analysis has said of a policy as it stands. */
export interface Analysed {
  readonly findings: readonly Diagnostic[];
  readonly changes?: ChangesAgainstHead;
}

/** The analyses of open policies: each begins after a pause, and the next key ends it. */
export class Analyses {
  private readonly running = new Map<string, { readonly timer: NodeJS.Timeout; analysis?: Analysis }>();
  private readonly done = new Map<string, Analysed & { readonly text: PolicyText }>();

  /**
   * @param command How `capfence` is started.
   * @param found Told when more is known of a policy.
   */
  constructor(
    private readonly command: readonly string[],
    private readonly texts: OpenTexts,
    private readonly found: (text: PolicyText, analysed: Analysed) => void,
  ) {}

  begin(text: PolicyText): void {
    const { uri } = text.document;
    this.end(uri);
    if (!text.policy) return;
    const timer = setTimeout(() => {
      const { command, texts } = this;
      const { isUtf8 } = texts;
      const found = (answer: Answer) => this.add(text, answer);
      const analysis = analyse(text, { command, isUtf8, unsaved: texts.unsavedBeside(text), found });
      this.running.set(uri, { timer, analysis });
    }, PAUSE_MS);
    this.running.set(uri, { timer });
  }

  /** What is known of a text; of one that was typed since, nothing. */
  of(text: PolicyText): Analysed {
    const known = this.done.get(text.document.uri);
    return known?.text === text ? known : { findings: [] };
  }

  end(uri: string): void {
    const one = this.running.get(uri);
    if (one) clearTimeout(one.timer);
    one?.analysis?.cancel();
    this.running.delete(uri);
  }

  forget(uri: string): void {
    this.end(uri);
    this.done.delete(uri);
  }

  private add(text: PolicyText, answer: Answer): void {
    const { uri } = text.document;
    // Another key was faster.
    if (this.texts.at(uri) !== text) return;
    const analysed = { ...this.of(text), ...answer, text };
    this.done.set(uri, analysed);
    this.found(text, analysed);
  }
}
