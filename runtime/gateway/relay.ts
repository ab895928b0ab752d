import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BoundedLines } from '../wire/bounded-lines.js';
import { errorAnswer } from '../wire/error-answer.js';
import { LineSplitter } from '../wire/lines.js';
import { INTERNAL_ERROR } from '../wire/refusal.js';
import type { Delivery } from './deliverer.js';
import type { Tell } from './preparation.js';
import { BackPressure } from './process/back-pressure.js';
import { BusyPoll } from './process/busy-poll.js';
import { ClientOutput } from './process/client-output.js';
import { watchParent } from './process/parent-watch.js';
import { passSignals } from './process/signals.js';
import { openStdin } from './process/stdin-reader.js';
import type { Upstream } from './process/upstream.js';
import type { Session } from './session.js';

/** Bytes of a server's chatter that wait for somebody to read them. */
const MAX_UNREAD = 1024 * 1024;
const NEWLINE = Buffer.from('\n');

/** @internal */
export interface RelaySetup {
  readonly upstream: Upstream;
  /** The client's stream; undefined for standard input. */
  readonly input: Readable | undefined;
  readonly output: Writable;
  readonly errors: Writable;
  readonly maxMessageBytes: number;
  /** Seconds. */
  readonly grace: number;
  readonly tell: Tell;
}

/** Moves bytes between the streams of client and server and the session between them. @internal */
export class Relay {
  private session!: Session;
  private input!: Readable;
  private readonly toClient: ClientOutput;
  private readonly toServer: BackPressure;
  private readonly clientLines: LineSplitter;
  private readonly serverLines: BoundedLines;
  private readonly busyPoll = new BusyPoll();
  private isOver = false;
  /** From when it resolves on nobody has to read what is still to be delivered. */
  private readonly left: Promise<void>;
  private leave: () => void = () => {};

  constructor(private readonly setup: RelaySetup) {
    this.toClient = new ClientOutput(new BackPressure(setup.output));
    this.toServer = new BackPressure(setup.upstream.input);
    this.clientLines = new LineSplitter(setup.maxMessageBytes);
    this.serverLines = new BoundedLines(() => this.session.server.mostHeld(setup.maxMessageBytes));
    this.left = new Promise((resolve) => {
      this.leave = resolve;
    });
  }

  /** A line of the gateway's own for the client. */
  line(line: string): void {
    this.toClient.line(line, this.input);
  }

  /** What a line of the client comes to. */
  deliver({ forward, reply }: Delivery): void {
    if (forward) this.toServer.write(forward, this.input);
    if (reply !== undefined) this.line(reply);
  }

  /** Runs until the server has ended. @returns its exit code. */
  async run(session: Session): Promise<number> {
    this.session = session;
    const { upstream, input, output, errors } = this.setup;
    this.input = openStdin(
      input,
      (chunk) => this.fromClient(chunk),
      () => upstream.input.writableLength > 0,
    );
    this.input.once('end', () => {
      if (this.clientLines.unfinished > 0) this.setup.tell('the client closed in the middle of a line: not forwarded');
      this.clientGone();
    });
    this.input.once('error', () => this.clientGone());
    output.on('error', () => this.clientGone()); // The client no longer reads.
    errors.on('error', () => {}); // Nor does anyone listen to what is said beside.
    upstream.output.on('data', (chunk: Buffer) => {
      this.busyPoll.arrived('server');
      this.toClient.together(upstream.output, () => this.fromServer(chunk));
      this.busyPoll.await('client');
    });
    upstream.errors.pipe(errors, { end: false });
    const stopWatching = watchParent(
      () => this.input.isPaused(),
      () => this.clientGone(),
    );
    const stopSignals = passSignals((signal, isEnding) => {
      upstream.signal(signal, isEnding);
      if (isEnding) this.leave();
    });
    try {
      return await this.ended();
    } finally {
      stopWatching();
      // A store that does not answer is no reason to stay.
      await Promise.race([session.coordinator.close().catch(() => {}), this.graceEnds()]);
      stopSignals();
    }
  }

  private fromClient(chunk: Buffer): void {
    if (this.isOver) return;
    this.busyPoll.arrived('client');
    const { input, toClient, toServer } = this;
    toServer.together(input, () =>
      toClient.together(input, () => this.session.client.receive(this.clientLines.push(chunk))),
    );
    this.busyPoll.await('server');
  }

  private fromServer(chunk: Buffer): void {
    const { toClient } = this;
    const { output } = this.setup.upstream;
    for (const line of this.serverLines.push(chunk)) {
      if ('kind' in line) {
        const { piece, banner, replies, answers = [] } = this.session.server.handlePiece(line);
        if (piece) toClient.piece(piece, line.isLast, output);
        if (banner) this.beside(banner);
        for (const reply of replies) toClient.line(reply, output);
        for (const answer of answers) this.toServer.write(`${answer}\n`, output);
        continue;
      }
      const { forward, banner, answer } = this.session.server.handle(line);
      if (answer !== undefined) this.toServer.write(`${answer}\n`, output);
      if (forward) toClient.lines(forward, output);
      else if (banner) this.beside(banner);
    }
  }

  /** Nobody may be reading what is said beside: then it is not worth holding the session up, nor any memory. */
  private beside(bytes: Buffer | string): void {
    const { errors } = this.setup;
    if (errors.writableLength < MAX_UNREAD) errors.write(bytes);
  }

  private clientGone(): void {
    const { coordinator } = this.session;
    const { upstream } = this.setup;
    // Calls that are at the store this moment go on before, or are answered; the store may be slow, or away.
    const isResolved = coordinator.leave();
    if (coordinator.isIdle) upstream.closeInput();
    else void Promise.race([isResolved, this.graceEnds()]).then(() => upstream.closeInput());
    this.leave();
  }

  /** Waits for the server's end, and settles what is left. */
  private async ended(): Promise<number> {
    const { upstream, errors, tell } = this.setup;
    const { code, problem } = await upstream.ended;
    if (problem) tell(problem);
    this.isOver = true;
    this.session.coordinator.cancelAll();
    this.input.pause();
    if (this.serverLines.unfinished > 0) this.fromServer(NEWLINE); // It ended in the middle of its last line.
    for (const [id, { watch }] of this.session.inFlight.takeAll()) {
      watch?.lost();
      this.line(errorAnswer(id, INTERNAL_ERROR, `the server ended (exit code ${code}) before it answered`));
    }
    // A client that is there reads in its own time; one that has gone or wants an end has its grace.
    this.toClient.endLine(this.input);
    await Promise.race([this.toClient.flushed(), this.left.then(() => this.graceEnds())]);
    // What the server said beside comes last: often it says why it ended.
    await Promise.race([new BackPressure(errors).flushed(), this.graceEnds()]);
    return code;
  }

  private graceEnds(): Promise<void> {
    return sleep(this.setup.grace * 1000, undefined, { ref: false });
  }
}
