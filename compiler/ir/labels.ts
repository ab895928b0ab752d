import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF131, CF132 } from '../diagnostics/messages.js';
import { shownPath } from '../diagnostics/shown-path.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { asksOf } from './asks.js';
import type { PolicyFile } from './file.js';

/** A file with those that it extends. */
interface ExtendingFile extends PolicyFile {
  readonly path: string;
  readonly parents: readonly ExtendingFile[];
}

/**
 * Whether every label that is asked for is set somewhere, and no file clears one that a rule of its parents asks for.
 *
 * @param files The file, then all it extends.
 */
export function checkLabels(files: readonly ExtendingFile[], diagnostics: Diagnostics): void {
  const known = [...new Set(files.flatMap(({ marks, labels }) => [...labels, ...setBy(marks)]))];
  for (const { asked, place } of files.flatMap(askedIn)) {
    for (const label of asked.labels) {
      if (known.includes(label)) continue;
      const hint = didYouMean(label, known) || 'add a mark that sets it, or name it in `labels`';
      diagnostics.addOnce(CF131({ label, hint }), place);
    }
  }
  for (const file of files) checkClears(file, diagnostics);
}

function setBy(marks: PolicyFile['marks']): string[] {
  return marks.filter(({ clears }) => !clears).flatMap(({ labels }) => labels);
}

function checkClears(file: ExtendingFile, diagnostics: Diagnostics): void {
  const relied = new Map<string, string>();
  for (const parent of ancestorsOf(file)) {
    const asked = parent.rules.flatMap(({ when }) => asksOf(when)).flatMap((one) => one.asked.labels);
    for (const label of asked) relied.set(label, shownPath(parent.path));
  }
  for (const { clears, labels, place } of file.marks) {
    for (const label of clears ? labels : []) {
      const parent = relied.get(label);
      if (parent !== undefined) diagnostics.addOnce(CF132({ label, file: parent }), place);
    }
  }
}

function ancestorsOf(file: ExtendingFile): ExtendingFile[] {
  return [...new Set(file.parents.flatMap((parent) => [parent, ...ancestorsOf(parent)]))];
}

function askedIn({ rules, marks, limits, promises }: PolicyFile): ReturnType<typeof asksOf> {
  return [...rules, ...marks, ...limits, ...promises].flatMap(({ when }) => asksOf(when));
}
