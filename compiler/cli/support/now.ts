import { instantOf } from '../../conditions/time.js';
import { CommandError } from './failure.js';

/** What --now gives, as a clock; undefined: it was not given. @throws CommandError where it is no moment. */
export function clockOf(text: string | undefined): { readonly now?: () => number } {
  if (text === undefined) return {};
  const moment = instantOf({ text }, 'from');
  if (moment === null) throw new CommandError(`--now is a date or a moment such as 2026-12-31T18:00:00Z, not ${text}`);
  return { now: () => moment };
}
