import { DECISIONS, type Decision, isDecision } from '../../../runtime/decision.js';
import { ARGUMENT_FORMS, PARSED } from '../../conditions/args.js';
import type { DslForm } from '../../conditions/condition.js';
import { CONDITIONS } from '../../conditions/index.js';
import { LIST_SECTIONS, type PolicyDocument, type Unit } from '../document.js';
import { entry, type Syntax, type SyntaxEntry } from '../syntax.js';
import { DECISION_WORDS, KEYWORDS } from './vocabulary.js';

const HEADER = ['policy_name', 'version', 'description', 'extends'];
const RULE_FIELDS = ['capability', 'id', 'reason', 'description'];
/** Prints a policy in the DSL, in the order of its text. @param name The policy's name where it does not say one. */
export function printDsl({ units, footer }: PolicyDocument, name: string): string {
  const header = units.filter(({ section, key }) => section === '' && HEADER.includes(key));
  const lines: string[] = [];
  if (header.length > 0) {
    for (const unit of header) lines.push(...unit.leading.map(comment));
    lines.push(headerLine(header, name) + trailingComment(header.flatMap((unit) => unit.trailing)));
  }
  let before = header.length > 0 ? 'header' : '';
  for (const unit of units) {
    if (header.includes(unit)) continue;
    const group = isDecision(unit.section)
      ? 'rules'
      : unit.section !== 'prove' && LIST_SECTIONS.includes(unit.section)
        ? 'history'
        : unit.section || 'settings';
    if (before !== '' && before !== group) lines.push('');
    before = group;
    lines.push(...unit.leading.map(comment), statement(unit) + trailingComment(unit.trailing));
  }
  if (footer.length > 0) lines.push('', ...footer.map(comment));
  return `${lines.join('\n')}\n`;
}

function headerLine(header: readonly Unit[], name: string): string {
  const of = (key: string) => header.find((unit) => unit.key === key)?.value;
  const policyName = of('policy_name');
  const parts = [`policy ${word(policyName ? plain(policyName) : name)}`];
  if (of('version')) parts.push('version 1');
  const description = of('description');
  if (description) parts.push(`describe ${JSON.stringify(plain(description))}`);
  const parents = of('extends');
  if (parents) parts.push(`extends ${strings(parents)}`);
  return parts.join(' ');
}

function statement({ section, key, value }: Unit): string {
  switch (section) {
    case '':
      if (key === 'labels') return `labels ${words(value)}`;
      if (key === 'timezone') return `timezone ${word(plain(value))}`;
      if (key === 'enforcement_mode') return `mode ${plain(value) === 'observe' ? 'observe' : 'enforce'}`;
      return `approval timeout ${plain(value)}s`;
    case 'sql':
      return `sql ${key} ${words(value)}`;
    case 'paths':
      return `paths case ${plain(value)}`;
    case 'risk_levels': {
      const action = value.kind === 'map' ? plain(value.entries[0]?.value) : '';
      const decision = action === 'block' ? 'deny' : action;
      return `risk ${word(key)} -> ${isDecision(decision) ? DECISION_WORDS[decision] : decision}`;
    }
    case 'tools':
      return `tool ${word(key)} -> ${uses(value)}`;
    case 'mark':
      return mark(value);
    case 'limits':
      return limit(value);
    case 'prove':
      return promise(value);
    case 'results':
      return resultRule(value);
    case 'patterns':
      return `pattern ${word(key)} ${literal(value)}`;
    case 'methods':
      return `method ${word(key)} -> ${value.kind === 'scalar' && value.value === 'pass' ? 'pass' : uses(value)}`;
    default:
      return rule(DECISION_WORDS[section as Decision], value);
  }
}

function uses(value: Syntax): string {
  return value.kind === 'list' ? value.items.map(mapping).join(' + ') : mapping(value);
}

