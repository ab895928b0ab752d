import { unseenEscaped } from '../../runtime/text/escape.js';
import type { Args } from '../../runtime/types.js';
import { findByDefault, findBySelector, isPathKey, isUriName, PATHS, stringsOf } from '../interpret/arguments.js';
import { type CapabilityUse, toolUses } from '../interpret/capability-uses.js';
import { interpretTool, pathWorld } from '../interpret/interpret.js';
import { readPath } from '../interpret/paths.js';
import { isGlob } from '../ir/globs.js';
import { loadPolicyText } from '../ir/load.js';
import type { Policy } from '../ir/policy.js';
import type { worldOf } from '../replay.js';
import { visible } from '../report/visible.js';
import { foldersOf, type SeenValues, valuesOf } from './generalise.js';

/** A call that was seen. */
export interface SeenCall {
  readonly tool: string;
  readonly args: Args;
  readonly world: ReturnType<typeof worldOf>;
}

export interface Suggestion {
  /** The policy, as YAML. */
  readonly text: string;
  /** Calls that it does not permit: nothing that a policy can say permits them alone. */
  readonly left: readonly SeenCall[];
}

/** Names that a rule can have in a capability. */
const PLAIN_NAME = /^[A-Za-z0-9_-]+$/;
/** What may do damage is never suggested without a mark. */
const DANGEROUS = /\.(?:delete|execute|use|write)$|^mcp\.tool\./;

/**
 * The smallest policy in sight that permits what was seen: an allow rule a capability, in the folders that hold its paths,
 * with the values that its arguments had. What is wider than what was seen is marked.
 *
 * @param known Says which tools exercise what, beside the catalogue.
 */
export function suggest(calls: readonly SeenCall[], known: Policy): Suggestion {
  // A rule can't name such a tool without naming others.
  const nameable = calls.filter(({ tool }) => tool !== '' && !isGlob(tool));
  const names = [...new Set(nameable.map(({ tool }) => tool))].sort();
  const mappings = new Map(names.map((tool) => [tool, mappingOf(known, tool)]));
  const seen = new Map<string, { readonly call: SeenCall; readonly use: CapabilityUse }[]>();
  for (const call of nameable) {
    for (const use of mappings.get(call.tool)?.uses ?? []) {
      const { capability } = use.mapping;
      seen.set(capability, [...(seen.get(capability) ?? []), { call, use }]);
    }
  }
  const tools = [...mappings.values()].flatMap(({ line }) => line ?? []);
  const rules = [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([capability, all]) => ruleLines(capability, all, known));
  const text = [
    `# Permits the ${calls.length} calls that were seen of ${names.length} tools, and what is like them. Look over every line marked REVIEW.`,
    '# What an agent did while it was watched is not by that alone what it should do.',
    'version: 1',
    ...(tools.length > 0 ? ['', 'tools:', ...tools] : []),
    '',
    ...(rules.length > 0 ? ['allow:', ...rules] : ['deny: ["*"]']),
    '',
  ].join('\n');
  const { policy } = loadPolicyText(text, 'suggested.yaml');
  const left = calls.filter(({ tool, args, world }) => interpretTool(policy, tool, args, world).decision !== 'allow');
  return { text, left };
}

/** What a tool does, and the line of the policy that says so where the catalogue does not. */
function mappingOf(known: Policy, tool: string): { readonly uses: readonly CapabilityUse[]; readonly line?: string[] } {
  const uses = toolUses(known, tool);
  if (uses.every(({ unmapped }) => unmapped)) {
    // A capability has a small alphabet: other names get one of their own.
    const name = PLAIN_NAME.test(tool) ? tool : [...tool].map((unit) => (PLAIN_NAME.test(unit) ? unit : '_')).join('');
    const mapping = { capability: `mcp.tool.${name}` };
    const own = uses.map((use) => ({ ...use, mapping }));
    return name === tool ? { uses: own } : { uses: own, line: [`  ${quoted(tool)}: ${mapping.capability}`] };
  }
  const isOwn = known.layers.some(({ tools }) => Object.hasOwn(tools, tool));
  if (!isOwn) return { uses };
  const flows = uses.map(({ mapping }) => JSON.stringify(mapping));
  return { uses, line: [`  ${quoted(tool)}: ${flows.length === 1 ? flows[0] : `[${flows.join(', ')}]`}`] };
}

