import { resolve } from 'node:path';
import type { Approval } from '../approvals/approval.js';
import { ApprovalFolder } from '../approvals/folder.js';
import { Notifier } from '../approvals/notifier.js';
import { ApprovalCoordinator } from './approval/approval-coordinator.js';
import type { ApprovalSetup } from './approval/pending-call.js';
import { ClientSide } from './client-side.js';
import { Deliverer, type Delivery } from './deliverer.js';
import { CallResults } from './history/call-results.js';
import { GatewayPast } from './history/gateway-past.js';
import type { GatewayRun } from './history/gateway-run.js';
import { LineEntry } from './history/line-entry.js';
import { InFlight } from './in-flight.js';
import { Authorizer } from './judge/authorizer.js';
import { ClientRoots } from './judge/client-roots.js';
import { LineJudge } from './judge/line-judge.js';
import type { Preparation } from './preparation.js';
import { LineReader } from './read/line-reader.js';
import { CallLog } from './record/call-log.js';
import { GroupCommit } from './record/group-commit.js';
import { LineRecorder } from './record/line-recorder.js';
import { resultSide } from './results/result-side.js';
import { ServerSide } from './server-side.js';

export const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const DEFAULT_MAX_RESULT_BYTES = 64 * 1024 * 1024;

/** Where a session sends what it has to say. */
export interface SessionOutput {
  /** What a line of the client comes to. */
  readonly deliver: (delivery: Delivery) => void;
  /** A line of the gateway's own for the client. */
  readonly toClient: (line: string) => void;
}

/** One client and one server, from the first message to the last: what of a gateway knows nothing of streams. @internal */
export class Session {
  readonly client: ClientSide;
  readonly server: ServerSide;
  readonly coordinator: ApprovalCoordinator;
  readonly inFlight = new InFlight();
  private readonly notifier: Notifier | undefined;

  constructor(
    private readonly preparation: Preparation,
    output: SessionOutput,
    /** Its run, as the ledger knows it; absent where the policy has no history. */
    private readonly run?: GatewayRun,
  ) {
    const { options, manifest, policy, lock, redactor, observes, audit, tell } = preparation;
    const log = new GroupCommit(audit, tell);
    const { inFlight } = this;
    // A prebuilt gateway is bundled without this where its policy says nothing of results (compiler/emit/bundle.ts).
    const side = globalThis.CAPFENCE_WITHOUT_RESULTS
      ? undefined
      : resultSide(manifest.results, () => policy.decide.secrets, {
          ofProgress: (token) => inFlight.ofProgress(token),
          observes,
          maxBytes: options.maxResultBytes ?? DEFAULT_MAX_RESULT_BYTES,
          said: (method, treated) => results.said(method, treated),
        });
    const calls = new CallLog(log, manifest, redactor, observes, options.auditPayloads ? side?.stored : undefined);
    const roots = new ClientRoots();
    // Likewise where it asks nothing of the past.
    const past = globalThis.CAPFENCE_WITHOUT_HISTORY ? null : pastOf(preparation, run);
    const sessionId = async () => past?.sessionId();
    const { toClient } = output;
    this.notifier = notifierFor(preparation);
    const onAsked = (approval: Approval) => this.notifier?.notify(approval);
    const parts = { calls, log, sessionId, onAsked, toClient };
    const coordinator = new ApprovalCoordinator(approvalSetup(preparation, parts));
    const { elicitation } = coordinator;
    const results = new CallResults({
      past,
      record: (result) => {
        const { mark } = log;
        calls.result(result);
        log.commit(mark);
      },
      recordsAll: options.auditResults ?? false,
    });
    const authorizer = new Authorizer(policy, lock, past);
    const judge = new LineJudge(authorizer, observes);
    const entry = globalThis.CAPFENCE_WITHOUT_HISTORY
      ? null
      : past && new LineEntry({ past, judge, newRecordId: () => log.newId(), observes });
    const reader = new LineReader({
      own: elicitation,
      isTaken: (id) => inFlight.has(id),
      keepsPayloads: options.auditPayloads ?? false,
      maxMessageBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
    });
    this.coordinator = coordinator;
    this.client = new ClientSide({
      reader,
      authorizer,
      judge,
      entry,
      results,
      guards: side?.guards ?? null,
      recorder: new LineRecorder(calls, options.auditAll ?? false),
      deliverer: new Deliverer({ manifest, denyAs: options.denyAs ?? 'error', observes }),
      policy,
      roots,
      calls,
      log,
      inFlight,
      coordinator,
      send: output.deliver,
    });
    this.server = new ServerSide({
      policy,
      roots,
      inFlight,
      isAsking: () => elicitation.isAsking,
      isOwn: (id) => elicitation.isOwn(id),
      // Observing hides nothing.
      lock: observes ? null : lock,
      listAll: (options.listAll ?? false) || observes,
      results: side?.server ?? null,
      onVersion: (version) => {
        reader.allowsBatches = version === '2025-03-26';
      },
    });
  }

  /** Ends the records. */
  async close(): Promise<void> {
    const { audit, tell } = this.preparation;
    await this.notifier?.close();
    await this.run?.end();
    try {
      audit.close();
    } catch (error) {
      tell(`the audit log could not be ended in order: ${(error as Error).message}`);
    }
  }
}

/** What came before, where the policy looks at it. */
function pastOf({ manifest, ledger, policy, tell }: Preparation, run: GatewayRun | undefined): GatewayPast | null {
  if (!ledger || !run || !manifest.history) return null;
  return new GatewayPast({
    policy: manifest.history,
    ledger,
    whose: run.whose,
    gateway: run.gateway,
    decide: () => policy.decide,
    tell,
    tidy: () => run.now(),
    isTakenForEnded: () => run.isTakenForEnded(),
  });
}

function notifierFor({ options, desks, tell }: Preparation): Notifier | undefined {
  const { notify = [], notifyCommand = [], notifyArguments = false } = options;
  if (notify.length + notifyCommand.length === 0) return undefined;
  const secret = process.env['CAPFENCE_NOTIFY_SECRET'] || undefined;
  const targets = { urls: notify, commands: notifyCommand, hasArguments: notifyArguments, secret };
  return new Notifier({ ...targets, page: () => desks.url }, tell);
}

function approvalSetup(
  { options, agent, context, manifest, auditDir, policy, approvals, redactor }: Preparation,
  parts: Pick<ApprovalSetup, 'calls' | 'log' | 'sessionId' | 'onAsked' | 'toClient'>,
): ConstructorParameters<typeof ApprovalCoordinator>[0] {
  return {
    ...parts,
    store: typeof approvals === 'string' ? new ApprovalFolder(approvals) : approvals,
    mode: options.approval ?? 'retry',
    manifest,
    redactor,
    agent,
    upstream: options.upstreamCommand,
    cwd: process.cwd(),
    context,
    get roots() {
      return policy.roots;
    },
    followsLinks: options.resolveLinks ?? false,
    audit: resolve(auditDir),
  };
}
