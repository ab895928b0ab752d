import type { SqlDialect } from '../../runtime/data/sql.js';
import { DECISIONS } from '../../runtime/decision.js';
import type { Decision } from '../../runtime/types.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF103, CF119 } from '../diagnostics/messages.js';
import type { Place } from '../diagnostics/source.js';
import { entry, isNull, nodeAt, type Syntax, type SyntaxMap } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import { lowerLimit, type OwnLimit } from './limits.js';
import { lowerMethods, lowerTools } from './mappings.js';
import { lowerMark, type OwnMark } from './marks.js';
import { lowerPatterns, type OwnPattern } from './patterns.js';
import type { MappingLayer, Policy } from './policy.js';
import { lowerPromise, type OwnPromise } from './promises.js';
import { lowerResultRule, type OwnResultRule } from './results.js';
import { lowerOlderRule, lowerRule, type OwnRule } from './rules.js';
import { policySchema } from './schema.js';

/** What one policy file says, before what it extends is joined to it. Settings it does not give are absent. */
export interface PolicyFile {
  readonly name?: string;
  readonly extends: readonly { readonly path: string; readonly place: Place }[];
  readonly mode?: { readonly value: Policy['mode']; readonly place: Place };
  readonly approvalTimeoutSeconds?: number;
  readonly pathCase?: 'sensitive' | 'insensitive';
  readonly timezone?: string;
  readonly sqlDialects?: readonly SqlDialect[];
  readonly sqlFunctions?: readonly string[];
  readonly rules: readonly OwnRule[];
  readonly riskLevels: ReadonlyMap<string, { readonly action: Decision; readonly place: Place }>;
  readonly mappings: MappingLayer;
  readonly marks: readonly OwnMark[];
  readonly limits: readonly OwnLimit[];
  readonly promises: readonly OwnPromise[];
  readonly results: readonly OwnResultRule[];
  readonly patterns: readonly OwnPattern[];
  /** Labels that the policy of another server sets. */
  readonly labels: readonly string[];
}

/** From the syntax of one file to what it says. */
export function lowerFile(syntax: Syntax, diagnostics: Diagnostics): PolicyFile | undefined {
  const root = withoutNulls(syntax);
  const policy = validate(policySchema, root, 'the policy', diagnostics);
  const older = lowerOlderRules(root, diagnostics);
  const rules = DECISIONS.flatMap((section) =>
    [
      ...itemsOf(root, section).flatMap((item) => lowerRule(item, section, diagnostics) ?? []),
      ...older.filter(({ decision }) => decision === section),
      // The first in the file is the one reported, in whichever form it is written.
    ].sort((a, b) => a.place.offset - b.place.offset),
  );
  const mappings = {
    tools: lowerTools(entriesOf(root, 'tools'), diagnostics),
    methods: lowerMethods(entriesOf(root, 'methods'), diagnostics),
  };
  const marks = itemsOf(root, 'mark').flatMap((item) => lowerMark(item, diagnostics) ?? []);
  const limits = itemsOf(root, 'limits').flatMap((item) => lowerLimit(item, diagnostics) ?? []);
  const promises = itemsOf(root, 'prove').flatMap((item) => lowerPromise(item, diagnostics) ?? []);
  const results = itemsOf(root, 'results').flatMap((item) => lowerResultRule(item, diagnostics) ?? []);
  const patterns = lowerPatterns(entriesOf(root, 'patterns'), diagnostics);
  if (!policy) return undefined;
  noteOlderForms(root, policy, diagnostics);
  const riskLevels = lowerRiskLevels(root, diagnostics);
  const parents = [policy.extends ?? []].flat();
  const mode = policy.enforcement_mode;
  return {
    extends: parents.map((path, i) => ({
      path,
      place: nodeAt(root, Array.isArray(policy.extends) ? ['extends', i] : ['extends']).place,
    })),
    rules,
    riskLevels,
    mappings,
    marks,
    limits,
    promises,
    results,
    patterns,
    labels: policy.labels ?? [],
    ...(policy.policy_name !== undefined && { name: policy.policy_name }),
    ...(mode !== undefined && {
      mode: { value: mode === 'observe' ? 'observe' : 'enforce', place: nodeAt(root, ['enforcement_mode']).place },
    }),
    ...(policy.approval_timeout_seconds !== undefined && { approvalTimeoutSeconds: policy.approval_timeout_seconds }),
    ...(policy.timezone !== undefined && { timezone: policy.timezone }),
    ...(policy.sql?.dialect !== undefined && { sqlDialects: [policy.sql.dialect].flat() }),
    ...(policy.sql?.functions !== undefined && { sqlFunctions: [policy.sql.functions].flat() }),
    ...(policy.paths?.case !== undefined && { pathCase: policy.paths.case as 'sensitive' | 'insensitive' }),
  };
}

