import type { Context } from '../../runtime/types.js';
import type { Policy } from '../ir/policy.js';
import { detectorsOfPolicy } from '../ir/secrets.js';
import { VERSION } from '../package/version.js';
import { Code, code } from './code/code.js';
import { emitDispatch, PARTS } from './dispatch.js';
import { EffectEmitter } from './effects.js';
import type { Format } from './format.js';
import { emitManifest, manifestOf } from './manifest.js';
import { RuleSetEmitter } from './rule-set.js';
import { type RuleGroup, ruleSets } from './rule-sets.js';
import { ModuleScope } from './scope.js';

/** The decision module of a policy, as text: deterministic, and readable beside the policy it came from. */
export function emitModule(
  policy: Policy,
  format: Format,
  context: Context = {},
  blocked: ReadonlySet<string> = new Set(),
): string {
  const detectors = detectorsOfPolicy(policy);
  const reserved = [
    'p',
    'f',
    'context',
    'env',
    'manifest',
    'bind',
    'rulesFor',
    'effectsFor',
    'results',
    'bits',
    ...PARTS,
  ];
  const scope = new ModuleScope(format, reserved, detectors);
  const { tree, sets } = ruleSets(policy);
  const names = new Map(sets.map((set) => [set, scope.unique(nameOf(set))]));
  const emitter = new RuleSetEmitter(policy, scope, blocked);
  const bodies = sets.map((set) => emitter.emit(set, names.get(set) as Code));
  const effects = new EffectEmitter(policy, scope);
  const left = [...effects.emit(), ...effects.results()];
  const parts = [
    'rulesFor',
    ...(effects.isEmpty ? [] : ['effectsFor']),
    ...(hasResults(policy) ? ['results'] : []),
    ...(detectors.length > 0 ? [`secrets: ${scope.secretFinder().text}`] : []),
  ];
  const body = [
    code`  const p = new ${scope.use('PolicyBinding')}(manifest, context, env, ${settingsOf(policy)});`,
    ...scope.constants(),
    ...bodies,
    code``,
    ...emitDispatch(tree, names, scope, RULES),
    ...left,
    code``,
    code`  return p.decide({ ${new Code(parts.join(', '))} });`,
  ];
  const isFunction = format === 'function';
  const exported = new Code(isFunction ? '' : 'export ');
  const manifest = emitManifest(manifestOf(policy, context, scope.afters), scope);
  const lines = [
    ...header(policy),
    code``,
    scope.imports(),
    code``,
    code`${exported}const manifest${scope.type('Manifest')} = ${manifest};`,
    code``,
    ...(isFunction ? [] : DOC),
    code`${exported}function bind(context${scope.type('Context')}, env${scope.type('Environment')} = {})${scope.type('Decide')} {`,
    ...body,
    code`}`,
    ...(isFunction ? [code`return { manifest, bind };`] : []),
  ];
  return `${code.join(lines, '\n').text}\n`;
}

const RULES = { name: 'rulesFor', type: 'RuleSet', note: 'Which rules can match a capability.' };

function hasResults({ marks }: Policy): boolean {
  return marks.some(({ result, secret }) => result !== undefined || secret !== undefined);
}

/** How what follows is read. */
const DOC: readonly Code[] = [
  '/**',
  ' * Fixes what does not change while a gateway runs; the result judges calls.',
  ' *',
  ' * A condition comes to a truth set: which of true, false and unknown its values make it. Of that a rule asks whether it MAY',
  ' * hold (some value makes it true or unknown: enough to forbid) or MUST (all make it true: what permitting takes). Rules stand',
  ' * in the order of precedence, and the first that holds decides; their numbers are those of manifest.rules.',
  ' */',
].map((line) => new Code(line));

function header(policy: Policy): Code[] {
  const file = policy.sources[0]?.file ?? policy.name;
  return [
    code`// Decisions of the policy ${code.comment(policy.name)}, compiled by capfence ${code.comment(VERSION)}.`,
    code`// from    ${code.comment(file)}`,
    code`// sha256  ${code.comment(policy.sha256)}`,
    code`// Do not edit: change the policy and run  capfence compile ${code.comment(file)}`,
  ];
}

function nameOf({ rules, capability }: RuleGroup): string {
  if (rules.length === 0) return 'nothing';
  return capability === '*' ? 'anything' : capability;
}

function settingsOf({ pathCase, riskLevels, sql }: Policy): Code {
  const ofSql = sql && { ...sql, functions: sql.functions.map((name) => name.toLowerCase()) };
  return code`${{ pathCase, riskLevels, ...(ofSql && { sql: ofSql }) }}`;
}
