import { type DecideOptions, runDecision } from '../support/decide-request.js';

/** `capfence approve`: lets one waiting call through. */
export async function run([id = '']: string[], options: DecideOptions): Promise<number> {
  return runDecision(id, 'approved', options);
}
