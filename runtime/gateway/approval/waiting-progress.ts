import type { EvaluatedCall } from '../judge/evaluated-call.js';

const PROGRESS_MS = 5000;

/** Tells a client that asked for it that its call still waits. @internal */
export class WaitingProgress {
  private readonly token: string | undefined;
  private told = 0;
  private next = 0;

  constructor(
    call: EvaluatedCall,
    private readonly approval: string,
    private readonly toClient: (line: string) => void,
  ) {
    this.token = call.param('_meta', 'progressToken');
  }

  tell(): void {
    const now = performance.now();
    if (this.token === undefined || now < this.next) return;
    this.next = now + PROGRESS_MS;
    // It must grow with each notification, and the server's own, which come later, must be greater still.
    const progress = ++this.told * 1e-9;
    const message = JSON.stringify(`waiting for approval ${this.approval}`);
    const params = `{"progressToken":${this.token},"progress":${progress},"message":${message}}`;
    this.toClient(`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`);
  }
}
