import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF107 } from '../diagnostics/messages.js';
import type { Place } from '../diagnostics/source.js';
import type { CapabilityPattern } from './policy.js';

/** Reads a capability pattern, or says what is wrong with it. */
export function lowerCapability(text: string, place: Place, diagnostics: Diagnostics): CapabilityPattern | undefined {
  const fail = (problem: string, hint = ''): undefined => {
    diagnostics.add(CF107({ capability: text, problem, hint }), place);
  };
  const foreign = /[^A-Za-z0-9_.*-]/u.exec(text);
  if (foreign)
    return fail(`${JSON.stringify(foreign[0])} may not stand in it`, 'letters, digits, _ - and dots between parts');
  const segments = text.split('.');
  if (segments.includes('')) return fail('a part is empty', 'write * for "any", or leave trailing parts away');
  const [resource = '*', action = '*', ...scopes] = segments;
  const scope = scopes.join('.') || '*';
  for (const part of [resource, action, scope]) {
    if (part !== '*' && part.includes('*')) {
      return fail(
        'a part is a whole word or *, never part of a word',
        `write * for the whole part: ${whole(segments)}`,
      );
    }
  }
  return { text, parts: [resource, action, scope] };
}

function whole(segments: readonly string[]): string {
  return segments
    .map((segment) => (segment.includes('*') ? '*' : segment))
    .join('.')
    .replace(/(?:\.\*)+$/, '.*');
}
