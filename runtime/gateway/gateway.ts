import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApprovalFolder } from '../approvals/folder.js';
import { Redactor } from '../audit/redact.js';
import { AuditLog } from '../audit/segment.js';
import { type Signer, signerOf } from '../audit/sign.js';
import type { Sink } from '../audit/sink.js';
import { shown } from '../text/escape.js';
import { maskContext, maskSecrets } from '../text/mask-secrets.js';
import type { Context, Environment } from '../types.js';
import { BoundedLines } from '../wire/bounded-lines.js';
import { LineSplitter } from '../wire/lines.js';
import { INTERNAL_ERROR } from '../wire/refusal.js';
import { ApprovalCoordinator } from './approval/approval-coordinator.js';
import { ClientSide, type Outcome } from './client-side.js';
import { errorAnswer } from './errors.js';
import { InFlight } from './in-flight.js';
import { BoundPolicy } from './judge/bound-policy.js';
import { ClientRoots } from './judge/client-roots.js';
import { realPath, withRealPaths } from './judge/real-path.js';
import { ToolLock } from './judge/tool-lock.js';
import type { GatewayOptions } from './options/options.js';
import { ownFiles, workingFoldersOf } from './options/own-files.js';
import { defaultApprovalsDir, defaultAuditDir } from './options/places.js';
import { BackPressure } from './process/back-pressure.js';
import { BusyPoll } from './process/busy-poll.js';
import { ClientOutput } from './process/client-output.js';
import { openStdin } from './process/stdin-reader.js';
import { Upstream } from './process/upstream.js';
import { CallLog } from './record/call-log.js';
import { GroupCommit } from './record/group-commit.js';
import { ServerSide } from './server-side.js';

const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const DEFAULT_GRACE_SECONDS = 5;
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP']
    : ('SIGINT SIGTERM SIGHUP SIGQUIT SIGUSR1 SIGUSR2 SIGALRM SIGCONT SIGWINCH'.split(' ') as NodeJS.Signals[]);

/** These ask for an end. */
const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
/** How often a gateway that may not read looks for its parent, in milliseconds. */
const PARENT_MS = 1000;
/** Bytes of a server's chatter that wait for somebody to read them. */
const MAX_UNREAD = 1024 * 1024;

/** The gateway can't be started as it was asked to: the command ends with 2 and this sentence. */
export class GatewayStartError extends Error {
  override readonly name = 'GatewayStartError';
}

/** What a gateway works with once it is ready to start. @internal */
interface Session {
  readonly client: ClientSide;
  readonly server: ServerSide;
  readonly audit: AuditLog;
  readonly log: GroupCommit;
  readonly inFlight: InFlight;
  readonly coordinator: ApprovalCoordinator;
  readonly close: () => void;
}

/**
 * A transparent proxy between one MCP client and one stdio MCP server. It judges every message of the client before a
 * byte of it moves, and records what it decided before it acts on it.
 */
export class McpGatewayServer {
  constructor(private readonly options: GatewayOptions) {}

