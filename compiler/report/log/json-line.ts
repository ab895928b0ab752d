import { unseenEscaped } from '../../../runtime/text/escape.js';
import { jsonText } from '../../../runtime/text/json-text.js';

/** JSON on one line that a terminal shows as it is. A damaged log can hold what is nested too deep to be written. */
export function jsonLine(value: unknown): string {
  return unseenEscaped(jsonText(value) ?? '{"problem":"nested too deep"}');
}
