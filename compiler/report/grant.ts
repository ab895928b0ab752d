import { type Grant, type GrantDraft, grantState } from '../../runtime/approvals/grant.js';
import { shownWhole as shown, unseenEscaped } from '../../runtime/text/escape.js';
import { membersOf } from '../../runtime/wire/members.js';
import type { Style } from './style.js';

/** What a grant covers, in a sentence. @param seconds undefined: as long as its session lasts. */
export function grantSentence(grant: GrantDraft, seconds: number | undefined): string {
  const { tool, agent, upstream, rule, vary, uses, members } = grant;
  const free = Object.entries(vary).map(([name, folder]) =>
    folder === null ? `any ${shown(name)}` : `any ${shown(name)} under ${shown(folder)}`,
  );
  const kept = Object.keys(members).filter((name) => !Object.hasOwn(vary, name));
  const same = kept.length === 0 ? '' : `${kept.map((name) => shown(name)).join(', ')} as approved`;
  const what = [...free, ...(same ? [same] : [])].join(', ') || 'no arguments';
  const often = uses === undefined ? '' : `, for ${uses} calls with this one`;
  const long = seconds === undefined ? 'until the session ends' : `for ${span(seconds)}`;
  return (
    `${shown(agent)} may call ${shown(tool)} of ${upstream.map((part) => shown(part)).join(' ')} with ${what}, ` +
    `${long}${often}, without being asked by ${rule}`
  );
}

/** A grant in the list of them. */
export function grantLines(grant: Grant, now: number, style: Style): string[] {
  const { id, tool, rule, agent, vary, members, uses, used, expires, by, isForSession } = grant;
  const state = grantState(grant, now);
  const paint = state === 'active' ? style.green : style.dim;
  const until = isForSession ? 'until its session ends' : `until ${expires}`;
  const count = uses === undefined ? '' : `, ${used} of ${uses} used`;
  const values = new Map(membersOf(grant.arguments).map(([name, text]) => [name, text]));
  return [
    `${paint(state.replace('_', ' ').padEnd(9))} ${style.bold(id)}  ${shown(tool)} for ${shown(agent)}, by ${shown(by)}, ${until}${count}`,
    `  ${style.dim('instead of')} ${rule}`,
    ...Object.keys(members).map((name) => {
      const folder = Object.hasOwn(vary, name) ? vary[name] : undefined;
      if (folder === undefined) return `    ${shown(name)}: ${unseenEscaped(values.get(name) ?? '')}`;
      return `    ${shown(name)}: ${style.yellow(folder === null ? 'anything' : `anything under ${shown(folder)}`)}`;
    }),
  ];
}

/** As JSON, in which the arguments are a value, with every number as it was spelled. */
export function grantJson(grant: Grant, now: number): string {
  const { arguments: args, base: _base, members: _members, digest: _digest, ...rest } = grant;
  const members = Object.entries({ ...rest, state: grantState(grant, now) })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return unseenEscaped(`{${[...members, `"arguments":${args}`].join(',')}}`);
}

function span(seconds: number): string {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const)
    if (seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? '' : 's'}`;
  return `${seconds} s`;
}
