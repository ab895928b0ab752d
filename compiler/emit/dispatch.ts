import { Code, code } from './code/code.js';
import type { CapabilityTree, RuleGroup } from './rule-sets.js';
import type { ModuleScope } from './scope.js';

/** The parts of a capability. */
export const PARTS = ['resource', 'action', 'scope'];

/** What a look-up is called, gives and is for. */
export interface Lookup {
  readonly name: string;
  readonly type: string;
  readonly note: string;
}

/** The look-up of what concerns a capability: the only place where a module branches. */
export function emitDispatch(
  tree: CapabilityTree | RuleGroup,
  names: ReadonlyMap<RuleGroup, Code>,
  scope: ModuleScope,
  { name, type, note }: Lookup,
): Code[] {
  // The parts after the last that is looked at are omitted.
  const parameters = PARTS.slice(0, depthOf(tree)).map((part) => code`${new Code(part)}${scope.type('string')}`);
  return [
    code`  // ${code.comment(note)}`,
    code`  function ${code.identifier(name)}(${code.join(parameters, ', ')})${scope.type(type)} {`,
    ...emitTree(tree, 0, '    ', names),
    code`  }`,
  ];
}

/** How many parts are looked at. */
function depthOf(node: CapabilityTree | RuleGroup, depth = 0): number {
  if (!('words' in node)) return 0;
  const children = [...node.words.values(), node.other].map((child) => depthOf(child, depth + 1));
  return Math.max(node.words.size > 0 ? depth + 1 : 0, ...children);
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
