import { safe } from './text.js';

/**
 * A workflow command that GitHub shows beside the line (GitHub's documentation, "Workflow commands for GitHub Actions").
 *
 * @param place null: it belongs to no line.
 */
export function workflowCommand(
  level: 'error' | 'warning' | 'notice',
  place: { readonly file: string; readonly line: number; readonly column: number } | null,
  title: string,
  message: string,
): string {
  const properties = [
    ...(place ? [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`] : []),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}\n`;
}

/** What comes from a policy may hold any text: nothing of it reaches a terminal that shows the log as more than text. */
function data(text: string): string {
  return text
    .split('\n')
    .map((line) => safe(line).replace(/%/g, '%25'))
    .join('%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
