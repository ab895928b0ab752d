import { callEffects, resultsOf } from '../../history/call-entry.js';
import type { CallEnd, LedgerEntry } from '../../history/entry.js';
import { type Entered, type Ledger, LedgerUnavailable } from '../../history/ledger.js';
import { LedgerHistory, type Whose } from '../../history/ledger-history.js';
import type {
  Args,
  AskedLabel,
  CountEffect,
  Decide,
  Effects,
  History,
  ManifestHistory,
  ManifestLimit,
  Verdict,
} from '../../types.js';
import type { CallEntered, EvaluatedCall } from '../judge/evaluated-call.js';
import type { PastReason, Pasts } from '../judge/pasts.js';
import { Continuations, MAX_CONTINUED } from './continuations.js';

/** What a gateway's past is made of. @internal */
export interface PastSetup {
  readonly policy: ManifestHistory;
  readonly ledger: Ledger;
  readonly whose: Whose;
  /** Names this process in the ledger. */
  readonly gateway: string;
  /** The policy as it is bound now. */
  readonly decide: () => Decide;
  readonly tell: (line: string) => void;
  /** Called now and then. */
  readonly tidy: () => void;
  /** Do others think that this gateway has ended? */
  readonly isTakenForEnded: () => boolean;
}

/** An open call as the ledger knows it. @internal */
export interface OpenEntry extends CallEntered {
  readonly effects: Effects;
  readonly tool: string;
}

/** What came before, for one gateway: it asks its ledger, and enters there what goes on. @internal */
export class GatewayPast implements Pasts {
  isUnavailable = false;
  private isFresh = false;
  /** What is remote could be read. */
  private isReadable = false;
  private isDown = false;
  private isEntering = false;
  private calls = 0;
  private readonly continuations = new Continuations();
  /** Calls that were entered again, by the id that they had. */
  private readonly names = new Map<string, string>();
  /** It is being said that this gateway has not ended. */
  private comingBack: Promise<void> | undefined;
  /** Calls that mark, while they are open. */
  private readonly entries = new Map<string, OpenEntry>();
  private readonly counted = new Map<string, OpenEntry>();

  /** What most calls meet. */
  private readonly plain: LedgerHistory;

  constructor(private readonly setup: PastSetup) {
    this.plain = this.historyOf();
  }

  /** Must it be waited for? */
  get isRemote(): boolean {
    return this.setup.ledger.isRemote;
  }

  /** Reads what was entered since, where that takes a while: before calls are judged. */
  async refresh(): Promise<void> {
    try {
      await this.setup.ledger.refresh();
      await this.comeBack();
      this.worksAgain();
      this.isReadable = true;
      this.setup.tidy();
    } catch (error) {
      this.failed(error);
      this.isReadable = false;
    }
  }

  /** Names the session that runs now; undefined where it can't be read. */
  async sessionId(): Promise<string | undefined> {
    const { ledger, whose } = this.setup;
    try {
      await ledger.refresh();
      return ledger.state.sessionId(whose.agent, whose.session);
    } catch {
      return undefined;
    }
  }

  next(open: readonly Effects[], except?: string): History {
    this.isFresh = false;
    this.isUnavailable = false;
    const history = except === undefined ? this.plain : this.historyOf(this.nameOf(except));
    return open.length === 0 ? history : this.setup.decide().beside(history, open);
  }

  private historyOf(except?: string): LedgerHistory {
    const { policy, whose, ledger } = this.setup;
    return new LedgerHistory(
      policy,
      whose,
      () => ledger.state,
      () => ledger.now(),
      () => this.read(),
      except,
    );
  }

  get hasContinued(): boolean {
    return !this.continuations.isEmpty;
  }

  continued(isRetry: boolean, state: string | undefined, tool: string, argumentsText: string): string | undefined {
    return isRetry && this.hasContinued ? this.continuations.find(state ?? '', tool, argumentsText) : undefined;
  }

  reason(asked: readonly AskedLabel[], exceeded: readonly CountEffect[], verdict: Verdict): PastReason {
    const { policy, whose, ledger } = this.setup;
    const history = new LedgerHistory(
      policy,
      whose,
      () => ledger.state,
      () => ledger.now(),
    );
    const set = asked.map(({ after, keys }) => history.setter(after, keys)).find((found) => found !== undefined);
    const deciding = this.deciding(exceeded, verdict);
    const standing = deciding && history.standing(deciding);
    return {
      ...(set && {
        history: {
          label: set.label,
          record: set.setter.record ?? null,
          tool: set.setter.tool,
          time: new Date(set.setter.time).toISOString(),
        },
      }),
      ...(standing && {
        limit: {
          id: standing.limit,
          total: standing.total,
          max: standing.max,
          room_at: standing.roomAt === undefined ? null : new Date(standing.roomAt).toISOString(),
        },
      }),
    };
  }

