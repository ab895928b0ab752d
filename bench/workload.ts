// One workload for all: rules over a path, an amount and a tenant, and calls that meet them. Deterministic.

/** mulberry32: small, seeded, good enough to spread rules and calls. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One rule of the workload. */
export interface WorkloadRule {
  readonly effect: 'deny' | 'allow';
  readonly prefix: string;
  readonly tenant?: string;
  /** An allow reaches so far; a denial begins above. */
  readonly most?: number;
}

/** A third denies, the rest allows; every seventh asks for a tenant, every fifth bounds the amount. */
export function rulesOf(count: number): WorkloadRule[] {
  const next = random(count);
  return Array.from({ length: count }, (_, i) => ({
    effect: i % 3 === 0 ? 'deny' : 'allow',
    prefix: `/team${Math.floor(next() * 40)}/project${i}${next() < 0.3 ? '/private' : ''}`,
    ...(i % 7 === 0 && { tenant: next() < 0.5 ? 'acme' : 'other' }),
    ...(i % 5 === 0 && { most: Math.floor(next() * 1000) }),
  }));
}

export const TENANT = 'acme';

/** Half of the calls lie under some rule's prefix. */
export function callsOf(rules: readonly WorkloadRule[], count: number): string[] {
  const next = random(rules.length + 1);
  return Array.from({ length: count }, (_, i) => {
    const rule = rules[Math.floor(next() * rules.length)] as WorkloadRule;
    const folder = next() < 0.5 ? rule.prefix : `/team${Math.floor(next() * 40)}/elsewhere`;
    return JSON.stringify({ path: `${folder}/file-${i}.txt`, content: `text ${i}`, amount: Math.floor(next() * 1200) });
  });
}

/** The same rules as a CapFence policy. A denial that bounds the amount denies from there on. */
export function policyOf(rules: readonly WorkloadRule[]): string {
  const sections: Record<WorkloadRule['effect'], object[]> = { deny: [], allow: [] };
  for (const { effect, prefix, tenant, most } of rules) {
    const amount = most === undefined ? {} : effect === 'deny' ? { amount_gt: most } : { amount_lte: most };
    sections[effect].push({
      capability: 'filesystem.write',
      path_prefix: prefix,
      ...(tenant && { tenant }),
      ...amount,
    });
  }
  return JSON.stringify({
    policy_name: `rules-${rules.length}`,
    tools: { write_file: { capability: 'filesystem.write', paths: ['path'], amounts: ['amount'] } },
    ...sections,
  });
}
