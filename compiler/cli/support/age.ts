const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A span of time as flags take it: `90s`, `15m`, `2h`, `90d`. @returns milliseconds; undefined where it is none. */
export function ageOf(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit as string] as number) * 1000;
}
