import type { Place } from '../parse/source.js';

/** A workflow command that GitHub shows beside the line (its documentation: "Workflow commands for GitHub Actions"). */
export function annotation(
  level: 'error' | 'warning' | 'notice',
  place: Place | undefined,
  title: string,
  message: string,
): string {
  const properties = [
    ...(place ? [`file=${property(place.source.file)}`, `line=${place.line}`, `col=${place.column}`] : []),
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
