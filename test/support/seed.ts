import fc from 'fast-check';

/** `npm run test:long`: fresh seeds and many runs. */
export const LONG = process.env['CAPFENCE_LONG'] === '1';

/** How a property is run: with a fixed seed and few runs in CI, else fresh and long. The seed is printed. */
export function runs(count: number, longCount: number = count * 20): { numRuns: number; seed: number } {
  const seed = LONG ? Date.now() ^ (Math.random() * 0x100000000) : 20261121;
  const numRuns = LONG ? longCount : count;
  console.log(`property: seed ${seed}, ${numRuns} runs`);
  return { numRuns, seed };
}

/** Asserts a property under `runs`. */
export function check<T>(property: fc.IProperty<T>, count: number, longCount?: number): void {
  const details = fc.check(property, runs(count, longCount));
  if (!details.failed) return;
  // What went wrong first: test reporters drop an error's cause.
  const error = details.errorInstance instanceof Error ? details.errorInstance.stack : String(details.errorInstance);
  throw new Error(`${error}\n\n${fc.defaultReportMessage(details)}`);
}

/** The same for a property that waits. */
export async function checkAsync<T>(property: fc.IAsyncProperty<T>, count: number, longCount?: number): Promise<void> {
  const details = await fc.check(property, runs(count, longCount));
  if (!details.failed) return;
  const error = details.errorInstance instanceof Error ? details.errorInstance.stack : String(details.errorInstance);
  throw new Error(`${error}\n\n${fc.defaultReportMessage(details)}`);
}
