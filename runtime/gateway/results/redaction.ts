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
  const nameOf = ({ detector }: FoundSecret): string => {
    const name = secrets?.names[detector] ?? '';
    counts[name] = (counts[name] ?? 0) + 1;
    return redacted(name);
  };
  let result = '';
  let last = 0;
  for (const token of byToken(finds)) {
    const { start, end, kind, said } = (token[0] as FoundSecret).token;
    // What a binary part says is changed, and encoded again: it stays what its reader expects.
    const inner = said ?? text.slice(start, end);
    const offset = said === undefined ? start : 0;
    let changed = '';
    let at = 0;
    for (const group of overlapping(token)) {
      changed += inner.slice(at, group.start - offset) + nameOf(group.first);
      at = group.end - offset;
    }
    changed += inner.slice(at);
    result += text.slice(last, start);
    if (said !== undefined) result += `"${Buffer.from(changed).toString('base64')}"`;
    // A number becomes a string.
    else result += kind === 'number' ? `"${changed}"` : changed;
    last = end;
  }
  return { text: result + text.slice(last), counts };
}

/** In the order of the text. */
function byToken(finds: readonly FoundSecret[]): FoundSecret[][] {
  const tokens = new Map<number, FoundSecret[]>();
  for (const find of finds) {
    const own = tokens.get(find.token.start);
    if (own) own.push(find);
    else tokens.set(find.token.start, [find]);
  }
  return [...tokens].sort(([a], [b]) => a - b).map(([, own]) => own);
}

interface Group {
  readonly first: FoundSecret;
  readonly start: number;
  end: number;
}

function overlapping(finds: readonly FoundSecret[]): Group[] {
  const sorted = finds.toSorted((a, b) => a.start - b.start || b.end - a.end || a.detector - b.detector);
  const groups: Group[] = [];
  for (const find of sorted) {
    const group = groups.at(-1);
    if (group && find.start < group.end) group.end = Math.max(group.end, find.end);
    else groups.push({ first: find, start: find.start, end: find.end });
  }
  return groups;
}
