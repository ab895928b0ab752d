import { readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver/node';
import { DETECTORS } from '../../runtime/data/detectors.js';
import { CLIENT_REQUESTS } from '../../runtime/data/methods.js';
import { fixtureJsonSchema } from '../fixtures/fixture.js';
import { toolUses } from '../interpret/capability-uses.js';
import { policyJsonSchema } from '../ir/json-schema.js';
import { argumentsOf, type SnapshotTool } from '../ir/tool-snapshot.js';
import { KEYWORDS } from '../parse/dsl/vocabulary.js';
import { type CompletionPlace, completionPlace, valueAt } from './completion-place.js';
import { MEANINGS } from './condition-meaning.js';
import { capabilityNames, namesIn, toolNames } from './names.js';
import { family, type Opener, testedBy } from './navigation.js';
import type { PolicyText } from './policy-text.js';
import { allowedAt } from './schema-at.js';

const SECTIONS: ReadonlySet<unknown> = new Set(['deny', 'require_approval', 'warn', 'allow']);
/** Selectors of a mapping, and of marks and limits. */
const SELECTORS: ReadonlySet<unknown> = new Set('paths text amounts urls commands sql recipients of by at'.split(' '));

let policySchema: ReturnType<typeof policyJsonSchema> | undefined;
let fixtureSchema: ReturnType<typeof policyJsonSchema> | undefined;

/** What may stand at a place: by the schema that loading checks with, and by the names that there are. */
export function completions(text: PolicyText, position: Position, open: Opener): CompletionItem[] {
  const whole = text.document.getText();
  const offset = text.document.offsetAt(position);
  if (text.kind === 'lock') return [];
  if (text.isDsl) return inDsl(text, whole.slice(0, offset), open);
  const place = completionPlace(whole, offset);
  if (!place) return [];
  const isFixture = text.kind === 'fixture';
  fixtureSchema ??= fixtureJsonSchema();
  policySchema ??= policyJsonSchema();
  const { keys, words } = allowedAt(isFixture ? fixtureSchema : policySchema, place.path);
  const names = isFixture ? namesOfFixture(text, place, open) : namesOfPolicy(text, place, open);
  const own = place.role === 'key' ? Object.keys((valueAt(place.document, place.path) ?? {}) as object) : [];
  return [
    // A list's entry may be a mapping that begins here; a value can't.
    ...(place.role === 'value' ? [] : keyItems([...keys, ...(place.role === 'key' ? names : [])], own)),
    ...(place.role === 'key' ? [] : items([...words, ...names], CompletionItemKind.Value)),
  ];
}

/** Names that no schema knows. */
function namesOfPolicy(text: PolicyText, { path, role, document }: CompletionPlace, open: Opener): string[] {
  const keys = path.filter((step) => typeof step === 'string');
  const [section] = keys;
  const last = keys.at(-1);
  const isRule = SECTIONS.has(section);
  if (section === 'extends') return neighbours(text);
  if (section === 'labels' || last === 'label' || last === 'clear' || last === 'after')
    return role === 'key' ? [] : labels(text, open, parentsIn(text, document));
  if (section === 'tools' || section === 'methods') {
    if (keys.length === 1) return section === 'tools' ? toolNames(text) : [...CLIENT_REQUESTS];
    if (last === 'capability' || keys.length === 2) return role === 'key' ? [] : capabilityNames(text);
    return SELECTORS.has(last) ? selectors(toolsNamed(text, [keys[1] as string])) : [];
  }
  if (isRule && keys.length === 1 && role === 'item') return capabilityNames(text);
  const isClaim = section === 'prove' && keys.length === 3 && SECTIONS.has(last);
  if (last === 'capability' || isClaim) return role === 'key' ? [] : capabilityNames(text);
  if (last === 'tool_name') return toolNames(text);
  if (last === 'secret' || keys.at(-2) === 'secret') return ['any', ...DETECTORS.map(({ name }) => name)];
  if (last === 'risk_level') return Object.keys((valueAt(document, ['risk_levels']) ?? {}) as object);
  const tools = toolsOfRule(text, valueAt(document, path.slice(0, 2)));
  if (last === 'only_args') return tools.flatMap(propertiesOf);
  if (SELECTORS.has(last) && role !== 'key')
    return selectors(tools).map((one) => (one.startsWith('/') ? one : `/${one}`));
  const args = keys.lastIndexOf('args');
  if (args < 0) return [];
  if (args === keys.length - 1) return role === 'key' ? tools.flatMap(propertiesOf) : [];
  const isValue = args === keys.length - 2 || ['in', 'eq', 'not_in'].includes(String(last));
  return isValue && role !== 'key' ? tools.flatMap((tool) => wordsOf(tool, keys[args + 1] as string)) : [];
}

function namesOfFixture(text: PolicyText, { path, role, document }: CompletionPlace, open: Opener): string[] {
  const keys = path.filter((step) => typeof step === 'string');
  const last = keys.at(-1);
  const tested = testedBy(text, open);
  if (last === 'policy') return neighbours(text);
  if (last === 'tool') return toolNames(text);
  if (last === 'capability') return capabilityNames(tested ?? text);
  if (last === 'rule') return tested?.policy?.rules.map(({ id }) => id) ?? [];
  if (last === 'history' && role === 'key')
    return [...(tested ? labels(tested, open) : []), ...(tested?.policy?.limits.map(({ id }) => id) ?? [])];
  const args = keys.indexOf('args');
  if (args < 0) return [];
  const call = valueAt(document, path.slice(0, path.indexOf('args'))) as { readonly tool?: unknown } | undefined;
  const tools = toolsNamed(text, [call?.tool]);
  if (args === keys.length - 1) return role === 'key' ? tools.flatMap(propertiesOf) : [];
  return role === 'key' ? [] : tools.flatMap((tool) => wordsOf(tool, keys[args + 1] as string));
}

function inDsl(text: PolicyText, before: string, open: Opener): CompletionItem[] {
  const line = before.slice(before.lastIndexOf('\n') + 1).replace(/\\./g, '');
  // In a text or a comment, nothing is a word of the language.
  if ((line.match(/"/g)?.length ?? 0) % 2 === 1 || /^[^"]*(?:"[^"]*"[^"]*)*#/.test(line)) return [];
  if (/\bafter\s+\w*$/.test(before)) return items(labels(text, open), CompletionItemKind.Constant);
  return [
    ...items([...KEYWORDS], CompletionItemKind.Keyword),
    ...items(capabilityNames(text), CompletionItemKind.Value),
  ];
}

/** Those that marks set, here and in what is extended, and that are said to come from elsewhere. */
function labels(text: PolicyText, open: Opener, parents: readonly string[] = []): string[] {
  // While somebody types the text has no tree: its marks are read by their words.
  const typed = [...text.document.getText().matchAll(/(?:\blabel:|^mark)\s*["']?(\w+)/gm)].map(
    ([, name]) => name as string,
  );
  const related = [
    ...family(text, open),
    ...parents.flatMap((path) => open(path) ?? []).flatMap((one) => family(one, open)),
  ];
  const all = related.flatMap(({ syntax, policy }) => [
    ...(syntax ? namesIn(syntax).filter(({ kind, isDefinition }) => kind === 'label' && isDefinition) : []).map(
      ({ name }) => name,
    ),
    ...(policy?.marks.flatMap((mark) => mark.labels) ?? []),
  ]);
  return [...typed, ...all].sort();
}

/** What a policy extends, as far as it can be read. */
function parentsIn(text: PolicyText, document: unknown): string[] {
  return [valueAt(document, ['extends'])]
    .flat()
    .flatMap((one) => (typeof one === 'string' ? [resolve(dirname(text.path), one)] : []));
}

/** The other policies of its folder. */
function neighbours(text: PolicyText): string[] {
  try {
    return readdirSync(dirname(text.path)).filter(
      (name) => /(?<!\.test)\.(?:ya?ml|capfence)$/.test(name) && !text.path.endsWith(`/${name}`),
    );
  } catch {
    return []; // It is in no folder yet.
  }
}

/** The tools that a rule is about: those that it names, else those that exercise its capability. */
function toolsOfRule(text: PolicyText, rule: unknown): readonly SnapshotTool[] {
  const { tool_name, capability } = (typeof rule === 'object' && rule !== null ? rule : {}) as Record<string, unknown>;
  if (tool_name !== undefined) return toolsNamed(text, [tool_name].flat());
  const { policy } = text;
  const all = text.snapshot?.tools ?? [];
  if (typeof capability !== 'string' || !policy) return all;
  const parts = capability.split('.');
  const own = all.filter(({ name }) =>
    toolUses(policy, name).some((use) => parts.every((part, i) => part === '*' || use.parts[i] === part)),
  );
  return own.length > 0 ? own : all;
}

function toolsNamed(text: PolicyText, names: readonly unknown[]): readonly SnapshotTool[] {
  return text.snapshot?.tools.filter(({ name }) => names.includes(name)) ?? [];
}

function selectors(tools: readonly SnapshotTool[]): string[] {
  return tools.flatMap((tool) => argumentsOf(tool).map(({ selector }) => selector));
}

function propertiesOf({ inputSchema }: SnapshotTool): string[] {
  return Object.keys((valueAt(inputSchema, ['properties']) ?? {}) as object);
}

/** The words that a tool takes for an argument. */
function wordsOf({ inputSchema }: SnapshotTool, argument: string): string[] {
  const name = argument.replace(/^\//, '').replace(/\?$/, '');
  return [...allowedAt((inputSchema ?? {}) as Record<string, unknown>, [name]).words];
}

function keyItems(names: readonly string[], without: readonly string[]): CompletionItem[] {
  const found = [...new Set(names)].filter((name) => !without.includes(name));
  return found.map((label) => {
    const documentation = MEANINGS.get(label);
    return {
      label,
      kind: CompletionItemKind.Property,
      insertText: `${label}: `,
      ...(documentation !== undefined && { documentation }),
    };
  });
}

function items(names: readonly string[], kind: CompletionItemKind): CompletionItem[] {
  return [...new Set(names)].map((label) => ({ label, kind }));
}
