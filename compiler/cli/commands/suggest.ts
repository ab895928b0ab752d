import { writeFileSync } from 'node:fs';
import { allRecords, type LogRecord } from '../../../runtime/audit/read.js';
import { isObject, readToolCall } from '../../../runtime/wire/envelope.js';
import { Refusal } from '../../../runtime/wire/refusal.js';
import { loadPolicy, loadPolicyText } from '../../ir/load.js';
import { requestOf, worldOf } from '../../replay.js';
import { visible } from '../../report/visible.js';
import { type SeenCall, suggest } from '../../start/suggest.js';
import { auditFolder } from '../support/audit-folder.js';
import { CommandError, EXIT } from '../support/failure.js';
import { tell } from '../support/tell.js';

interface Options {
  readonly audit?: string;
  readonly agent?: string;
  readonly policy?: string;
  readonly out?: string;
}

const MAX_NAMED = 5;

/** `capfence suggest`: the smallest policy in sight that permits what was recorded. */
export async function run(_args: string[], { audit, agent, policy, out }: Options): Promise<number> {
  const dir = auditFolder(audit);
  const { calls, withoutPayload } = seenIn(dir, agent);
  if (withoutPayload > 0)
    tell(`${withoutPayload} calls are on record without their arguments: only --audit-payloads keeps them`);
  if (calls.length === 0) {
    throw new CommandError('nothing to go by: let an agent work with  capfence run --observe --audit-payloads  first');
  }
  const known = policy === undefined ? loadPolicyText('deny: ["*"]\n', 'none.yaml') : await loadPolicy(policy);
  const { text, left } = suggest(calls, known.policy);
  if (out === undefined) process.stdout.write(text);
  else {
    writeFileSync(out, text);
    tell(`wrote ${out}`);
  }
  tell(`it permits ${calls.length - left.length} of ${calls.length} calls`);
  for (const { tool, args } of left.slice(0, MAX_NAMED)) {
    tell(
      `  not ${visible(tool)} ${visible(JSON.stringify(args)).slice(0, 200)}: its path is relative or can be read in two ways, or it has none`,
    );
  }
  return left.length === 0 ? EXIT.done : EXIT.no;
}

/** Calls that went through: what was denied was not needed, or should not be. */
function seenIn(
  dir: string,
  agent: string | undefined,
): { readonly calls: SeenCall[]; readonly withoutPayload: number } {
  const headers = new Map<unknown, LogRecord>();
  const calls: SeenCall[] = [];
  let withoutPayload = 0;
  for (const record of allRecords(dir)) {
    if (record['kind'] === 'header') headers.set(record['segment'], record);
    const passed = record['observed'] === true || record['decision'] === 'allow' || record['decision'] === 'warn';
    if (record['kind'] !== 'call' || record['method'] !== 'tools/call' || !passed) continue;
    if (agent !== undefined && record['agent'] !== agent) continue;
    const request = requestOf(record);
    const call = request && isObject(request.params) ? readToolCall(request.params) : undefined;
    const header = headers.get(record['segment']);
    if (!call || call instanceof Refusal || !header) withoutPayload++;
    else calls.push({ tool: call.name, args: call.arguments, world: worldOf(header, undefined) });
  }
  return { calls, withoutPayload };
}
