import { CATALOGUE_VERSION } from '../../runtime/data/catalogue.js';
import * as runtime from '../../runtime/decide/index.js';
import type { Context, Manifest, ManifestRule } from '../../runtime/types.js';
import type { EmitContext } from '../conditions/condition.js';
import { needsRoot } from '../ir/needs-root.js';
import type { Policy } from '../ir/policy.js';
import { VERSION } from '../package/version.js';
import { Code, code } from './code/code.js';
import type { Format } from './format.js';
import { emitRuleSet } from './rule-set.js';
import { type CapabilityTree, type RuleGroup, ruleSets } from './rule-sets.js';

/** What a compiled policy says of itself. */
export function manifestOf(policy: Policy, context: Context = {}): Manifest {
  return {
    policy: policy.name,
    sha256: policy.sha256,
    sources: policy.sources,
    compiler: VERSION,
    catalogue: CATALOGUE_VERSION,
    mode: policy.mode,
    approvalTimeoutSeconds: policy.approvalTimeoutSeconds,
    rules: policy.rules.map(
      ({ id, decision, capability, reason, description, place }): ManifestRule => ({
        id,
        decision,
        capability: capability.text,
        reason,
        ...(description !== undefined && { description }),
        file: place.source.file,
        line: place.line,
        column: place.column,
      }),
    ),
    tools: policy.layers.map((layer) => layer.tools),
    methods: policy.layers.map((layer) => layer.methods),
    ...(policy.arguments && { arguments: policy.arguments }),
    ...needsRootOf(policy),
    context,
  };
}

function needsRootOf(policy: Policy): Pick<Manifest, 'needsRoot'> {
  const pair = needsRoot(policy);
  return pair ? { needsRoot: { relative: pair.relative.path, absolute: pair.absolute.path } } : {};
}

/** The decision module of a policy, as text: deterministic, and readable beside the policy it came from. */
export function emitModule(
  policy: Policy,
  format: Format,
  context: Context = {},
  blocked: ReadonlySet<string> = new Set(),
): string {
  const { tree, sets } = ruleSets(policy);
  const names = new Names([
    'p',
    'f',
    'context',
    'env',
    'manifest',
    'bind',
    'rulesFor',
    'bits',
    'resource',
    'action',
    'scope',
  ]);
  const setNames = new Map(
    sets.map((set) => [
      set,
      names.unique(set.rules.length === 0 ? 'nothing' : set.capability === '*' ? 'anything' : set.capability),
    ]),
  );
  const constants = new Constants(names);
  const bodies = sets.map((set) => emitRuleSet(set, setNames.get(set) as Code, policy, format, constants, blocked));
  const used = (word: string) => bodies.some((body) => body.text.includes(word));

  const type = (annotation: string) => new Code(format === 'ts' ? `: ${annotation}` : '');
  const values = ['MAY', 'MAY_NOT', 'MUST', 'MUST_NOT'].filter((name) => used(`(${name} >>`) || used(`, ${name}]`));
  const dispatch = emitTree(tree, 0, '    ', setNames);
  // The parts after the last that is looked at are omitted.
  const lookedAt = PARTS.findLastIndex((part) => dispatch.some(({ text: line }) => line.includes(`switch (${part})`)));
  const parameters = new Code(
    PARTS.slice(0, lookedAt + 1)
      .map((part) => `${part}${type('string')}`)
      .join(', '),
  );
  const exported = new Code(format === 'function' ? '' : 'export ');
  const file = policy.sources[0]?.file ?? policy.name;
  const manifest = emitManifest(manifestOf(policy, context), format);
  // Types that very long lists are cast to.
  const casts = ['RuleFormula', 'ManifestRule', 'TableCondition', 'TableRow'].filter((name) =>
    [manifest, ...bodies].some(({ text }) => text.includes(`as readonly ${name}[])`)),
  );
  const lines = [
    code`// Decisions of the policy ${code.comment(policy.name)}, compiled by capfence ${code.comment(VERSION)}.`,
    code`// from    ${code.comment(file)}`,
    code`// sha256  ${code.comment(policy.sha256)}`,
    code`// Do not edit: change the policy and run  capfence compile ${code.comment(file)}`,
    code``,
    imports([...new Set([...values, ...constants.used, 'PolicyBinding'])], casts, format),
    code``,
    code`${exported}const manifest${type('Manifest')} = ${manifest};`,
    code``,
    ...(format === 'function'
      ? []
      : [code`/** Fixes what does not change while a gateway runs; the result judges calls. */`]),
    code`${exported}function bind(context${type('Context')}, env${type('Environment')} = {})${type('Decide')} {`,
    code`  const p = new PolicyBinding(manifest, context, env, ${settings(policy)});`,
    ...constants.lines(),
    ...bodies,
    code``,
    code`  // Which rules can match a capability.`,
    code`  function rulesFor(${parameters})${type('RuleSet')} {`,
    ...dispatch,
    code`  }`,
    code``,
    code`  return p.decide({ rulesFor });`,
    code`}`,
    ...(format === 'function' ? [code`return { manifest, bind };`] : []),
  ];
  return `${code.join(lines, '\n').text}\n`;
}

