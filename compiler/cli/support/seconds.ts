import { CommandError } from './failure.js';

/** The value of `--budget`: how long an analysis may take. @throws CommandError */
export function secondsOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const seconds = Number(given);
  if (!(seconds > 0) || !Number.isFinite(seconds)) throw new CommandError('--budget is a number of seconds');
  return seconds;
}