  unread(exceeded: readonly CountEffect[], verdict: Verdict): string[] {
    const deciding = this.deciding(exceeded, verdict);
    if (!deciding) return [];
    const { of = 'amount', by } = this.setup.policy.limits[deciding.limit] as ManifestLimit;
    const isKeyless = deciding.keys?.length === 0 || deciding.keys?.includes(null);
    return [...(deciding.amount === null ? [of] : []), ...(isKeyless && by !== undefined ? [by] : [])];
  }

  /** The limit that decided, and no other. */
  private deciding(exceeded: readonly CountEffect[], verdict: Verdict): CountEffect | undefined {
    return exceeded.find(({ limit }) => {
      const { over, reason } = this.setup.policy.limits[limit] as ManifestLimit;
      return over === verdict.decision && reason === verdict.reason;
    });
  }

  /**
   * Enters a call that is about to go on.
   *
   * @param record The id of its record; undefined: it has none.
   * @param isForced It goes on even beyond a limit.
   * @param stands Whether it may still go on, where others were entered before it.
   * @throws LedgerUnavailable
   */
  enter(
    call: EvaluatedCall,
    record: string | undefined,
    isForced: boolean,
    stands: () => boolean,
  ): Entered | Promise<Entered> {
    const { policy, whose, gateway, ledger } = this.setup;
    const { continues } = call;
    // What another has gone on with meanwhile is a call of its own.
    if (continues !== undefined && this.goesOn(call, continues)) return 'entered';
    const own = callEffects(policy, call.effects, isForced);
    if (own.marks === undefined && own.counts === undefined) return 'entered';
    const id = `${gateway}-${(this.calls++).toString(36)}`;
    const entry: LedgerEntry = {
      k: 'call',
      t: ledger.now(),
      id,
      ...whose,
      gateway,
      tool: call.tool ?? call.method,
      ...(record !== undefined && { record }),
      ...own,
    };
    return after(
      this.attempt(() => ledger.enter(entry, stands)),
      (entered) => {
        if (entered !== 'entered') return entered;
        call.entered = { id, record };
        this.remember({ id, record, effects: call.effects, tool: call.tool ?? call.method });
        return entered;
      },
    );
  }

  /** A call that was entered does not go on after all. */
  void({ entered }: EvaluatedCall): void {
    if (entered === undefined || this.continuations.isRetried(entered.id)) return;
    this.entries.delete(entered.id);
    this.counted.delete(entered.id);
    this.write({ k: 'void', t: this.setup.ledger.now(), id: this.nameOf(entered.id) });
    this.names.delete(entered.id);
  }

  /** A call that only counts has no end that matters, but its server may ask about it in turn. */
  private remember(entry: OpenEntry): void {
    if (marksNothing(entry)) {
      this.counted.set(entry.id, entry);
      if (this.counted.size > MAX_CONTINUED) this.counted.delete(this.counted.keys().next().value as string);
    } else this.entries.set(entry.id, entry);
  }

  /** A call that counts, and marks nothing. */
  countedEntry({ entered }: EvaluatedCall): OpenEntry | undefined {
    return entered && this.counted.get(entered.id);
  }

  /** It was answered, and no more is to come. */
  forget({ id }: OpenEntry): void {
    this.continuations.end(id);
    this.counted.delete(id);
  }

  /** A call that marks; undefined for others. */
  openEntry({ entered }: EvaluatedCall): OpenEntry | undefined {
    return entered && this.entries.get(entered.id);
  }

  /**
   * An open call has ended.
   *
   * @param result What the server answers, where it does.
   * @returns by label, whether the result was what its mark asks for; undefined where none asks.
   */
  end(
    { id, effects }: OpenEntry,
    how: CallEnd,
    isComplete: boolean,
    result: Args | undefined,
  ): Readonly<Record<string, boolean>> | undefined {
    this.continuations.end(id);
    if (!this.entries.delete(id)) return undefined;
    const results = resultsOf(this.setup.policy, effects, result, this.setup.decide());
    const t = this.setup.ledger.now();
    this.write({ k: 'end', t, id: this.nameOf(id), how, complete: isComplete, ...(results && { results }) });
    this.names.delete(id);
    if (!results) return undefined;
    const labels = effects.marks.flatMap(({ mark }) => this.setup.policy.marks[mark]?.labels ?? []);
    const known = labels.flatMap((label, i) =>
      results[i] === 1 || results[i] === 4 ? [[label, results[i] === 1]] : [],
    );
    return Object.fromEntries(known);
  }

