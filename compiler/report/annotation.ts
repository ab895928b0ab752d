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

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