function ruleLines(
  capability: string,
  all: readonly { readonly call: SeenCall; readonly use: CapabilityUse }[],
  known: Policy,
): string[] {
  const paths = all.map(({ call, use }) => pathsOf(use, call, known));
  const clear = paths.flatMap((found) => found?.clear ?? []);
  // What works on files, and none is known of it, is not for a rule.
  if (clear.length === 0 && paths.some((found) => found?.isNeeded)) return [];
  const mark = DANGEROUS.test(capability) ? ' REVIEW: this changes something, or nobody knows what it does.' : '';
  const tools = [...new Set(all.map(({ call }) => call.tool))].sort();
  const shown = tools.slice(0, 5).map((tool) => visible(tool));
  const head = [
    `  # ${all.length} call${all.length === 1 ? '' : 's'} of ${shown.join(', ')}${tools.length > 5 ? ' and others' : ''}.${mark}`,
    `  - capability: ${capability}`,
    // Other tools may exercise it as well.
    ...(capability.startsWith('mcp.tool.') ? [] : [`    tool_name: [${tools.map(quoted).join(', ')}]`]),
  ];
  if (clear.length > 0) {
    return [
      ...head,
      '    path_prefix:',
      ...foldersOf(clear).map(({ prefix, count, sample }) => {
        const from = `${count} path${count === 1 ? '' : 's'} such as ${visible(sample)}`;
        return `      - ${quoted(prefix)} # REVIEW: all that lies there, from ${from}`;
      }),
    ];
  }
  const conditions = argumentsOf(all.map(({ call }) => call));
  const bound = new Set(conditions.map(([name]) => name));
  const free = [...new Set(all.flatMap(({ call }) => Object.keys(call.args)))].filter((name) => !bound.has(name));
  const others =
    free.length > 0
      ? ` (seen: ${free
          .slice(0, 8)
          .map((name) => visible(name))
          .join(', ')})`
      : '';
  if (conditions.length === 0) return [...head, `    # REVIEW: whatever its arguments${others}`];
  return [
    ...head,
    `    # REVIEW: whatever its other arguments${others}`,
    '    args:',
    ...conditions.map(([name, values]) => `      ${quoted(name)}: ${operator(values)}`),
  ];
}

/** What every call gave as a text, and what those texts have in common. */
function argumentsOf(calls: readonly SeenCall[]): [name: string, values: SeenValues][] {
  const names = Object.keys(calls[0]?.args ?? {}).filter((name) =>
    calls.every(({ args }) => Object.hasOwn(args, name)),
  );
  return names
    .filter((name) => !/^\/|\?$|[~]/.test(name) && !isPathKey(name))
    .map((name) => [name, valuesOf(calls.map(({ args }) => args[name]))] as const)
    .filter((entry): entry is [string, SeenValues] => entry[1] !== undefined);
}

function operator(values: SeenValues): string {
  if (values.kind === 'in') return `{ in: [${values.values.map(quoted).join(', ')}] }`;
  return `{ prefix: ${quoted(values.prefix)} } # REVIEW: whatever follows, from ${values.count} values`;
}

interface SeenPaths {
  /** Absolute and resolved; one that is relative, or can be read in two ways, is left out. */
  readonly clear: readonly string[];
  /** Only a rule with a path is for such a call. */
  readonly isNeeded: boolean;
}

/** The paths of a call; undefined where it has none by its mapping. */
function pathsOf(
  { mapping, unmapped }: CapabilityUse,
  { args, world }: SeenCall,
  known: Policy,
): SeenPaths | undefined {
  if (mapping.paths?.length === 0) return undefined;
  const found =
    mapping.paths === undefined
      ? findByDefault(args, PATHS)
      : mapping.paths.flatMap((one) => findBySelector(args, one));
  const paths = pathWorld(known, world.environment);
  const clear = found.flatMap((one) => {
    if (typeof one === 'string') return [];
    return stringsOf(one.value).flatMap((text) => {
      const readings = text === null ? [] : readPath(text, isUriName(one.key), paths);
      const [reading] = readings;
      return readings.length === 1 && reading?.start === '' ? [`/${reading.segments.join('/')}`] : [];
    });
  });
  return { clear, isNeeded: found.length > 0 || (!unmapped && mapping.capability.startsWith('filesystem.')) };
}

function quoted(text: string): string {
  return unseenEscaped(JSON.stringify(text));
}