  /** The server has asked about an open call in turn: the retry goes on with it. */
  asksAbout(call: EvaluatedCall, { id }: OpenEntry, state: string): void {
    if (!this.entries.has(id) && !this.counted.has(id)) return;
    this.continuations.ask(id, state, call.tool ?? call.method, call.argumentsText);
  }

  // --- the ledger ---------------------------------------------------------------------------------------------------

  /** @returns false: the call is not open any more, or not asked about. */
  private goesOn(call: EvaluatedCall, id: string): boolean {
    const entry = this.entries.get(id) ?? this.counted.get(id);
    if (!entry || !this.continuations.take(id)) return false;
    call.entered = entry;
    return true;
  }

  /** Once for all who wait. */
  private comeBack(): Promise<void> {
    this.comingBack ??= (async () => {
      for (const entry of this.enteredAgain()) await this.setup.ledger.enter(entry);
    })().finally(() => {
      this.comingBack = undefined;
    });
    return this.comingBack;
  }

  /** What must be entered once more: what this gateway has open, and that it runs. */
  private enteredAgain(): LedgerEntry[] {
    if (!this.setup.isTakenForEnded()) return [];
    const { ledger, gateway, whose, policy } = this.setup;
    const t = ledger.now();
    const calls = [...this.entries.values()].map(({ id, record, effects, tool }): LedgerEntry => {
      const again = `${gateway}-${(this.calls++).toString(36)}`;
      this.names.set(id, again);
      const { marks } = callEffects(policy, effects, true);
      return {
        k: 'call',
        t,
        id: again,
        ...whose,
        gateway,
        tool,
        ...(record !== undefined && { record }),
        ...(marks && { marks }),
      };
    });
    // Last that it runs: until then it is done once more.
    return [...calls, { k: 'up', t, gateway, ...whose }];
  }

  private nameOf(id: string): string {
    return this.names.get(id) ?? id;
  }

  private read(): void {
    // While a call is entered the ledger is read up to it, and not beyond.
    if (this.isFresh || this.isUnavailable || this.isEntering) return;
    // What is remote was read before, or could not be.
    if (this.isRemote) {
      this.isUnavailable = !this.isReadable;
      return;
    }
    try {
      this.setup.ledger.refresh();
      for (const entry of this.enteredAgain()) this.setup.ledger.enter(entry);
      this.worksAgain();
      this.isFresh = true;
      this.setup.tidy();
    } catch (error) {
      this.failed(error);
    }
  }

  /** What is entered beside the way of a call: where that fails, what is open stays so. */
  private write(entry: LedgerEntry): void {
    try {
      const entered = this.attempt(() => this.setup.ledger.enter(entry));
      if (entered instanceof Promise) entered.catch(() => {});
    } catch {
      // A person has been told.
    }
  }

  private attempt(action: () => Entered | Promise<Entered>): Entered | Promise<Entered> {
    try {
      this.isEntering = true;
      const entered = action();
      this.isEntering = false;
      if (!(entered instanceof Promise)) {
        this.worksAgain();
        return entered;
      }
      return entered.then(
        (one) => {
          this.worksAgain();
          return one;
        },
        (error: unknown) => {
          this.failed(error);
          throw error;
        },
      );
    } catch (error) {
      this.isEntering = false;
      this.failed(error);
      throw error;
    }
  }

  private failed(error: unknown): void {
    if (!(error instanceof LedgerUnavailable)) throw error;
    this.isUnavailable = true;
    if (!this.isDown)
      this.setup.tell(`the ledger can't be used (${error.message}): calls that need it are denied until it can`);
    this.isDown = true;
  }

  private worksAgain(): void {
    if (this.isDown) this.setup.tell('the ledger can be used again');
    this.isDown = false;
  }
}

function marksNothing({ effects }: OpenEntry): boolean {
  return effects.marks.length === 0;
}

/** At once where nothing needs to be waited for. */
export function after<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
