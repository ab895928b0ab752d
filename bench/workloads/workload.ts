/** What one rule of a workload asks; all of it must hold. */
export type Ask =
  | { readonly kind: 'path'; readonly prefix: string }
  | { readonly kind: 'tool'; readonly glob: string }
  | { readonly kind: 'text'; readonly word: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'amount'; readonly comparison: 'gt' | 'lte'; readonly bound: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'argument'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'number'; readonly name: string; readonly comparison: 'gt' | 'lte'; readonly bound: number }
  | { readonly kind: 'prefix'; readonly name: string; readonly prefix: string };

export interface WorkloadRule {
  readonly effect: 'deny' | 'allow';
  readonly capability: string;
  readonly asks: readonly Ask[];
}

export interface WorkloadCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Rules of one kind, and calls that meet them. Everything is deterministic. */
export interface Workload {
  readonly name: string;
  /** The policy's `tools`, beside its rules. */
  readonly tools: Readonly<Record<string, unknown>>;
  /** What a tool does. */
  capabilityOf(tool: string): string;
  rulesOf(count: number): WorkloadRule[];
  callsOf(rules: readonly WorkloadRule[], count: number): WorkloadCall[];
}

export const CONTEXT = { environment: 'dev' };
export const ENVIRONMENT = { platform: 'linux', home: '/home/me' };

/** The rules as a CapFence policy. */
export function policyOf(workload: Workload, rules: readonly WorkloadRule[]): string {
  const sections: Record<WorkloadRule['effect'], object[]> = { deny: [], allow: [] };
  for (const { effect, capability, asks } of rules) sections[effect].push({ capability, ...conditionsOf(asks) });
  return JSON.stringify({ policy_name: `${workload.name}-${rules.length}`, tools: workload.tools, ...sections });
}

function conditionsOf(asks: readonly Ask[]): Record<string, unknown> {
  const conditions: Record<string, unknown> = {};
  const args: Record<string, unknown> = {};
  for (const ask of asks) {
    switch (ask.kind) {
      case 'path':
        conditions['path_prefix'] = ask.prefix;
        break;
      case 'tool':
        conditions['tool_name'] = ask.glob;
        break;
      case 'text':
        conditions['contains'] = ask.word;
        break;
      case 'regex':
        conditions['match_regex'] = ask.pattern;
        break;
      case 'amount':
        conditions[`amount_${ask.comparison}`] = ask.bound;
        break;
      case 'environment':
        conditions['environment'] = ask.name;
        break;
      case 'argument':
        args[ask.name] = { in: ask.values };
        break;
      case 'number':
        args[ask.name] = { [ask.comparison]: ask.bound };
        break;
      case 'prefix':
        args[ask.name] = { prefix: ask.prefix };
        break;
    }
  }
  return { ...conditions, ...(Object.keys(args).length > 0 && { args }) };
}
