import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver/node';
import { CONDITIONS } from '../conditions/index.js';
import { argumentsOf } from '../ir/tool-snapshot.js';
import { capabilityNames, namesIn, toolNames } from './names.js';
import type { PolicyText } from './policy-text.js';

const SECTIONS = 'deny require_approval warn allow'.split(' ');
const TOP = [
  ...'version policy_name description extends enforcement_mode approval_timeout_seconds'.split(' '),
  ...'risk_levels paths sql timezone mark limits prove results patterns labels tools methods'.split(' '),
  ...SECTIONS,
];
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  mark: ['label', 'clear', 'capability', 'by', 'result', 'id', 'description'],
  limits: ['id', 'capability', 'max', 'per', 'of', 'by', 'whose', 'over', 'reason', 'description'],
  results: ['capability', 'redact', 'withhold', 'max_bytes', 'id', 'reason', 'description'],
  prove: ['never', 'always', 'id', 'description'],
  tools: [
    'capability',
    'paths',
    'text',
    'amounts',
    'urls',
    'commands',
    'sql',
    'recipients',
    'tree',
    'dialect',
    'shell',
    'risk',
  ],
};
const RULE = ['capability', 'reason', 'id', 'description', 'any', 'all', 'not'];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  over: ['deny', 'require_approval', 'warn'],
  whose: ['agent', 'everyone'],
  enforcement_mode: ['enforce', 'observe'],
  case: ['sensitive', 'insensitive'],
  dialect: ['postgres', 'mysql', 'sqlite', 'mssql'],
};
const WORDS = (
  'policy allow deny warn approve where and or not in under like after within on mark clear limit calls per of by as because ' +
  'describe never always results redact withhold pattern labels tool method risk mode timezone sql paths extends version else'
).split(' ');

/**
 * What may stand at a place. Told by the lines around it: while somebody types, the text is rarely whole.
 */
export function completions(text: PolicyText, position: Position): CompletionItem[] {
  const lines = text.document
    .getText()
    .split(/\r?\n/)
    .slice(0, position.line + 1);
  const before = (lines.at(-1) ?? '').slice(0, position.character);
  if (text.kind === 'lock') return [];
  if (text.kind === 'fixture') return inFixture(text, before);
  if (text.isDsl) return [...items(WORDS, CompletionItemKind.Keyword), ...named(text, before)];
  const section = sectionOf(lines, before);
  const value = /(?:^|[\s{,])(?:- )?([\w]+):\s*(?:\[[^\]]*|\{\s*)?["']?[\w.*-]*$/.exec(before)?.[1];
  if (value !== undefined && !(value in MEMBERS) && !SECTIONS.includes(value)) {
    const found = valuesOf(text, value, lines);
    if (found.length > 0) return found;
  }
  if (section === undefined) return items(TOP, CompletionItemKind.Property, ': ');
  if (section === 'tools' && /^\s{1,3}["']?[\w-]*$/.test(before))
    return items(toolNames(text), CompletionItemKind.Function, ': ');
  const isItem = /^\s*- ["']?[\w.*-]*$/.test(before) && SECTIONS.includes(section);
  const keys = [...(MEMBERS[section] ?? RULE), ...(section === 'tools' ? [] : [...CONDITIONS.keys()])];
  return [
    ...items(keys, CompletionItemKind.Property, ': '),
    ...(isItem ? items(capabilityNames(text), CompletionItemKind.Value) : []),
  ];
}

const FIXTURE = 'policy description context root now history cases'.split(' ');
const CASE = 'name tool capability args context root now history before at result expectResult expect'.split(' ');
const EXPECT = 'decision rule reason'.split(' ');
const DECISIONS = 'allow warn require_approval deny'.split(' ');

function inFixture(text: PolicyText, before: string): CompletionItem[] {
  const key = /(?:^|[\s{,])(?:- )?(\w+):\s*["']?[\w.-]*$/.exec(before)?.[1];
  if (key === 'tool') return items(toolNames(text), CompletionItemKind.Function);
  if (key === 'capability') return items(capabilityNames(text), CompletionItemKind.Value);
  if (key === 'decision') return items(DECISIONS, CompletionItemKind.EnumMember);
  if (/^\w*$/.test(before)) return items(FIXTURE, CompletionItemKind.Property, ': ');
  const isExpected = /\bexpect:\s*\{[^}]*$/.test(before) || /^\s{6,}\w*$/.test(before);
  return items(isExpected ? EXPECT : CASE, CompletionItemKind.Property, ': ');
}

/** The top-level key that a line stands below. */
function sectionOf(lines: readonly string[], before: string): string | undefined {
  if (/^[\w-]*$/.test(before)) return undefined;
  return lines
    .slice(0, -1)
    .findLast((line) => /^\w+:/.test(line))
    ?.split(':')[0];
}

function valuesOf(text: PolicyText, key: string, lines: readonly string[]): CompletionItem[] {
  const fixed = VALUES[key];
  if (fixed) return items(fixed, CompletionItemKind.EnumMember);
  if (key === 'capability') return items(capabilityNames(text), CompletionItemKind.Value);
  if (key === 'tool_name') return items(toolNames(text), CompletionItemKind.Function);
  if (key === 'label' || key === 'clear' || key === 'after') return items(labels(text), CompletionItemKind.Constant);
  if (key === 'args' || key === 'paths' || key === 'text' || key === 'urls')
    return items(argumentNames(text, lines), CompletionItemKind.Field);
  return [];
}

function named(text: PolicyText, before: string): CompletionItem[] {
  if (/\bafter\s+\w*$/.test(before)) return items(labels(text), CompletionItemKind.Constant);
  return /[\w.*-]*$/.test(before) ? items(capabilityNames(text), CompletionItemKind.Value) : [];
}

/** Those that are set here, and in what is extended. While somebody types the text has no tree: it is read by its words. */
function labels(text: PolicyText): string[] {
  const typed = [...text.document.getText().matchAll(/\blabel:\s*["']?(\w+)/g)].map(([, name]) => name as string);
  const own = text.syntax ? namesIn(text.syntax).filter(({ kind }) => kind === 'label') : [];
  const parents = text.policy?.marks.flatMap((mark) => mark.labels) ?? [];
  return [...new Set([...typed, ...own.map(({ name }) => name), ...parents])].sort();
}

/** Of the tool whose mapping or rule this is, else of all. */
function argumentNames(text: PolicyText, lines: readonly string[]): string[] {
  const tools = text.snapshot?.tools ?? [];
  const line = lines.findLast((one) => tools.some(({ name }) => one.includes(name)));
  const near = tools.filter(({ name }) => line?.includes(name));
  return [
    ...new Set((near.length > 0 ? near : tools).flatMap((tool) => argumentsOf(tool).map(({ selector }) => selector))),
  ].sort();
}

function items(names: readonly string[], kind: CompletionItemKind, behind = ''): CompletionItem[] {
  return [...new Set(names)].map((label) => ({ label, kind, ...(behind && { insertText: `${label}${behind}` }) }));
}
