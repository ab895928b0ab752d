import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffPolicies } from '../../compiler/analyse/diff/diff.js';
import { checkPolicy } from '../../compiler/analyse/findings/check.js';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { historyOf } from '../../compiler/fixtures/past-of-case.js';
import { toolUses } from '../../compiler/interpret/capability-uses.js';
import { EventPast } from '../../compiler/interpret/histories/event-past.js';
import { eventsOf, type GivenPast, SOMEBODY } from '../../compiler/interpret/histories/given-past.js';
import { interpretCapability, interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import type { Policy } from '../../compiler/ir/policy.js';
import {
  policyFile as anyPolicyFile,
  callArguments,
  capability,
  context,
  environment,
  LABELS,
  toolName,
} from '../support/arbitrary.js';
import { check } from '../support/seed.js';

/** What marks and limits change is told beside, and not call by call. */
const policyFile = anyPolicyFile.map((file) => ({ ...file, mark: [], limits: [] }));

const state = fc.constantFrom({ must: -5 }, { may: -5 }, { open: true }, { must: -40 }, { by: { x: { must: -5 } } });
const history: fc.Arbitrary<GivenPast> = fc.dictionary(fc.constantFrom(...LABELS), state, { maxKeys: 2 });

/** A call of a tool, or of a capability as such, with what came before it. */
const anyCall = fc.oneof(
  fc.record({ tool: toolName, args: callArguments, context, history }),
  fc.record({ capability, args: callArguments, context, history }),
);

type File = Record<string, unknown>;

/** A policy and what an edit makes of it: a section reordered, a rule added, gone or changed, or another policy. */
const policyPair: fc.Arbitrary<[File, File]> = fc.oneof(
  fc.tuple(policyFile, policyFile),
  fc
    .tuple(policyFile, policyFile, fc.constantFrom('deny', 'require_approval', 'warn', 'allow', 'tools', 'risk_levels'))
    .map(([file, other, key]): [File, File] => [
      file,
      { ...file, ...((other as File)[key] !== undefined && { [key]: (other as File)[key] }) },
    ]),
  fc
    .tuple(policyFile, fc.constantFrom('deny', 'require_approval', 'allow'), fc.nat(4))
    .map(([file, key, at]): [File, File] => {
      const rules = ((file as File)[key] ?? []) as unknown[];
      return [file, { ...file, [key]: rules.length > 1 ? rules.filter((_, i) => i !== at % rules.length) : rules }];
    }),
  policyFile.map((file): [File, File] => [file, { ...file, allow: [...(file.allow as unknown[])].reverse() }]),
);

type Call = {
  tool?: string;
  capability?: string;
  args: Record<string, unknown>;
  context: Record<string, string>;
  history: GivenPast;
};

function isCompound(policy: Policy, { tool }: Call): boolean {
  return tool !== undefined && toolUses(policy, tool).length > 1;
}

const NOW = Date.UTC(2026, 5, 1);

/** The same past for generated code. */
function pastOf(policy: Policy, { history }: Call, manifest: Parameters<typeof historyOf>[0]) {
  return historyOf(manifest, eventsOf(policy, history, NOW), NOW);
}

function judge(policy: Policy, call: Call, environment: object) {
  const past = new EventPast(eventsOf(policy, call.history, NOW), { ...SOMEBODY, now: NOW });
  const world = { context: call.context, environment, past };
  return call.tool !== undefined
    ? interpretTool(policy, call.tool, call.args, world)
    : interpretCapability(policy, call.capability as string, call.args, world);
}

test('no call contradicts a finding, and what has no effect can go', () => {
  const counted: Record<string, number> = {};
  check(
    fc.property(
      policyFile,
      environment,
      fc.array(anyCall, { minLength: 1, maxLength: 12 }),
      (file, environment, calls) => {
        const { policy } = loadPolicyText(JSON.stringify(file));
        const { findings } = checkPolicy(policy, { environment, budget: 3 });
        const idle = new Set(
          findings
            .filter(({ kind }) => ['shadowed', 'redundant', 'unsatisfiable'].includes(kind))
            .map(({ rule }) => rule),
        );
        const pruned = { ...policy, rules: policy.rules.filter((rule) => !idle.has(rule)) };
        const decide = evaluateModule(pruned);
        for (const finding of findings) counted[finding.kind] = (counted[finding.kind] ?? 0) + 1;
        for (const call of calls as Call[]) {
          const judged = judge(policy, call, environment);
          for (const { kind, rule } of findings) {
            if (rule === null) continue;
            const considered = judged.considered.find((one) => one.rule === rule);
            if (kind === 'unsatisfiable') assert.ok(!considered?.matches, `${rule.id} matches ${JSON.stringify(call)}`);
            if (kind === 'shadowed') assert.notEqual(judged.rule, rule, `${rule.id} decides ${JSON.stringify(call)}`);
          }
          const bound = decide.bind(call.context, environment);
          const verdict =
            call.tool !== undefined
              ? bound(call.tool, call.args, pastOf(pruned, call, decide.manifest))
              : bound.capability(call.capability as string, call.args, pastOf(pruned, call, decide.manifest));
          assert.equal(verdict.decision, judged.decision, `without what has no effect: ${JSON.stringify(call)}`);
        }
      },
    ),
    150,
    10_000,
  );
  console.log(`findings: ${JSON.stringify(counted)}`);
});

test('a diff says of every call what becomes of it', () => {
  const counted = { equivalent: 0, changed: 0, open: 0 };
  check(
    fc.property(
      policyPair,
      environment,
      fc.array(anyCall, { minLength: 1, maxLength: 12 }),
      ([a, b], environment, calls) => {
        const before = loadPolicyText(JSON.stringify(a)).policy;
        const after = loadPolicyText(JSON.stringify(b)).policy;
        const { changes, notAnalysed } = diffPolicies(before, after, { environment, budget: 1 });
        counted[notAnalysed.length > 0 ? 'open' : changes.length > 0 ? 'changed' : 'equivalent']++;
        if (notAnalysed.length > 0) return;
        for (const call of calls as Call[]) {
          const was = judge(before, call, environment);
          const is = judge(after, call, environment);
          if (was.decision === is.decision) continue;
          // What does several things is decided by the strictest: a change of one is told as that one's.
          if (isCompound(before, call) || isCompound(after, call)) continue;
          assert.ok(
            changes.some(({ from, to }) => from === was.decision && to === is.decision),
            `${was.decision} by ${was.rule?.id} → ${is.decision} by ${is.rule?.id} is in no change: ${JSON.stringify(call)}`,
          );
        }
      },
    ),
    80,
    5_000,
  );
  console.log(`diffs: ${JSON.stringify(counted)}`);
});
