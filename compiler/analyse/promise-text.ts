import { isAlways } from '../ir/atoms.js';
import type { PolicyPromise } from '../ir/policy.js';
import { describeExpression } from './regions/region-text.js';

/** A promise as people say it: `never allow mail.send where after secret`. */
export function shownPromise({ kind, decision, capability, when }: PolicyPromise): string {
  const where = isAlways(when) ? '' : ` where ${describeExpression(when)}`;
  return `${kind} ${decision} ${capability.text}${where}`;
}
