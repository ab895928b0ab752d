import * as z from 'zod/mini';
import { CF130 } from '../diagnostics/messages.js';
import { type Code, code } from '../emit/code/code.js';
import { asList, type Condition, type ConditionProblem, orList } from './condition.js';
import { stringOrList } from './schema.js';

/* Conditions on the moment in which a call is judged. They are never unknown. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export interface Window {
  readonly days: readonly number[];
  /** Minutes of the day; an end before the start is on the next day. */
  readonly start: number;
  readonly end: number;
  /** undefined: the policy's. */
  readonly zone?: string;
}

/** Lowered with the zone of the policy (`withTimezone`), so that all is said. */
export const time: Condition<readonly Window[]> = {
  key: 'time',
  dsl: { fact: 'time', operand: 'is' },
  schema: stringOrList,
  check: (value) =>
    problems(value, (text) => (typeof parseWindow(text) === 'string' ? (parseWindow(text) as string) : undefined)),
  lower: (value) => [asList(value).map((text) => parseWindow(text) as Window)],
  fact: () => 'time',
  evaluate: (windows, facts) => [windows.some((window) => isWithin(window, facts.now)) ? 'true' : 'false'],
  observe: (_windows, facts) => [new Date(facts.now).toISOString()],
  emit: (windows, context) => {
    const all = windows.map(({ zone = 'UTC', ...window }) => ({ ...window, zone }));
    const list = context.constant(
      `hours_${windows.map(shownWindow).join('_')}`,
      code`${context.use('timeWindows')}(${all})`,
    );
    return code`${context.use('timeIs')}(f, ${list})`;
  },
  region: (windows, algebra, mode) => algebra.parsed('time', time, windows, mode),
  describe: (windows) => `time is ${orList(windows.map(shownWindow))}`,
};

/** A moment; local to a zone where it says none. */
export interface Moment {
  readonly text: string;
  readonly zone?: string;
}

const moment = (
  key: 'from' | 'until',
  call: string,
  holds: (now: number, at: number) => boolean,
): Condition<Moment> => {
  const condition: Condition<Moment> = {
    key,
    dsl: { fact: key, operand: 'is' },
    schema: z.string({ error: 'a date such as 2026-12-31, or a date and a time' }),
    check: (value) => problems(value, (text) => (instantOf({ text }, key) === null ? 'no such moment' : undefined)),
    lower: (value) => [{ text: value as string }],
    fact: () => 'time',
    evaluate: (data, facts) => [holds(facts.now, instantOf(data, key) as number) ? 'true' : 'false'],
    observe: (_data, facts) => [new Date(facts.now).toISOString()],
    emit: (data, context): Code => code`${context.use(call)}(f, ${instantOf(data, key) as number})`,
    region: (data, algebra, mode) => algebra.parsed('time', condition, data, mode),
    describe: ({ text }) => `${key} ${text}`,
  };
  return condition;
};

export const from = moment('from', 'timeFrom', (now, at) => now >= at);
export const until = moment('until', 'timeUntil', (now, at) => now < at);

export const times = [time, from, until];

function problems(value: unknown, problemOf: (text: string) => string | undefined): ConditionProblem[] {
  return asList(value).flatMap((text, i) => {
    const problem = problemOf(text);
    return problem === undefined ? [] : [{ message: CF130({ text, problem }), path: Array.isArray(value) ? [i] : [] }];
  });
}

/** `Mon-Fri 09:00-17:00 Europe/Berlin`; else what is wrong with it. */
function parseWindow(text: string): Window | string {
  const found =
    /^(?:([A-Za-z]{3}(?:[-,][A-Za-z]{3})*)(?: +|$))?(?:(\d\d:\d\d)-(\d\d:\d\d)(?: +|$))?([A-Za-z][\w+/-]*)?$/.exec(
      text.trim(),
    );
  if (!found || text.trim() === '') return 'it is no hours of days';
  const [, days, start, end, zone] = found;
  if (days === undefined && start === undefined) return 'it names neither days nor hours';
  const numbers = days === undefined ? DAYS.map((_, i) => i) : daysOf(days);
  if (numbers === undefined) return `days are ${DAYS.slice(1).join(', ')}, Sun`;
  const [from, to] = [minutesOf(start ?? '00:00'), minutesOf(end ?? '24:00')];
  if (from === undefined || to === undefined || from === 1440) return 'hours go from 00:00 to 24:00';
  if (from === to) return 'it begins when it ends';
  if (zone !== undefined && !isZone(zone)) return `no time zone is called ${zone}`;
  return { days: numbers, start: from, end: to, ...(zone !== undefined && { zone }) };
}

function daysOf(text: string): number[] | undefined {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const ends = part.split('-').map((day) => DAYS.indexOf(day));
    const [first, last = first] = ends as [number, number?];
    if (ends.includes(-1) || ends.length > 2) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return [...days].sort();
}

function minutesOf(text: string): number | undefined {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  const all = hours * 60 + minutes;
  return minutes < 60 && all <= 1440 ? all : undefined;
}

/** Is it a time zone that this machine knows? */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export function shownWindow({ days, start, end, zone }: Window): string {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const named = days.length === 7 ? [] : [days.map((day) => DAYS[day]).join(',')];
  return [...named, `${clock(start)}-${clock(end)}`, ...(zone === undefined ? [] : [zone])].join(' ');
}

/** Is a moment, in milliseconds since the epoch, within a window? */
export function isWithin({ days, start, end, zone = 'UTC' }: Window, now: number): boolean {
  const local = localOf(now, zone);
  const day = new Date(local).getUTCDay();
  const minute = Math.floor((((local % 86_400_000) + 86_400_000) % 86_400_000) / 60_000);
  if (start < end) return days.includes(day) && minute >= start && minute < end;
  const before = (day + 6) % 7;
  return (minute >= start && days.includes(day)) || (minute < end && days.includes(before));
}

/** What a clock in the zone shows, as if it were UTC. */
function localOf(now: number, zone: string): number {
  if (zone === 'UTC') return now;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(now);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** Milliseconds since the epoch; null: it is no moment. A date alone is its beginning, or with `until` its end. */
export function instantOf({ text, zone = 'UTC' }: Moment, key: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!found) return null;
  const [year = 0, month = 1, day = 1] = found.slice(1, 4).map(Number);
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(4, 7).map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDate || hours > 24 || minutes > 59 || seconds > 59) return null;
  const isWhole = found[4] === undefined;
  const days = isWhole && key === 'until' ? 1 : 0;
  const local = Date.UTC(year, month - 1, day + days, hours, minutes, seconds);
  const offset = found[7];
  if (offset === 'Z') return local;
  if (offset !== undefined) {
    const [, sign, oh = '0', om = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) as RegExpExecArray;
    return local - (sign === '-' ? -1 : 1) * (Number(oh) * 60 + Number(om)) * 60_000;
  }
  // The offset at the moment itself; twice, for a change of it nearby.
  let instant = local;
  for (let i = 0; i < 2; i++) instant = local - (localOf(instant, zone) - instant);
  return instant;
}
