import { type Approval, stateAt } from '../../runtime/approvals/approval.js';
import { shownWhole as shown, unseenEscaped } from '../../runtime/text/escape.js';
import { renderArguments } from './arguments.js';
import type { Style } from './style.js';
import { visible } from './visible.js';

/** A request as a person who must decide needs to see it. */
export function renderApproval(approval: Approval, now: number, style: Style): string[] {
  const { agent, host, cwd, upstream, rule, place, reason, unknown, context, roots } = approval;
  const row = (name: string, text: string) => `  ${style.dim(name.padEnd(9))} ${text}`;
  const facts = Object.entries(context)
    .filter(([key]) => key !== 'agent')
    .map(([key, value]) => `${shown(key)}=${shown(String(value))}`);
  return [
    approvalLine(approval, now, style),
    row('agent', `${shown(agent)} on ${shown(host)}, in ${unseenEscaped(JSON.stringify(cwd)).slice(1, -1)}`),
    row('server', upstream.map((part) => shown(part)).join(' ')),
    row('rule', `${rule}  ${place === undefined ? '' : `${place}  `}(${reason})`),
    ...(unknown.length > 0 ? [row('unknown', style.yellow(unknown.join(', ')))] : []),
    ...(facts.length > 0 ? [row('context', facts.join(' '))] : []),
    ...(roots.length > 0 ? [row('roots', roots.map((root) => shown(root)).join(' '))] : []),
    ...(approval.params === undefined
      ? []
      : [row('with it', ''), ...renderArguments(approval.params, style).map(inner)]),
    `  ${style.dim('arguments')}`,
    ...renderArguments(approval.arguments, style).map(inner),
  ];
}

function inner(line: string): string {
  return `    ${line}`;
}

/** One line of a list. */
export function approvalLine(approval: Approval, now: number, style: Style): string {
  const { id, tool, capability, steps, expires } = approval;
  const state = stateAt(approval, now);
  const paint = { pending: style.yellow, approved: style.green, used: style.green, rejected: style.red }[
    state as 'used'
  ];
  const last = steps.at(-1);
  const isOpen = state === 'pending' || state === 'approved';
  const what = isOpen ? '' : `  ${(last?.time ?? expires).replace('T', ' ').replace(/\.\d+Z$/, '')}`;
  const until = isOpen ? `  expires in ${duration(Date.parse(expires) - now)}` : '';
  const who =
    last === undefined ? '' : `  by ${shown(last.by)}${last.why === undefined ? '' : `: ${visible(last.why)}`}`;
  return `${(paint ?? style.dim)(state.padEnd(9))} ${style.bold(id)}  ${shown(tool)} (${shown(capability)})${what}${who}${until}`;
}

/** As its JSON, in which the arguments are a value, with every number as it was spelled. */
export function approvalJson(approval: Approval, now: number): string {
  const { arguments: args, ...rest } = approval;
  const members = Object.entries({ ...rest, state: stateAt(approval, now) })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return unseenEscaped(`{${[...members, `"arguments":${args}`].join(',')}}`);
}

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
