import { diffLines } from 'diff';
import type { Style } from './style.js';
import { visible } from './visible.js';

/** Beyond so many differing lines a difference is no longer readable, and takes long to find: both texts are shown whole. */
const MAX_EDITS = 2000;
const MAX_MS = 200;

/** All lines of two texts, those that differ marked and coloured: nothing is left out. */
export function lineDifferences(before: string, after: string, style: Style): string[] {
  const parts = diffLines(before, after, { maxEditLength: MAX_EDITS, timeout: MAX_MS }) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  return parts.flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => {
        const text = visible(line);
        return added ? style.green(`+ ${text}`) : removed ? style.red(`- ${text}`) : `  ${text}`;
      }),
  );
}
