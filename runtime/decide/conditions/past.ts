import type { Selector } from '../../text/selector.js';
import type { Facts } from '../facts/facts.js';
import { keysOf } from '../facts/key-fact.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** `after`. @param index Into the manifest's. */
export function after(f: Facts, index: number): number {
  return f.history === undefined ? UNKNOWN : f.history.label(index);
}

/** `after` with `by`: the keys that a selector finds in this call. */
export function afterBy(f: Facts, index: number, by: Selector): number {
  const { history } = f;
  let truthSet = 0;
  for (const key of keysOf(f.args, by)) {
    truthSet |= key === null || history === undefined ? UNKNOWN : history.label(index, key);
  }
  return truthSet;
}

/** Whether a result is what a mark asks for. @param may It may be, as a deny rule asks. @param must It is, as an allow rule asks. */
export function resultTruth(may: number, must: number): number {
  return must === 1 ? TRUE : may === 1 ? UNKNOWN : FALSE;
}