function mapping(value: Syntax): string {
  if (value.kind !== 'map') return capabilityWord(plain(value));
  const details = value.entries.flatMap(({ key, value: detail }) => {
    if (key === 'capability' || (key === 'tree' && plain(detail) !== 'true')) return [];
    if (key === 'tree') return ['tree'];
    if (key === 'dialect') return [`dialect ${words(detail)}`];
    if (key === 'shell') return [`shell ${plain(detail)}`];
    if (key === 'risk') return [`risk ${word(plain(detail))}`];
    const items = detail.kind === 'list' ? detail.items : [];
    return [`${key} ${items.length === 0 ? 'none' : items.map(selector).join(', ')}`];
  });
  const capability = capabilityWord(plain(value.entries.find(({ key }) => key === 'capability')?.value));
  return details.length === 0 ? capability : `${capability} { ${details.join(' ')} }`;
}

function selector(value: Syntax): string {
  if (value.kind === 'list') return `(${value.items.map((part) => word(plain(part))).join(', ')})`;
  // The word `none` alone says that there are no selectors.
  return plain(value) === 'none' ? '"none"' : word(plain(value));
}

function rule(decision: string, value: Syntax): string {
  if (value.kind !== 'map') return `${decision} ${capabilityWord(plain(value))}`;
  const of = (key: string) => value.entries.find((entry) => entry.key === key)?.value;
  const when = conjunction(value.entries.filter(({ key }) => !RULE_FIELDS.includes(key)));
  const parts = [decision, capabilityWord(plain(of('capability')))];
  const id = of('id');
  if (id) parts.push(`as ${word(plain(id))}`);
  if (when !== '') parts.push(`where ${when}`);
  const reason = of('reason');
  if (reason) parts.push(`because ${word(plain(reason))}`);
  const description = of('description');
  if (description) parts.push(`describe ${JSON.stringify(plain(description))}`);
  return parts.join(' ');
}

const MARK_FIELDS = ['label', 'clear', 'capability', 'by', 'result', 'id', 'description'];

function mark(value: Syntax): string {
  const of = (key: string) => entry(value, key)?.value;
  const labels = of('label') ?? of('clear');
  const result = of('result');
  return [
    `${of('label') ? 'mark' : 'clear'} ${labels ? words(labels) : ''}`,
    ...phrase('by', of('by')),
    `on ${capabilityWord(plain(of('capability')))}`,
    ...phrase('as', of('id')),
    ...conditionsBeside(value, MARK_FIELDS),
    ...(result ? [resultTest(result)] : []),
    ...described(of('description')),
  ].join(' ');
}

function resultTest(result: Syntax): string {
  const held = entry(result, 'secret')?.value;
  if (held) return `result secret ${secretsAsked(held)}`;
  const tests = result.kind === 'map' ? result.entries.filter(({ key }) => key !== 'at') : [];
  const at = plain(entry(result, 'at')?.value);
  return `result ${at === 'secret' ? quoted(at) : word(at)} ${tests.map(test).join(' and ')}`;
}

const LIMIT_FIELDS = ['capability', 'max', 'per', 'of', 'by', 'whose', 'over', 'reason', 'id', 'description'];

function limit(value: Syntax): string {
  const of = (key: string) => entry(value, key)?.value;
  const [max, over] = [plain(of('max')), of('over')];
  const overWord = DECISION_WORDS[plain(over) as Decision];
  return [
    `limit ${capabilityWord(plain(of('capability')))}`,
    of('of') ? `of ${word(plain(of('of')))} ${max}` : `calls ${max}`,
    `per ${word(plain(of('per')))}`,
    ...phrase('by', of('by')),
    ...(plain(of('whose')) === 'everyone' ? ['for everyone'] : []),
    ...phrase('as', of('id')),
    ...conditionsBeside(value, LIMIT_FIELDS),
    ...(over ? [`else ${overWord}`] : []),
    ...phrase('because', of('reason')),
    ...described(of('description')),
  ].join(' ');
}

const RESULT_FIELDS = ['capability', 'redact', 'withhold', 'max_bytes', 'reason', 'id', 'description'];

