import { homedir } from 'node:os';
import type { CallEnd } from '../history/entry.js';
import { type Ledger, LedgerUnavailable } from '../history/ledger.js';
import { LedgerFolder } from '../history/ledger-folder.js';
import { nodeCrypto } from '../text/sha256.js';
import type { Args, Context, Decide, Environment, History, Manifest, ManifestHistory, Verdict } from '../types.js';
import { isObject } from '../wire/envelope.js';
import { isCompleteResult } from './history/call-results.js';
import { GatewayPast } from './history/gateway-past.js';
import { GatewayRun } from './history/gateway-run.js';
import { ledgerUnavailable } from './history/line-entry.js';
import { EvaluatedCall } from './judge/evaluated-call.js';
import { isPermitted } from './judge/evaluation.js';
import type { PolicyModule } from './judge/policy-module.js';
import { defaultLedgerDir } from './options/places.js';

/** Where an action's past is kept, and whose it is; what is not given is as for gateways. */
export interface GatePast {
  /** A folder of a local disk, or another ledger. Default: `CAPFENCE_LEDGER`, else `ledger` in the state folder. */
  readonly ledger?: string | Ledger;
  /** Default: `CAPFENCE_AGENT`, else `mcp-agent`. */
  readonly agent?: string;
  /** Default: `CAPFENCE_SESSION`, else the unnamed one. */
  readonly session?: string;
}

/** An action that was judged, and entered in the ledger where it goes on. */
export interface BegunCall {
  readonly verdict: Verdict;
  /**
   * Says how it ended; nothing where it did not go on.
   *
   * @param result What came of it, for marks that ask: an object, as an MCP server would answer.
   */
  end(how: 'ok' | 'error', result?: Args): Promise<void>;
}

/** So often others may be quicker. */
const MAX_ROUNDS = 100;

/** Judges actions by a compiled policy, behind MCP or not. */
export class ActionGate {
  /** The decision function itself, with all it can be asked. */
  readonly bound: Decide;
  private opened: { readonly past: GatewayPast; readonly run: GatewayRun; readonly begun: Promise<void> } | undefined;

  /** @throws BindError where the context is not the one the policy was compiled for, or a root is relative. */
  constructor(
    readonly module: PolicyModule,
    readonly context: Context = {},
    readonly environment: Environment = { home: homedir() },
    private readonly place: GatePast = {},
  ) {
    this.bound = module.bind(context, environment);
  }

  get manifest(): Manifest {
    return this.module.manifest;
  }

  /**
   * How a call of this tool is decided, as things are. Nothing is recorded, entered or asked. Of a ledger in a database it
   * knows what `begin` has read last.
   */
  decide(tool: string, args: Args = {}): Verdict {
    return this.inPast((history) => this.bound(tool, args, history));
  }

  /** The same for a capability without a tool, with the default facts. */
  decideCapability(capability: string, args: Args = {}): Verdict {
    return this.inPast((history) => this.bound.capability(capability, args, history));
  }

  /**
   * Judges a call that is about to be made, and enters it where it may go on: what it marks and counts is so from here on.
   *
   * @param isApproved A person has approved it: it goes on where the policy asks for that.
   */
  async begin(tool: string, args: Args = {}, isApproved = false): Promise<BegunCall> {
    if (!this.manifest.history) return { verdict: this.bound(tool, args), end: async () => {} };
    const past = this.past();
    const isReady =
      past &&
      (await this.opened?.begun.then(
        () => true,
        () => false,
      ));
    if (!past || !isReady) {
      const { marks, counts } = this.bound.effects(tool, args);
      const verdict = this.decide(tool, args);
      const isNeeded = marks.length + counts.length > 0 && verdict.decision !== 'deny';
      return { verdict: isNeeded ? ledgerUnavailable(verdict) : verdict, end: async () => {} };
    }
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (past.isRemote) await past.refresh();
      const call = this.evaluate(past, tool, args);
      const { verdict } = call;
      if (!goesOn(verdict, isApproved)) return { verdict, end: async () => {} };
      const stands = () => goesOn(this.evaluate(past, tool, args).verdict, isApproved);
      try {
        const entered = await past.enter(call, undefined, isApproved, stands);
        if (entered === 'entered') return { verdict, end: (how, result) => this.end(past, call, how, result) };
      } catch (error) {
        if (!(error instanceof LedgerUnavailable)) throw error;
        return { verdict: ledgerUnavailable(verdict), end: async () => {} };
      }
    }
    throw new LedgerUnavailable('others were always quicker');
  }

  /** Says that this program makes no more calls: what is open has ended. */
  async close(): Promise<void> {
    await this.opened?.run.end();
    this.opened = undefined;
  }

  private inPast(judge: (history?: History) => Verdict): Verdict {
    if (!this.manifest.history) return judge();
    const past = this.past();
    if (!past) {
      let isAsked = false;
      const asked = <T>(answer: T): T => {
        isAsked = true;
        return answer;
      };
      const verdict = judge({ now: Date.now(), label: () => asked(2 as const), exceeds: () => asked(true) });
      return isAsked ? ledgerUnavailable(verdict) : verdict;
    }
    const verdict = judge(past.next([]));
    return past.isUnavailable ? ledgerUnavailable(verdict) : verdict;
  }

  private evaluate(past: GatewayPast, tool: string, args: Args): EvaluatedCall {
    const history = past.next([]);
    const judged = this.bound(tool, args, history);
    const verdict = past.isUnavailable ? ledgerUnavailable(judged) : judged;
    const own = { history, pasts: past, continues: undefined };
    return new EvaluatedCall({ method: 'tools/call', tool, args, verdict, text: '{}', decide: this.bound, past: own });
  }

  private async end(past: GatewayPast, call: EvaluatedCall, how: CallEnd, result: Args | undefined): Promise<void> {
    const open = past.openEntry(call);
    const isComplete = how === 'ok' && (result === undefined || (isObject(result) && isCompleteResult(result)));
    if (open) past.end(open, how, isComplete, result ?? {});
  }

  /** undefined where the ledger can't be opened. */
  private past(): GatewayPast | undefined {
    if (this.opened) return this.opened.past;
    try {
      return this.open(this.manifest.history as ManifestHistory);
    } catch (error) {
      if (error instanceof LedgerUnavailable) return undefined;
      throw error;
    }
  }

  private open(history: ManifestHistory): GatewayPast {
    const place = this.place.ledger ?? process.env['CAPFENCE_LEDGER'] ?? defaultLedgerDir();
    const ledger = typeof place === 'string' ? new LedgerFolder(place) : place;
    const whose = {
      agent: this.place.agent ?? process.env['CAPFENCE_AGENT'] ?? 'mcp-agent',
      session: this.place.session ?? process.env['CAPFENCE_SESSION'] ?? '',
    };
    const gateway = nodeCrypto().randomBytes(8).toString('hex');
    const run = new GatewayRun({ ledger, whose, gateway, idleSeconds: undefined });
    const past = new GatewayPast({
      policy: history,
      ledger,
      whose,
      gateway,
      decide: () => this.bound,
      tell: (line) => void process.emitWarning(line),
      tidy: () => run.now(),
      isTakenForEnded: () => run.isTakenForEnded(),
    });
    const begun = run.begin();
    begun.catch(() => {}); // `begin` tells of it.
    this.opened = { past, run, begun };
    return past;
  }
}

function goesOn(verdict: Verdict, isApproved: boolean): boolean {
  return isPermitted(verdict) || (isApproved && verdict.decision === 'require_approval');
}