  /**
   * Runs until the server has ended.
   *
   * @returns the server's exit code; 128 + n after signal n; 127 where it could not be started.
   * @throws GatewayStartError where the audit folder, the context or a root can't be used.
   */
  async run(): Promise<number> {
    const { options } = this;
    if (options.upstreamCommand.length === 0) throw new GatewayStartError('no server command was given');
    const output = options.streams?.output ?? process.stdout;
    const errors = options.streams?.error ?? process.stderr;
    const tell = (line: string): void => void errors.write(`capfence: ${line}\n`);

    const grace = options.grace ?? DEFAULT_GRACE_SECONDS;
    const sink = await this.openSink(tell);
    const ready = this.prepare(tell, sink);
    // Nothing stands in the way: while the server starts, the rest is made, and the audit log's header.
    const upstream = new Upstream(options.upstreamCommand, grace);
    const session = await this.startedWith(upstream, () => {
      const made = this.session(ready, tell, (line) => toClient.line(line, input));
      startable(() => made.audit.flush(), "the audit folder can't be used: ");
      return made;
    });
    const busyPoll = new BusyPoll();
    const clientLines = new LineSplitter(options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES);
    let isOver = false;
    const fromClient = (chunk: Buffer): void => {
      if (isOver) return;
      busyPoll.arrived('client');
      const { mark } = session.log;
      const outcomes = clientLines.push(chunk).map((line) => session.client.handle(line));
      const isRecorded = session.log.commit(mark);
      for (const outcome of outcomes) if (outcome) carryOut(outcome, isRecorded);
      busyPoll.await('server');
    };
    const carryOut = (outcome: Outcome, isRecorded: boolean): void => {
      const { forward, reply, later } = isRecorded ? outcome : session.client.unrecorded(outcome);
      if (forward) toServer.write(forward, input);
      if (reply !== undefined) toClient.line(reply, input);
      void later?.then((resolve) => {
        const { mark } = session.log;
        const then = resolve();
        carryOut(then, session.log.commit(mark));
      });
    };
    const input = openStdin(options.streams?.input, fromClient, () => upstream.input.writableLength > 0);
    const toServer = new BackPressure(upstream.input);
    const toClient = new ClientOutput(new BackPressure(output));
    // From here on nobody has to read what is still to be delivered.
    let leave = (): void => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const clientGone = (): void => {
      // Calls that are at the store this moment go on before, or are answered; the store may be slow, or away.
      const resolution = session.coordinator.leave();
      if (session.coordinator.isIdle) upstream.closeInput();
      else {
        const graceEnds = sleep(grace * 1000, undefined, { ref: false });
        void Promise.race([resolution, graceEnds]).then(() => upstream.closeInput());
      }
      leave();
    };
    input.once('end', () => {
      if (clientLines.unfinished > 0) tell('the client closed in the middle of a line: not forwarded');
      clientGone();
    });
    input.once('error', clientGone);
    output.on('error', clientGone); // The client no longer reads.
    const stopWatching = watchParent(() => input.isPaused(), clientGone);
    errors.on('error', () => {}); // Nor does anyone listen to what is said beside.

    const serverLines = new BoundedLines(options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES);
    // Nobody may be reading what is said beside: then it is not worth holding the session up, nor any memory.
    const beside = (bytes: Buffer): void => {
      if (errors.writableLength < MAX_UNREAD) errors.write(bytes);
    };
    const fromServer = (chunk: Buffer): void => {
      for (const line of serverLines.push(chunk)) {
        if ('kind' in line) {
          const { piece, banner, replies } = session.server.handlePiece(line);
          if (piece) toClient.piece(piece, line.isLast, upstream.output);
          if (banner) beside(banner);
          for (const reply of replies) toClient.line(reply, upstream.output);
          continue;
        }
        const { forward, banner } = session.server.handle(line);
        if (forward) toClient.lines(forward, upstream.output);
        else if (banner) beside(banner);
      }
    };
    upstream.output.on('data', (chunk: Buffer) => {
      busyPoll.arrived('server');
      fromServer(chunk);
      busyPoll.await('client');
    });
    upstream.errors.pipe(errors, { end: false });

    const passOn = SIGNALS.map((signal) => [signal, () => signalled(signal)] as const);
    const signalled = (signal: NodeJS.Signals): void => {
      upstream.signal(signal, ENDING.has(signal));
      if (ENDING.has(signal)) leave();
    };
    for (const [signal, listener] of passOn) process.on(signal, listener);
    try {
      const { code, problem } = await upstream.ended;
      if (problem) tell(problem);
      isOver = true;
      session.coordinator.cancelAll();
      input.pause();
      if (serverLines.unfinished > 0) fromServer(NEWLINE); // It ended in the middle of its last line.
      for (const id of session.inFlight.takeAll()) {
        const problem = `the server ended (exit code ${code}) before it answered`;
        toClient.line(errorAnswer(id, INTERNAL_ERROR, problem), input);
      }
      // A client that is there reads in its own time; one that has gone or wants an end has its grace.
      toClient.endLine(input);
      await Promise.race([toClient.flushed(), left.then(() => sleep(grace * 1000, undefined, { ref: false }))]);
      // What the server said beside comes last: often it says why it ended.
      await Promise.race([new BackPressure(errors).flushed(), sleep(grace * 1000, undefined, { ref: false })]);
      return code;
    } finally {
      stopWatching();
      // A store that does not answer is no reason to stay.
      await Promise.race([session.coordinator.close().catch(() => {}), sleep(grace * 1000, undefined, { ref: false })]);
      for (const [signal, listener] of passOn) process.off(signal, listener);
      session.close();
      await sink?.close();
    }
  }

  private async openSink(tell: (line: string) => void): Promise<Sink | undefined> {
    const { sink, auditDir } = this.options;
    try {
      return await sink?.(auditDir ?? defaultAuditDir(), tell);
    } catch (error) {
      throw new GatewayStartError((error as Error).message, { cause: error });
    }
  }

  /** What goes wrong now, while the server starts, ends it before it was told anything. */
  private async startedWith<T>(upstream: Upstream, make: () => T): Promise<T> {
    try {
      return make();
    } catch (error) {
      await upstream.abort();
      throw error;
    }
  }