function resultRule(value: Syntax): string {
  const of = (key: string) => entry(value, key)?.value;
  const [redact, withhold] = [of('redact'), of('withhold')];
  const [redacted, at] = [redact && entry(redact, 'secret')?.value, redact && entry(redact, 'at')?.value];
  const withheld = withhold && entry(withhold, 'secret')?.value;
  return [
    `results ${capabilityWord(plain(of('capability')))}`,
    ...phrase('as', of('id')),
    ...conditionsBeside(value, RESULT_FIELDS),
    ...(redact ? ['redact'] : []),
    ...(redacted ? [`secret ${secretsAsked(redacted)}`] : []),
    ...(at ? [`at ${words(at)}`] : []),
    ...(withheld ? [`withhold secret ${secretsAsked(withheld)}`] : []),
    ...phrase('max', of('max_bytes')),
    ...phrase('because', of('reason')),
    ...described(of('description')),
  ].join(' ');
}

function promise(value: Syntax): string {
  const kind = entry(value, 'never') ? 'never' : 'always';
  const claim = entry(value, kind)?.value ?? value;
  const decision = DECISIONS.find((key) => entry(claim, key)) ?? 'allow';
  return [
    `${kind} ${DECISION_WORDS[decision]} ${capabilityWord(plain(entry(claim, decision)?.value))}`,
    ...phrase('as', entry(value, 'id')?.value),
    ...conditionsBeside(claim, [decision]),
    ...described(entry(value, 'description')?.value),
  ].join(' ');
}

function phrase(start: string, value: Syntax | undefined): string[] {
  return value ? [`${start} ${word(plain(value))}`] : [];
}

function described(value: Syntax | undefined): string[] {
  return value ? [`describe ${JSON.stringify(plain(value))}`] : [];
}

function conditionsBeside(value: Syntax, fields: readonly string[]): string[] {
  const entries = value.kind === 'map' ? value.entries.filter(({ key }) => !fields.includes(key)) : [];
  const when = conjunction(entries);
  return when === '' ? [] : [`where ${when}`];
}

/** Conditions as they are printed: brackets stand only where precedence needs them. */
type Tree = string | { readonly operator: 'and' | 'or'; readonly parts: readonly Tree[] } | { readonly not: Tree };

/** Conditions of one mapping, all of which must hold. */
function conjunction(entries: readonly SyntaxEntry[]): string {
  return entries.length === 0 ? '' : printTree(treeOf(entries));
}

function treeOf(entries: readonly SyntaxEntry[]): Tree {
  return joined('and', entries.map(entryTree));
}

/** No `and` in an `and`, no `or` in an `or`, none of one. */
function joined(operator: 'and' | 'or', trees: readonly Tree[]): Tree {
  const parts = trees.flatMap((tree) =>
    typeof tree !== 'string' && 'operator' in tree && tree.operator === operator ? tree.parts : [tree],
  );
  return parts.length === 1 ? (parts[0] as Tree) : { operator, parts };
}

function printTree(tree: Tree): string {
  if (typeof tree === 'string') return tree;
  if ('not' in tree) return typeof tree.not === 'string' ? `not ${tree.not}` : `not (${printTree(tree.not)})`;
  const parts = tree.parts.map((part) => {
    const needsBrackets = typeof part !== 'string' && 'operator' in part && tree.operator === 'and';
    return needsBrackets ? `(${printTree(part)})` : printTree(part);
  });
  return parts.join(` ${tree.operator} `);
}

function entryTree({ key, value }: SyntaxEntry): Tree {
  const items = value.kind === 'list' ? value.items : [];
  const members = value.kind === 'map' ? value.entries : [];
  const inner = (item: Syntax) => treeOf(item.kind === 'map' ? item.entries : []);
  if (key === 'any') return joined('or', items.map(inner));
  if (key === 'all') return joined('and', items.map(inner));
  if (key === 'not') return { not: inner(value) };
  const form = CONDITIONS.get(key)?.dsl as DslForm;
  const phrase = form.operator === undefined ? '' : `${form.operator} `;
  if (!form.isNamed) return operands(form, value).map((operand) => `${form.fact} ${phrase}${operand}`)[0] as string;
  const named = members.flatMap((one) =>
    operands(form, one.value).map((operand) => `${form.fact} ${word(one.key)} ${phrase}${operand}`),
  );
  return joined('and', named);
}

