const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A span of time as people write it: `90s`, `15m`, `2h`, `90d`. @returns seconds; undefined where it is none. */
export function durationSeconds(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (SECONDS[unit as string] as number);
}
