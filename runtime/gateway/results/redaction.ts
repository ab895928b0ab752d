import type { FoundSecret } from './found-secrets.js';
import type { Treatment } from './treatment.js';

/** A text with secrets taken out. @internal */
export interface Redaction {
  readonly text: string;
  /** By name, how many were taken out. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What stands for something that was taken out. @internal */
export const redacted = (name: string): string => `[redacted ${name}]`;

/** Replaces what was found; of finds that overlap the first, or the longest, gives its name. */
export function withoutSecrets(text: string, finds: readonly FoundSecret[], { secrets }: Treatment): Redaction {
  const counts: Record<string, number> = {};
  let result = '';
  let last = 0;
  for (const group of overlapping(finds)) {
    const [first] = group as [FoundSecret];
    const { token } = first;
    const name = secrets?.names[first.detector] ?? '';
    counts[name] = (counts[name] ?? 0) + 1;
    const end = Math.max(...group.map((one) => one.end));
    // A number becomes a string.
    const isNumber = token.kind === 'number';
    result += text.slice(last, isNumber ? token.start : first.start);
    if (isNumber) result += `"${text.slice(token.start, first.start)}${redacted(name)}${text.slice(end, token.end)}"`;
    else result += redacted(name);
    last = isNumber ? token.end : end;
  }
  return { text: result + text.slice(last), counts };
}

/** In the order of the text; each number is one group. */
function overlapping(finds: readonly FoundSecret[]): FoundSecret[][] {
  const sorted = finds.toSorted((a, b) => a.start - b.start || b.end - a.end || a.detector - b.detector);
  const groups: FoundSecret[][] = [];
  let end = -1;
  for (const find of sorted) {
    const group = groups.at(-1);
    const isSameNumber = find.token.kind === 'number' && group?.[0]?.token.start === find.token.start;
    if (group && (find.start < end || isSameNumber)) group.push(find);
    else groups.push([find]);
    end = Math.max(end, find.end);
  }
  return groups;
}
