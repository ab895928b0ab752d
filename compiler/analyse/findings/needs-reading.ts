import { SQL_DIALECTS } from '../../../runtime/data/sql.js';
import type { Mapping } from '../../../runtime/types.js';
import { CF223, CF224 } from '../../diagnostics/messages.js';
import { interpretTool } from '../../interpret/interpret.js';
import { atomsOf } from '../../ir/atoms.js';
import { isGlob } from '../../ir/globs.js';
import type { Policy, Rule } from '../../ir/policy.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import { argumentsWith } from '../calls/selector.js';
import { commandAtoms, plainWords } from '../programs/command-lines.js';

/*
 * Mappings that leave open how their commands or their SQL are read, where it would settle what is unknown: notes, each with
 * a call that is decided otherwise once it is said.
 */

export function needsReading(analysis: Analysis): void {
  const { policy } = analysis;
  const commands = policy.rules.flatMap((rule) => commandAtoms(rule).flatMap(({ patterns }) => patterns));
  const isSql = policy.rules.some((rule) => atomsOf(rule.when).some(({ atom }) => atom.key.startsWith('sql_')));
  for (const layer of policy.layers) {
    for (const [tool, mappings] of Object.entries(layer.tools)) {
      if (isGlob(tool)) continue;
      for (const mapping of mappings) {
        if (mapping.shell === undefined && commands.length > 0) {
          const lists = commands.slice(0, MAX_PATTERNS).flatMap((pattern) => [
            [...plainWords(pattern), 'a b'],
            [...plainWords(pattern), '$x'],
            [...plainWords(pattern), 'a;b'],
          ]);
          const readings = [true, false].map((shell) => ({ name: `shell: ${shell}`, mapping: { ...mapping, shell } }));
          settle(analysis, tool, mapping, {
            values: lists,
            names: mapping.commands?.flat() ?? ['command'],
            readings,
            kind: 'needs-shell',
          });
        }
        if (mapping.dialect === undefined && policy.sql === undefined && isSql) {
          const readings = SQL_DIALECTS.map((dialect) => ({
            name: `dialect: ${dialect}`,
            mapping: { ...mapping, dialect: [dialect] },
          }));
          settle(analysis, tool, mapping, {
            values: STATEMENTS,
            names: mapping.sql ?? ['sql'],
            readings,
            kind: 'needs-dialect',
          });
        }
      }
    }
  }
}

const MAX_PATTERNS = 8;

/** Statements that not all dialects read alike. */
const STATEMENTS = [
  'select `a` from `users`',
  'select [a] from [users]',
  "select 'a\\\\' from users",
  'select $$a;b$$',
  'select a # b\nfrom users',
];

interface Asked {
  readonly values: readonly unknown[];
  readonly names: readonly string[];
  readonly readings: readonly { readonly name: string; readonly mapping: Mapping }[];
  readonly kind: 'needs-shell' | 'needs-dialect';
}

function settle(analysis: Analysis, tool: string, mapping: Mapping, { values, names, readings, kind }: Asked): void {
  const { policy, environment } = analysis;
  const name = names[0]?.replace(/\?$/, '');
  if (name === undefined) return;
  for (const value of values) {
    const args = argumentsWith({ [name]: value });
    const witness = { tool, capability: mapping.capability, args, context: {} };
    const judged = analysis.run(witness);
    if (!judged || judged.unknown.length === 0) continue;
    const world = { context: {}, environment };
    const settled = readings.find((reading) => {
      const other = interpretTool(withMapping(policy, mapping, reading.mapping), tool, args, world);
      return other.decision !== judged.decision && other.unknown.length === 0;
    });
    if (!settled) continue;
    const rule: Rule | null = judged.rule ?? policy.rules.find((one) => one.decision === 'allow') ?? null;
    const message = { tool, value: JSON.stringify(value), setting: settled.name };
    analysis.report({
      kind,
      message: kind === 'needs-shell' ? CF223(message) : CF224(message),
      rule: null,
      place: rule?.place ?? analysis.start,
      related: [],
      witness,
      outcome: outcomeOf(judged),
    });
    return;
  }
}

function withMapping(policy: Policy, mapping: Mapping, other: Mapping): Policy {
  const swap = (list: readonly Mapping[]) => list.map((one) => (one === mapping ? other : one));
  return {
    ...policy,
    layers: policy.layers.map((layer) => ({
      ...layer,
      tools: Object.fromEntries(Object.entries(layer.tools).map(([key, list]) => [key, swap(list)])),
    })),
  };
}
