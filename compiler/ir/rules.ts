import type { Decision } from '../../runtime/types.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF103, CF110 } from '../diagnostics/messages.js';
import { entry, nodeAt, type Syntax, type SyntaxMap } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import { lowerCapability } from './capability.js';
import { lowerConditions, ruleSchema } from './expression.js';
import type { Rule } from './policy.js';

/** A rule before it has its place among those of the files it extends: `id` only if it was given. */
export type OwnRule = Omit<Rule, 'id'> & { readonly id?: string };

/** One rule of a section: a capability string or a mapping. */
export function lowerRule(syntax: Syntax, decision: Decision, diagnostics: Diagnostics): OwnRule | undefined {
  const map = asMap(syntax);
  const valid = validate(ruleSchema, map, 'a rule', diagnostics);
  if (!valid) return undefined;
  const place = nodeAt(map, ['capability']).place;
  const capability = lowerCapability(valid.capability, place, diagnostics);
  if (valid.id !== undefined && /^[a-z_]+\[\d+\]$/.test(valid.id)) {
    diagnostics.add(CF110({ id: valid.id }), nodeAt(map, ['id']).place);
  }
  const when = lowerConditions(map, diagnostics);
  return (
    capability && {
      decision,
      capability,
      when,
      reason: valid.reason ?? defaultReason(decision, capability.parts[1]),
      place: syntax.place,
      ...(valid.id !== undefined && { id: valid.id }),
      ...(valid.description !== undefined && { description: valid.description }),
    }
  );
}

const ACTIONS: Readonly<Record<string, Decision>> = {
  allow: 'allow',
  warn: 'warn',
  require_approval: 'require_approval',
  block: 'deny',
  deny: 'deny',
};

/** One of upstream's older rules: its action says which section it belongs to. */
export function lowerOlderRule(syntax: Syntax, index: number, diagnostics: Diagnostics): OwnRule | undefined {
  const action = entry(syntax, 'action')?.value;
  const decision = action?.kind === 'scalar' ? ACTIONS[String(action.value)] : undefined;
  if (syntax.kind !== 'map' || decision === undefined) {
    const found = action?.kind === 'scalar' ? String(action.value) : 'nothing';
    const what = `the action of rules[${index}]`;
    diagnostics.add(
      CF103({ what, expected: `one of ${Object.keys(ACTIONS).join(', ')}`, found, hint: '' }),
      (action ?? syntax).place,
    );
    return undefined;
  }
  // A threshold belongs to a scorer that this language does not have.
  const entries = syntax.entries.filter(({ key }) => key !== 'action' && key !== 'threshold');
  if (!entry(syntax, 'capability')) {
    const value: Syntax = { kind: 'scalar', place: syntax.place, value: '*' };
    entries.unshift({ key: 'capability', keyPlace: syntax.place, value });
  }
  const rule = lowerRule({ ...syntax, entries }, decision, diagnostics);
  return rule && { ...rule, id: rule.id ?? `rules[${index}]` };
}

const DESTRUCTIVE = new Set(['delete', 'remove', 'drop', 'destroy', 'truncate', 'wipe']);

function defaultReason(decision: Decision, action: string): string {
  if (decision === 'deny') return DESTRUCTIVE.has(action) ? 'destructive_operation' : 'policy_deny';
  return decision === 'require_approval' ? 'approval_required' : `policy_${decision}`;
}

/** A bare string is a rule's capability. */
function asMap(syntax: Syntax): SyntaxMap {
  if (syntax.kind === 'map') return syntax;
  const entries = [{ key: 'capability', keyPlace: syntax.place, value: syntax }];
  return { kind: 'map', place: syntax.place, entries };
}