  /** What a start needs before the server is started. */
  private prepare(tell: (line: string) => void, sink: Sink | undefined) {
    const { options } = this;
    const agent = options.agentId ?? process.env['CAPFENCE_AGENT'] ?? 'mcp-agent';
    const context: Context = { agent, ...options.gate.context, ...options.context };
    const roots = withRealPaths(options.roots ?? options.gate.environment.roots ?? []);
    const environment: Environment = {
      home: homedir(),
      ...options.gate.environment,
      roots,
      ...(options.resolveLinks && { resolveLinks: realPath }),
    };
    const { manifest } = options.gate.module;
    const auditDir = options.auditDir ?? defaultAuditDir();
    const audit = new AuditLog({
      dir: auditDir,
      agent,
      fsync: options.fsync ?? false,
      maxBytes: options.auditMaxBytes,
      onSegment: sink && ((file) => sink.opened(file)),
      signer: options.sign === undefined ? undefined : startable(() => keyOf(options.sign as string)),
      header: () => ({
        policy: manifest.policy,
        policy_sha256: manifest.sha256,
        compiler: manifest.compiler,
        command: maskSecrets(options.commandLine ?? process.argv.slice(1)),
        cwd: process.cwd(),
        upstream: maskSecrets(options.upstreamCommand),
        context: maskContext(context),
        roots,
      }),
    });
    const lock = options.lock === undefined ? null : startable(() => ToolLock.read(options.lock as string));
    const { approvals = defaultApprovalsDir() } = options;
    const given = [
      auditDir,
      ...(typeof approvals === 'string' ? [approvals] : []),
      ...(options.sign ? [options.sign] : []),
      ...(options.lock ? [options.lock] : []),
      ...(options.ownFiles ?? []),
    ].map((file) => resolve(file));
    const policy = startable(
      () =>
        new BoundPolicy(
          (world) => options.gate.module.bind(context, world),
          environment,
          options.noSelfProtect ? null : () => ownFiles(given),
          workingFoldersOf(options.upstreamCommand),
        ),
    );
    const redactor = options.redact?.length ? startable(() => new Redactor(options.redact ?? [])) : null;
    startable(() => audit.open(), `the audit folder ${auditDir} can't be used: `);
    const observe = options.observe ?? manifest.mode === 'observe';
    if (observe) tell('observing: nothing is blocked');
    if (manifest.needsRoot && roots.length === 0) {
      const { relative, absolute } = manifest.needsRoot;
      tell(`note: without --root, whether ${shown(relative)} lies under ${shown(absolute)} is unknown: see CF208`);
    }
    return { agent, context, manifest, auditDir, audit, lock, policy, approvals, redactor, observe };
  }

  /** @param toClient Sends a line of the gateway's own; not before this has returned. */
  private session(
    {
      agent,
      context,
      manifest,
      auditDir,
      audit,
      lock,
      policy,
      approvals,
      redactor,
      observe,
    }: ReturnType<McpGatewayServer['prepare']>,
    tell: (line: string) => void,
    toClient: (line: string) => void,
  ): Session {
    const { options } = this;
    const inFlight = new InFlight();
    const log = new GroupCommit(audit, tell);
    const roots = new ClientRoots();
    const calls = new CallLog(log, manifest, redactor, observe);
    const coordinator = new ApprovalCoordinator({
      store: typeof approvals === 'string' ? new ApprovalFolder(approvals) : approvals,
      mode: options.approval ?? 'retry',
      manifest,
      redactor,
      calls,
      log,
      agent,
      upstream: options.upstreamCommand,
      cwd: process.cwd(),
      context,
      get roots() {
        return policy.roots;
      },
      audit: resolve(auditDir),
      toClient,
    });
    const client = new ClientSide({
      policy,
      roots,
      manifest,
      calls,
      inFlight,
      coordinator,
      lock,
      observe,
      denyAs: options.denyAs ?? 'error',
      auditAll: options.auditAll ?? false,
      auditPayloads: options.auditPayloads ?? false,
      maxMessageBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
    });
    const server = new ServerSide({
      policy,
      roots,
      inFlight,
      isAsking: () => coordinator.elicitation.isAsking,
      isOwn: (id) => coordinator.elicitation.isOwn(id),
      // Observing hides nothing.
      lock: observe ? null : lock,
      listAll: (options.listAll ?? false) || observe,
      onVersion: (version) => {
        client.allowsBatches = version === '2025-03-26';
      },
    });
    const close = (): void => {
      try {
        audit.close();
      } catch (error) {
        tell(`the audit log could not be ended in order: ${(error as Error).message}`);
      }
    };
    return { client, server, audit, log, inFlight, coordinator, close };
  }
}

const NEWLINE = Buffer.from('\n');

/**
 * A client that dies while its messages are held back, the server being behind, closes a stream that nobody reads. What
 * can be seen is that this process has another parent than at its start.
 *
 * @returns what ends the watch.
 */
function watchParent(isHeld: () => boolean, onGone: () => void): () => void {
  const parent = process.ppid;
  let wasHeld = false;
  const timer = setInterval(() => {
    const held = isHeld();
    if (wasHeld && held && process.ppid !== parent) onGone();
    wasHeld = held;
  }, PARENT_MS).unref();
  return () => clearInterval(timer);
}

function keyOf(file: string): Signer {
  try {
    return signerOf(readFileSync(file));
  } catch (error) {
    throw new Error(`the signing key ${file} can't be used: ${(error as Error).message}`, { cause: error });
  }
}

/** Turns what stops a start into one clear sentence. */
function startable<T>(start: () => T, before = ''): T {
  try {
    return start();
  } catch (error) {
    throw new GatewayStartError(before + (error as Error).message, { cause: error });
  }
}
