import { unseenEscaped } from '../../../runtime/text/escape.js';

/** A damaged log can hold what is nested too deep to be written. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{"problem":"nested too deep"}';
  }
}

/** JSON on one line that a terminal shows as it is. */
export function jsonLine(value: unknown): string {
  return unseenEscaped(textOf(value));
}
