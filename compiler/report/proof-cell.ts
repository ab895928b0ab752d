import type { Witness } from '../analyse/calls/call.js';
import { codeSpan } from './markdown.js';
import { shownTrace, shownWitness } from './witness.js';

/** A proof in a cell of a Markdown table: a call, or the calls one below the other. */
export function proofCell(witness: Witness, outcome: string | undefined): string {
  const steps = shownTrace(witness, outcome);
  if (!steps) return `${codeSpan(shownWitness(witness))}${outcome ? ` → ${codeSpan(outcome)}` : ''}`;
  return steps.map(({ call, what }, i) => `${i + 1}. ${codeSpan(call)} → ${codeSpan(what)}`).join('<br>');
}
