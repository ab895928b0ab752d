import type { Witness } from '../analyse/calls/call.js';

/** A call as people write it: `write_file {"path":"/etc/x"}`, and where and when it is made. */
export function shownWitness({ tool, method, capability, args, context, now }: Witness): string {
  const given = Object.entries(context).map(([key, value]) => `${key}=${value}`);
  const where = given.length > 0 ? ` with ${given.join(', ')}` : '';
  const when = now === undefined ? '' : ` at ${now}`;
  return `${tool ?? method ?? capability} ${JSON.stringify(args)}${where}${when}`;
}
