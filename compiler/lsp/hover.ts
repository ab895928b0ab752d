import { homedir } from 'node:os';
import type { Hover } from 'vscode-languageserver/node';
import { decidedCall } from '../analyse/calls/decided-call.js';
import { describeExpression } from '../analyse/regions/region-text.js';
import { CONDITIONS } from '../conditions/index.js';
import { toolUses } from '../interpret/capability-uses.js';
import type { Rule } from '../ir/policy.js';
import { extentOf, type Syntax } from '../parse/syntax.js';
import { shownWitness } from '../report/witness.js';
import { concernedTools } from './concerned-tools.js';
import { MEANINGS } from './condition-meaning.js';
import { toolNames } from './names.js';
import { type Opener, testedBy } from './navigation.js';
import type { PolicyText } from './policy-text.js';
import { entriesOf, isWithin, type SyntaxAt, syntaxAt } from './syntax-at.js';

const PAGE = 'https://github.com/capfence/capfence/blob/main/docs/language.md';
/** As long as somebody who points at a rule waits for a call that it decides, in seconds. */
const BUDGET = 0.03;
/** More tools than these are not listed. */
const MOST = 12;

/** What something in a policy means: a rule, a condition, a capability, a tool. */
export function hoverAt(text: PolicyText, offset: number, open: Opener): Hover | null {
  const { syntax } = text;
  if (!syntax) return null;
  const at = syntaxAt(syntax, offset);
  const value =
    ofTool(text, testedBy(text, open), at) ?? ofCapability(text, at) ?? ofCondition(at) ?? ofRule(text, syntax, offset);
  if (value === undefined) return null;
  const place = at.isKey ? at.entry?.keyPlace : at.node.place;
  return {
    contents: { kind: 'markdown', value },
    ...(place && { range: text.range(place.offset, place.end) }),
  };
}

/** The rule around an offset, in this file. */
function ruleAt(text: PolicyText, root: Syntax, offset: number): Rule | undefined {
  const own = text.policy?.rules.filter(({ place }) => place.source.text === text.document.getText()) ?? [];
  const item = entriesOf(root).find((one) => isWithin(extentOf(one), offset));
  return item && own.find(({ place }) => place.offset === item.place.offset);
}

const EFFECTS = {
  deny: 'denies',
  require_approval: 'asks a person about',
  warn: 'allows, with a warning,',
  allow: 'allows',
} as const;

function ofRule(text: PolicyText, root: Syntax, offset: number): string | undefined {
  const rule = ruleAt(text, root, offset);
  const { policy } = text;
  if (!rule || !policy) return undefined;
  const tools = concernedTools(policy, rule, toolNames(text));
  const stricter = policy.rules
    .slice(0, policy.rules.indexOf(rule))
    .filter((other) => other.decision !== rule.decision && concernedTools(policy, other, tools).length > 0);
  const when = describeExpression(rule.when);
  const call = decidedCall(policy, rule, { home: homedir(), roots: text.roots }, BUDGET);
  return [
    `**${rule.id}** ${EFFECTS[rule.decision]} \`${rule.capability.text}\`${when === '' ? ', always' : ` when ${code(when)}`}`,
    ...(rule.description === undefined ? [] : [plain(rule.description)]),
    tools.length === 0 ? 'No tool that is known exercises it.' : `Tools: ${listed(tools)}`,
    ...(stricter.length === 0
      ? []
      : [`Before it come, and win where they match, too: ${listed(stricter.map(({ id }) => id))}`]),
    ...(call === undefined ? [] : [`It decides, as an example: ${code(shownWitness(call))}`]),
  ].join('\n\n');
}

function ofCondition({ entry, isKey }: SyntaxAt): string | undefined {
  if (!isKey || !entry) return undefined;
  const condition = CONDITIONS.get(entry.key);
  if (!condition) return undefined;
  return `**${entry.key}**: ${MEANINGS.get(entry.key)} [More](${PAGE})`;
}

function ofCapability(text: PolicyText, { node, path, isKey, entry }: SyntaxAt): string | undefined {
  const isIt =
    path.at(-1) === 'capability' || (path.length === 2 && node.kind === 'scalar' && typeof path[1] === 'number');
  // In the DSL, a capability stands without its key.
  const isBare = entry?.keyPlace.offset === node.place.offset;
  if ((isKey && !isBare) || !isIt || node.kind !== 'scalar' || typeof node.value !== 'string' || !text.policy)
    return undefined;
  const { policy } = text;
  const parts = node.value.split('.');
  const tools = toolNames(text).filter((tool) =>
    toolUses(policy, tool).some(({ parts: own }) => parts.every((part, i) => part === '*' || own[i] === part)),
  );
  return `**${node.value}** is exercised by ${tools.length === 0 ? 'no tool that is known' : listed(tools)}.`;
}

function ofTool(
  text: PolicyText,
  tested: PolicyText | undefined,
  { entry, isKey, path, node }: SyntaxAt,
): string | undefined {
  const isKeyOfTable = isKey && path[0] === 'tools' && path.length === 2;
  const isNamed =
    !isKey &&
    (path.includes('tool_name') || (text.kind === 'fixture' && path.at(-1) === 'tool')) &&
    node.kind === 'scalar';
  const name = isKeyOfTable ? entry?.key : isNamed ? String((node as { readonly value: unknown }).value) : undefined;
  if (name === undefined) return undefined;
  const tool = text.snapshot?.tools.find((one) => one.name === name);
  const policy = text.policy ?? tested?.policy;
  const uses = policy ? toolUses(policy, name).map(({ mapping }) => mapping.capability) : [];
  return [
    `**${plain(name)}**${uses.length > 0 ? ` exercises ${listed(uses)}` : ''}`,
    ...(tool
      ? [
          plain(String(tool['description'] ?? '')),
          `\`\`\`json\n${JSON.stringify(tool.inputSchema, null, 2).slice(0, 4000)}\n\`\`\``,
        ]
      : []),
  ].join('\n\n');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map(code).join(', ');
  return names.length > MOST ? `${shown} and ${names.length - MOST} more` : shown;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

/** What a server says is shown, and makes no markup. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#|!]/g, '\\$&').slice(0, 1000);
}
