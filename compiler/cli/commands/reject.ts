import { type DecideOptions, runDecision } from '../support/decide-request.js';

/** `capfence reject`: refuses one waiting call. */
export async function run([id = '']: string[], options: DecideOptions): Promise<number> {
  return runDecision(id, 'rejected', options);
}
