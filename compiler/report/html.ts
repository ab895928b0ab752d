import { visible } from './visible.js';

/** Markup that is safe as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** A template in which everything interpolated is escaped, but for markup. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const parts = strings.map((text, i) => text + (i < values.length ? spelled(values[i] as string) : ''));
  return new Html(parts.join(''));
}

function spelled(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map((one) => (one as Html).text).join('');
  return String(value)
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
