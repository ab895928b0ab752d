import type { Witness } from '../analyse/calls/call.js';
import type { TraceStep } from '../analyse/calls/trace-step.js';

/** A call as people write it: `write_file {"path":"/etc/x"}`, and where and when it is made. */
export function shownWitness({ tool, method, capability, args, context, now, history }: Witness): string {
  const when = now === undefined ? '' : ` at ${now}`;
  const past = history === undefined ? '' : ` after ${JSON.stringify(history)}`;
  return `${shownCall(tool ?? method ?? capability, args, context)}${when}${past}`;
}

function shownCall(name: string, args: Witness['args'], context: Readonly<Record<string, unknown>> = {}): string {
  const given = Object.entries(context).map(([key, value]) => `${key}=${value}`);
  return `${name} ${JSON.stringify(args)}${given.length > 0 ? ` with ${given.join(', ')}` : ''}`;
}

/** One call of a list that is read from top to bottom: the call, and what came of it. */
export interface ShownStep {
  readonly call: string;
  readonly what: string;
}

/** The calls that lead to a witness, and it as the last; undefined: nothing comes before it. */
export function shownTrace(witness: Witness, outcome: string | undefined): readonly ShownStep[] | undefined {
  const { trace, at = 0 } = witness;
  if (!trace || trace.length === 0) return undefined;
  let last = 0;
  const since = (time: number): string => {
    const waited = time - last;
    last = time;
    return waited > 1 ? `${shownTime(waited)} later, ` : '';
  };
  const steps = trace.map((step): ShownStep => {
    const { tool, method, capability = '', args, context, times = 1 } = step;
    const call = shownCall(tool ?? method ?? capability, args, context);
    return { call: times > 1 ? `${call}, ${times} times` : call, what: `${since(step.at)}${shownEnd(step)}` };
  });
  const under = witness.policy === undefined ? '' : `, under ${witness.policy}`;
  return [...steps, { call: shownWitness(witness), what: `${since(at)}${outcome ?? 'this call'}${under}` }];
}

const ENDS = { ok: 'succeeds', error: 'fails', open: 'is still open' } as const;

function shownEnd({ result, sets, clears, approved, policy }: TraceStep): string {
  // What has not succeeded has perhaps happened.
  const perhaps = result === 'ok' ? '' : 'perhaps ';
  return [
    `${approved ? 'is approved and ' : ''}${ENDS[result]}`,
    ...(sets ? [`${perhaps}sets ${sets.join(', ')}`] : []),
    ...(clears ? [`${perhaps}clears ${clears.join(', ')}`] : []),
    ...(policy === undefined ? [] : [`under ${policy}`]),
  ].join(', ');
}

/** `90 s` as `1 min 30 s`: to the second, as windows end at one. */
function shownTime(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  let rest = seconds;
  const parts = units.flatMap(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return parts.join(' ') || '0 s';
}

/** A proof as lines of plain text: one for a call by itself, else a numbered list. */
export function proofLines(witness: Witness, outcome: string | undefined): string[] {
  const steps = shownTrace(witness, outcome);
  if (!steps) return [`${shownWitness(witness)}${outcome === undefined ? '' : ` → ${outcome}`}`];
  return steps.map(({ call, what }, i) => `${i + 1}. ${call} → ${what}`);
}