/** One for each that must hold. */
function operands({ operand }: DslForm, value: Syntax): string[] {
  switch (operand) {
    case 'number':
      return [plain(value)];
    case 'texts':
      return [strings(value)];
    case 'is':
    case 'isNumber':
      return [equals(value)];
    case 'commands':
      return [value.kind === 'list' ? `[${value.items.map(command).join(', ')}]` : command(value)];
    case 'after':
      return [labelsAsked(value)];
    case 'secrets':
      return [secretsAsked(value)];
    case 'tests':
      return value.kind === 'map' ? value.entries.map(test) : [`= ${literal(value)}`];
  }
}

function labelsAsked(value: Syntax): string {
  if (value.kind !== 'map') return labelList(value);
  const of = (key: string) => entry(value, key)?.value;
  const label = of('label');
  return [label ? labelList(label) : '', ...phrase('within', of('within')), ...phrase('by', of('by'))].join(' ');
}

/** `any`, or names of detectors. */
function secretsAsked(value: Syntax): string {
  const names = value.kind === 'list' ? value.items.map(plain) : [plain(value)];
  if (names.includes('any')) return 'any';
  return names.length === 1 ? word(names[0] as string) : `[${names.map(word).join(', ')}]`;
}

function labelList(value: Syntax): string {
  return value.kind === 'list' ? `[${words(value)}]` : words(value);
}

function words(value: Syntax): string {
  return value.kind === 'list' ? value.items.map(words).join(', ') : word(plain(value));
}

function command(value: Syntax): string {
  if (value.kind !== 'map') return strings(value);
  const of = (key: string) => value.entries.find((entry) => entry.key === key)?.value;
  const [flags, noFlags] = [of('flags'), of('no_flags')];
  return [
    quoted(plain(of('run'))),
    ...(flags ? [`with ${strings(flags)}`] : []),
    ...(noFlags ? [`without ${strings(noFlags)}`] : []),
  ].join(' ');
}

function test({ key, value }: SyntaxEntry): string {
  const parsed = PARSED[key === 'recipient' ? 'email' : key]?.dsl;
  if (parsed) {
    const phrase = parsed.operator === undefined ? '' : `${parsed.operator} `;
    return `${parsed.fact} ${phrase}${operands(parsed, value)[0]}`;
  }
  const forms = ARGUMENT_FORMS.filter(({ op }) => op === key);
  const isMeant = ({ operand }: (typeof forms)[0]) =>
    typeof operand !== 'object' || String(operand.is) === plain(value);
  const { operator, operand } = forms.find(isMeant) as (typeof forms)[0];
  const items = value.kind === 'list' ? value.items : [value];
  if (typeof operand === 'object') return operator;
  if (operand === 'value') return `${operator} ${literal(value)}`;
  if (operand === 'values') return `${operator} [${items.map(literal).join(', ')}]`;
  if (operand === 'names') return `${operator} ${items.map(plain).join(', ')}`;
  return `${operator} ${operand === 'number' ? plain(value) : strings(value)}`;
}

function equals(value: Syntax): string {
  return value.kind === 'list' ? `in ${strings(value)}` : `= ${strings(value)}`;
}

function strings(value: Syntax): string {
  return value.kind === 'list' ? `[${value.items.map(strings).join(', ')}]` : literal(value);
}

function literal(value: Syntax): string {
  return value.kind === 'scalar' && typeof value.value === 'string' ? quoted(value.value) : plain(value);
}

function plain(value: Syntax | undefined): string {
  return value?.kind === 'scalar' ? String(value.value) : '';
}

/** A name: quoted where it is no plain word. */
function word(text: string): string {
  return /^(?:[A-Za-z0-9_*?./~]|-(?!>))+$/.test(text) ? text : quoted(text);
}

/** A capability: keywords are quoted as well. */
function capabilityWord(text: string): string {
  return KEYWORDS.has(text) || /^-?[0-9]/.test(text) ? quoted(text) : word(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function trailingComment(texts: readonly string[]): string {
  return texts.length > 0 ? `  ${comment(texts.join(' '))}` : '';
}

function comment(text: string): string {
  return text === '' ? '#' : `# ${text}`;
}