/** Upstream's older form: one list, each rule with its action; without a capability it is about every call. */
function lowerOlderRules(root: Syntax, diagnostics: Diagnostics): OwnRule[] {
  const items = itemsOf(root, 'rules');
  const place = entry(root, 'rules')?.keyPlace;
  if (items.length > 0 && place) {
    const what = '`rules` is read as rules of the sections that their actions name';
    diagnostics.add(CF119({ what, hint: 'move them to deny, require_approval, warn and allow' }), place);
  }
  return items.flatMap((item, i) => lowerOlderRule(item, i, diagnostics) ?? []);
}

function lowerRiskLevels(root: Syntax, diagnostics: Diagnostics): PolicyFile['riskLevels'] {
  return new Map(
    entriesOf(root, 'risk_levels').flatMap(({ key, keyPlace, value }) => {
      const action = entry(value, 'action')?.value;
      const word = action?.kind === 'scalar' ? action.value : undefined;
      if (key === '__proto__') {
        diagnostics.add(CF103({ what: 'a risk level', expected: 'another word', found: key, hint: '' }), keyPlace);
        return [];
      }
      if (word === 'allow') {
        const what = `risk level ${key} with \`action: allow\` does nothing`;
        diagnostics.add(CF119({ what, hint: 'remove it: a risk level can only tighten' }), keyPlace);
      }
      return [[key, { action: (word === 'block' ? 'deny' : word) as Decision, place: value.place }] as const];
    }),
  );
}

function noteOlderForms(
  root: Syntax,
  policy: { version?: unknown; enforcement_mode?: unknown; threshold?: unknown },
  diagnostics: Diagnostics,
): void {
  const note = (key: string, what: string, hint: string) =>
    diagnostics.add(CF119({ what, hint }), entry(root, key)?.keyPlace ?? root.place);
  if (policy.version === '1.0') note('version', '`version: "1.0"` is read as 1', 'write version: 1');
  if (policy.enforcement_mode === 'block') {
    note('enforcement_mode', '`enforcement_mode: block` is read as enforce', 'write enforcement_mode: enforce');
  }
  if (policy.threshold !== undefined)
    note('threshold', '`threshold` is ignored', 'remove it: rules decide, not scores');
}

/** A section with nothing after its colon is an empty section; an empty file is a policy without rules. */
function withoutNulls(syntax: Syntax): Syntax {
  if (isNull(syntax)) return { kind: 'map', place: syntax.place, entries: [] };
  if (syntax.kind !== 'map') return syntax;
  const sections = Object.keys(policySchema.def.shape);
  return { ...syntax, entries: syntax.entries.filter(({ key, value }) => !isNull(value) || !sections.includes(key)) };
}

function itemsOf(root: Syntax, key: string): readonly Syntax[] {
  const value = entry(root, key)?.value;
  return value?.kind === 'list' ? value.items : [];
}

function entriesOf(root: Syntax, key: string): SyntaxMap['entries'] {
  const value = entry(root, key)?.value;
  return value?.kind === 'map' ? value.entries : [];
}
