import type { ManifestResultRule, SecretSearch } from '../../types.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import { OutputSchemas } from './output-schemas.js';
import { type Treated, treatMessage } from './treated-message.js';
import { type Treatment, treatmentOf } from './treatment.js';

/** The result rules that concern one call. @internal */
export interface ResultGuard {
  readonly rules: readonly number[];
  readonly treatment: Treatment;
  /** Of the call, for what is said instead of a result. */
  readonly capability: string;
  readonly method: string;
  readonly tool: string | undefined;
}

/** @internal */
export interface ResultGuardsSetup {
  readonly rules: readonly ManifestResultRule[];
  readonly secrets: () => SecretSearch | undefined;
}

/**
 * What is done about what the server sends: by the rules that concern the call that it is for. What it sends on its own, from
 * the first such call on, is treated by the rules of all of them: whose it is nobody can tell.
 *
 * @internal
 */
export class ResultGuards {
  private readonly treatments = new Map<string, Treatment>();
  private readonly seen = new Set<number>();
  private last: ResultGuard | undefined;
  /** Of structured output. */
  private readonly schemas = new OutputSchemas();

  constructor(private readonly setup: ResultGuardsSetup) {}

  /** Has a call gone on that a rule concerns? */
  get isWatching(): boolean {
    return this.last !== undefined;
  }

  /** @param other Of the call that it is about. @returns undefined where no rule concerns it. */
  guard({ effects, verdict, method, tool }: EvaluatedCall, other?: ResultGuard): ResultGuard | undefined {
    const rules = other ? [...new Set([...other.rules, ...effects.results])] : effects.results;
    if (rules.length === 0) return undefined;
    for (const rule of rules) this.seen.add(rule);
    const { capability } = verdict;
    this.last = {
      rules,
      treatment: this.treatment(rules),
      capability,
      method: other?.method ?? method,
      tool: other?.tool ?? tool,
    };
    return this.last;
  }

  /** The rules of all calls so far. */
  everything(): ResultGuard {
    const rules = [...this.seen].sort((a, b) => a - b);
    const { capability = '', method = '' } = this.last ?? {};
    return { rules, treatment: this.treatment(rules), capability, method, tool: undefined };
  }

  /** What becomes of an answer to a guarded call. */
  answer(bytes: Buffer, { treatment, method, tool }: ResultGuard): Treated {
    const outputSchema = tool === undefined ? undefined : this.schemas.of(tool);
    return treatMessage(bytes, treatment, { isResponse: true, isCall: method === 'tools/call', outputSchema });
  }

  /** What becomes of another message. */
  message(bytes: Buffer, { treatment }: ResultGuard): Treated {
    return treatMessage(bytes, treatment, { isResponse: false, isCall: false });
  }

  /** @param line An answer to `tools/list`. */
  listed(line: Buffer): void {
    if (this.setup.rules.some(({ redact }) => redact !== undefined)) this.schemas.learn(line.toString());
  }

  private treatment(rules: readonly number[]): Treatment {
    const key = rules.join();
    let treatment = this.treatments.get(key);
    if (treatment === undefined) {
      treatment = treatmentOf(
        rules.map((rule) => this.setup.rules[rule] as ManifestResultRule),
        this.setup.secrets(),
      );
      this.treatments.set(key, treatment);
    }
    return treatment;
  }
}
