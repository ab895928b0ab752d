import type { PromiseOutcome } from '../analyse/finding.js';
import { shownPromise } from '../analyse/promise-text.js';
import { codeSpan, markdownTable } from './markdown.js';
import { promiseCount } from './promises.js';
import { proofCell } from './proof-cell.js';

const MARKS = { kept: '✅ kept', broken: '❌ broken', unproved: '❔ unproved' } as const;

/** The promises of policies, for a pull-request comment; nothing where there are none. */
export function promiseTable(promises: readonly PromiseOutcome[]): string[] {
  if (promises.length === 0) return [];
  const rows = promises.map(({ promise, state, witness, outcome, isVacuous }) => [
    isVacuous ? '⚠️ kept, there is no such call' : MARKS[state],
    codeSpan(promise.id),
    `${codeSpan(shownPromise(promise))}${promise.description === undefined ? '' : `<br>${codeSpan(promise.description)}`}`,
    witness ? proofCell(witness, outcome) : '',
  ]);
  return [`**${promiseCount(promises)}**`, '', markdownTable(['', 'id', 'promise', 'broken by'], rows)];
}
