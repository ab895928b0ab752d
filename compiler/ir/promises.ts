import type { Decision } from '../../runtime/types.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF103 } from '../diagnostics/messages.js';
import { entry, nodeAt, type Syntax } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import { lowerCapability } from './capability.js';
import { claimSchema, lowerConditions } from './expression.js';
import { checkId } from './marks.js';
import type { PolicyPromise } from './policy.js';
import { promiseSchema } from './schema.js';

/** A promise before it has its place among those of the files it extends: `id` only if it was given. */
export type OwnPromise = Omit<PolicyPromise, 'id'> & { readonly id?: string };

/** What each kind of promise can speak of: `never` an allow is never a warn either, and all is denied that no one may even ask for. */
const DECISIONS_OF = {
  never: ['allow', 'require_approval'],
  always: ['allow', 'warn', 'require_approval'],
} as const;

/** One promise: a mapping with `never` or `always`, and in it a decision, a capability and conditions. */
export function lowerPromise(syntax: Syntax, diagnostics: Diagnostics): OwnPromise | undefined {
  const valid = validate(promiseSchema, syntax, 'a promise', diagnostics);
  if (!valid || syntax.kind !== 'map') return undefined;
  const fail = (what: string, expected: string, found: string, at: Syntax): undefined => {
    diagnostics.add(CF103({ what, expected, found, hint: '' }), at.place);
  };
  const kinds = (['never', 'always'] as const).filter((kind) => valid[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const found = kind === undefined ? 'one with neither' : 'one with both';
    return fail('a promise', 'a mapping with either `never` or `always`', found, syntax);
  }
  checkId(valid.id, syntax, diagnostics);
  const body = entry(syntax, kind)?.value as Syntax;
  const claim = validate(claimSchema, body, `\`${kind}\``, diagnostics);
  if (!claim || body.kind !== 'map') return undefined;
  const named = (['allow', 'warn', 'require_approval'] as const).filter((key) => claim[key] !== undefined);
  const decision = named.find((key) => (DECISIONS_OF[kind] as readonly string[]).includes(key));
  if (decision === undefined || named.length > 1) {
    const expected = `one of ${DECISIONS_OF[kind].map((word) => `\`${word}\``).join(', ')} with a capability`;
    return fail(`\`${kind}\``, expected, named.length === 0 ? 'none' : named.join(' and '), body);
  }
  const capability = lowerCapability(claim[decision] as string, nodeAt(body, [decision]).place, diagnostics);
  const when = lowerConditions(body, diagnostics);
  return (
    capability && {
      kind,
      decision: decision as Exclude<Decision, 'deny'>,
      capability,
      when,
      place: syntax.place,
      ...(valid.id !== undefined && { id: valid.id }),
      ...(valid.description !== undefined && { description: valid.description }),
    }
  );
}
