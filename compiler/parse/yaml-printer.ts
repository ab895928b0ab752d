import { DECISIONS, isDecision } from '../../runtime/decision.js';
import { unitEscape } from '../../runtime/text/unit-escape.js';
import { LIST_SECTIONS, type PolicyDocument, type Unit } from './document.js';
import type { Syntax, SyntaxEntry } from './syntax.js';

/** The order in which sections are written. */
const ORDER = ['risk_levels', 'paths', 'sql', 'patterns', 'tools', 'methods', ...LIST_SECTIONS, ...DECISIONS];

/** Prints a policy as YAML: settings, mappings, then rules, strictest first, each with its comments. */
export function printYaml({ units, footer }: PolicyDocument): string {
  const blocks: string[] = [];
  const settings = units.filter(({ section }) => section === '');
  if (settings.length > 0) {
    blocks.push(
      settings
        .flatMap((unit) => withComments(unit, [`${scalar(unit.key)}: ${inline(settingValue(unit))}`], ''))
        .join('\n'),
    );
  }
  for (const section of ORDER) {
    const members = units.filter((unit) => unit.section === section);
    if (members.length === 0) continue;
    const isRules = isDecision(section) || LIST_SECTIONS.includes(section);
    const lines = members.flatMap((unit) =>
      withComments(unit, isRules ? ruleLines(unit.value) : mappingLines(unit), '  '),
    );
    blocks.push([`${section}:`, ...lines].join('\n'));
  }
  if (footer.length > 0) blocks.push(footer.map(comment).join('\n'));
  return `${blocks.join('\n\n')}\n`;
}

function withComments(unit: Unit, lines: readonly string[], indent: string): string[] {
  const [first = '', ...rest] = lines;
  const trailing = unit.trailing.length > 0 ? ` ${comment(unit.trailing.join(' '))}` : '';
  return [...unit.leading.map(comment), first + trailing, ...rest].map((line) => (line === '' ? line : indent + line));
}

/** Upstream's spellings are written as what they mean. */
function settingValue({ key, value }: Unit): Syntax {
  if (value.kind !== 'scalar') return value;
  if (key === 'version') return { ...value, value: 1 };
  return key === 'enforcement_mode' && value.value === 'block' ? { ...value, value: 'enforce' } : value;
}

function ruleLines(rule: Syntax): string[] {
  if (rule.kind !== 'map') return [`- ${inline(rule)}`];
  const [only] = rule.entries;
  if (rule.entries.length === 1 && only?.key === 'capability') return [`- ${inline(only.value)}`];
  return rule.entries.map(({ key, value }, i) => `${i === 0 ? '- ' : '  '}${scalar(key)}: ${inline(value)}`);
}

function mappingLines({ key, value }: Unit): string[] {
  if (value.kind !== 'list') return [`${scalar(key)}: ${inline(value)}`];
  return [`${scalar(key)}:`, ...value.items.map((item) => `  - ${inline(item)}`)];
}

/** A value on one line, in flow style. */
export function inline(value: Syntax): string {
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'string' ? scalar(value.value) : String(value.value);
    case 'list':
      return `[${value.items.map(inline).join(', ')}]`;
    case 'map':
      return value.entries.length === 0 ? '{}' : `{ ${value.entries.map(member).join(', ')} }`;
  }
}

function member({ key, value }: SyntaxEntry): string {
  return `${scalar(key)}: ${inline(value)}`;
}

/** Plain where every YAML reader takes it for a string, else quoted as JSON. */
function scalar(text: string): string {
  const isPlain =
    /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n|nan|inf)$/i.test(text);
  if (isPlain) return text;
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, unitEscape);
}

function comment(text: string): string {
  return text === '' ? '#' : `# ${text}`;
}