function imports(values: readonly string[], casts: readonly string[], format: Format): Code {
  const list = values.toSorted().join(', ');
  if (format === 'function') return new Code(`const { ${list} } = runtime;`);
  const typeNames = ['Context', 'Decide', 'Environment', 'Facts', 'Manifest', 'RuleSet', ...casts].sort();
  const types = new Code(`import type { ${typeNames.join(', ')} } from 'capfence/runtime';\n`);
  return code`${format === 'ts' ? types : new Code('')}${new Code(`import { ${list} } from 'capfence/runtime';`)}`;
}

function settings(policy: Policy): Code {
  return code`${{ pathCase: policy.pathCase, riskLevels: policy.riskLevels }}`;
}

/** One line a member, one line a rule. */
function emitManifest(manifest: Manifest, format: Format): Code {
  const members = Object.entries(manifest).map(([key, value]) => {
    const isTable = Array.isArray(value) && value.length > 0;
    const type = format === 'ts' ? 'ManifestRule' : undefined;
    return isTable
      ? code`\n  ${code.identifier(key)}: ${code.list(
          value.map((item) => code`${item},`),
          '    ',
          type,
        )},`
      : code`\n  ${code.identifier(key)}: ${value},`;
  });
  return code`{${code.join(members, '')}\n}`;
}

function emitTree(
  node: CapabilityTree | RuleGroup,
  depth: number,
  indent: string,
  names: ReadonlyMap<RuleGroup, Code>,
): Code[] {
  const pad = new Code(indent);
  if (!('words' in node)) return [code`${pad}return ${names.get(node)};`];
  if (node.words.size === 0) return emitTree(node.other, depth + 1, indent, names);
  const part = new Code(PARTS[depth] as string);
  const cases = [...node.words].flatMap(([word, child]) => {
    const inner = emitTree(child, depth + 1, `${indent}    `, names);
    const single = inner.length === 1 ? new Code(inner[0]!.text.trimStart()) : undefined;
    return single ? [code`${pad}  case ${word}: ${single}`] : [code`${pad}  case ${word}:`, ...inner];
  });
  return [code`${pad}switch (${part}) {`, ...cases, code`${pad}}`, ...emitTree(node.other, depth + 1, indent, names)];
}

const PARTS = ['resource', 'action', 'scope'];

/** Unique identifiers that still resemble what they stand for. */
class Names {
  private readonly taken: Set<string>;

  constructor(reserved: readonly string[]) {
    this.taken = new Set([...RESERVED, ...Object.keys(runtime), ...reserved]);
  }

  unique(text: string): Code {
    const stem = text
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_|_$/g, '')
      // Not a number, and none of the truth sets of a rule set: c0, c1, …
      .replace(/^(?=\d|$|c\d+$)/, '_')
      .slice(0, 40);
    let name = stem;
    for (let i = 2; this.taken.has(name); i++) name = `${stem}_${i}`;
    this.taken.add(name);
    return code.identifier(name);
  }
}

/** What conditions need once a bind: declared in the order of first use. */
class Constants implements EmitContext {
  readonly used = new Set<string>();
  private readonly declared = new Map<string, Code>();

  use(name: string): Code {
    this.used.add(name);
    return code.identifier(name);
  }

  constructor(private readonly names: Names) {}

  constant(hint: string, expression: Code): Code {
    let name = this.declared.get(expression.text);
    if (!name) {
      name = this.names.unique(hint);
      this.declared.set(expression.text, name);
    }
    return name;
  }

  lines(): Code[] {
    return [...this.declared].map(([expression, name]) => code`  const ${name} = ${new Code(expression)};`);
  }
}

const RESERVED = (
  'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
  'function if implements import in instanceof interface let new null package private protected public return static ' +
  'super switch this throw true try typeof var void while with yield undefined NaN Infinity eval arguments ' +
  'Math runtime globalThis'
).split(' ');
