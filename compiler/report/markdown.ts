/*
 * Markdown for pull-request comments. What comes from a policy or a server may hold any text: it becomes a code span, in
 * which nothing is markup, no link and no mention.
 */

/** A code span that the text can't leave. */
export function codeSpan(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ').replace(/\|/g, '\\|');
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') || plain === '' ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** A sentence of ours: what it puts between backticks becomes code spans, the rest is text. */
export function sentence(text: string): string {
  const parts = text.split('`');
  // An odd number of backticks is no sentence of ours.
  if (parts.length % 2 === 0) return codeSpan(text);
  return parts.map((part, i) => (i % 2 === 1 ? codeSpan(part) : escaped(part))).join('');
}

function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\*_{}[\]()#+!|~$]/g, '\\$&')
    .replace(/@/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//');
}

/** A table; its cells are Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
