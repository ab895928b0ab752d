import type { Ledger } from '../../history/ledger.js';
import type { Whose } from '../../history/ledger-history.js';

/** How often it is looked whether other gateways still run, at most, in milliseconds. */
const TIDY_MS = 1000;

/** @internal */
export interface RunSetup {
  readonly ledger: Ledger;
  readonly whose: Whose;
  /** Names this process in the ledger. */
  readonly gateway: string;
  /** A session ends once no gateway of the agent has run for so many seconds; undefined: it does not. */
  readonly idleSeconds: number | undefined;
}

/** The run of a gateway, as its ledger knows it: it begins, it ends, and says so of others that could not. @internal */
export class GatewayRun {
  private tidied = 0;
  private hasBegun = false;

  constructor(private readonly setup: RunSetup) {}

  get whose(): Whose {
    return this.setup.whose;
  }

  get gateway(): string {
    return this.setup.gateway;
  }

  /** @throws LedgerUnavailable */
  async begin(): Promise<void> {
    const { ledger, whose, gateway, idleSeconds } = this.setup;
    await ledger.refresh();
    await this.tidy();
    if (idleSeconds !== undefined && this.idleFor() > idleSeconds * 1000) {
      await ledger.enter({ k: 'session', t: ledger.now(), ...whose, by: 'idle' });
    }
    await ledger.begin(gateway);
    await ledger.enter({ k: 'up', t: ledger.now(), gateway, ...whose });
    this.hasBegun = true;
  }

  /** Do others think that it has ended? Then what it has open has to be entered again. */
  isTakenForEnded(): boolean {
    return this.hasBegun && !this.setup.ledger.state.gateways.has(this.setup.gateway);
  }

  async end(): Promise<void> {
    const { ledger, whose, gateway } = this.setup;
    this.hasBegun = false;
    try {
      await ledger.enter({ k: 'down', t: ledger.now(), gateway, ...whose });
      await ledger.end(gateway);
    } catch {
      // Others find out by themselves.
    }
    await ledger.close();
  }

  /** Now and then: who was killed could not say that it ended, and what it had open stays open until somebody does. */
  now(): void {
    const { ledger, gateway } = this.setup;
    const now = performance.now();
    const { gateways } = ledger.state;
    if (now - this.tidied < TIDY_MS || gateways.size === 0 || (gateways.size === 1 && gateways.has(gateway))) return;
    this.tidied = now;
    void this.tidy().catch(() => {});
  }

  private async tidy(): Promise<void> {
    const { ledger, gateway: own } = this.setup;
    for (const [gateway, { agent, session }] of [...ledger.state.gateways]) {
      if (gateway === own) continue;
      const seen = await ledger.endedAt(gateway);
      if (seen !== undefined) await ledger.enter({ k: 'down', t: seen, gateway, agent, session });
    }
  }

  /** For how long no gateway of the agent has run, in milliseconds. */
  private idleFor(): number {
    const { ledger, whose } = this.setup;
    const { state } = ledger;
    for (const { agent } of state.gateways.values()) if (agent === whose.agent) return 0;
    const last = state.ranLast(whose.agent);
    return last === undefined ? 0 : ledger.now() - last;
  }
}
