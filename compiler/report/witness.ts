import type { Witness } from '../analyse/calls/call.js';

/** A call as people write it: `write_file {"path":"/etc/x"}`, and where and when it is made. */
export function shownWitness({ tool, method, capability, args, context, now, history }: Witness): string {
  const given = Object.entries(context).map(([key, value]) => `${key}=${value}`);
  const where = given.length > 0 ? ` with ${given.join(', ')}` : '';
  const when = now === undefined ? '' : ` at ${now}`;
  const past = history === undefined ? '' : ` after ${JSON.stringify(history)}`;
  return `${tool ?? method ?? capability} ${JSON.stringify(args)}${where}${when}${past}`;
}
