import type { Facts } from '../facts/facts.js';
import { FALSE, TRUE } from './truth-set.js';

/** Hours of some days of the week, in a time zone. */
export interface TimeWindow {
  /** By number from Sunday, 0. */
  readonly days: readonly number[];
  /** Minutes of the day. Where the end comes before the start it is on the next day. */
  readonly start: number;
  readonly end: number;
  readonly zone: string;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAY_MINUTES = 24 * 60;

/** @internal */
type PreparedWindow = TimeWindow & { readonly format: Intl.DateTimeFormat | undefined };

/** The windows of a `time`. @throws RangeError where this machine does not know a zone. */
export const timeWindows = (windows: readonly TimeWindow[]): readonly PreparedWindow[] =>
  windows.map((window) => ({ ...window, format: window.zone === 'UTC' ? undefined : formatOf(window.zone) }));

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** `time`. */
export function timeIs(f: Facts, windows: readonly PreparedWindow[]): number {
  const now = f.now();
  return windows.some((window) => isWithin(window, now)) ? TRUE : FALSE;
}

function isWithin({ days, start, end, format }: PreparedWindow, now: number): boolean {
  const [day, minute] = format ? localTime(format, now) : utcTime(now);
  if (start < end) return days.includes(day) && start <= minute && minute < end;
  // Across midnight: it belongs to the day on which it begins.
  return (days.includes(day) && minute >= start) || (days.includes((day + 6) % 7) && minute < end);
}

function utcTime(now: number): readonly [day: number, minute: number] {
  const minutes = Math.floor(now / 60_000);
  const day = Math.floor(minutes / DAY_MINUTES);
  // The epoch was a Thursday.
  return [(((day + 4) % 7) + 7) % 7, minutes - day * DAY_MINUTES];
}

function localTime(format: Intl.DateTimeFormat, now: number): readonly [day: number, minute: number] {
  let day = 0;
  let minute = 0;
  for (const { type, value } of format.formatToParts(now)) {
    if (type === 'weekday') day = DAYS.indexOf(value);
    else if (type === 'hour') minute += Number(value) * 60;
    else if (type === 'minute') minute += Number(value);
  }
  return [day, minute];
}

/** `from`: at this moment or later. */
export const timeFrom = (f: Facts, moment: number): number => (f.now() >= moment ? TRUE : FALSE);

/** `until`: before this moment. */
export const timeUntil = (f: Facts, moment: number): number => (f.now() < moment ? TRUE : FALSE);
