import type { CstElement, CstNode, IToken } from 'chevrotain';
import { DECISIONS, type Decision, isDecision } from '../../../runtime/decision.js';
import { ARGUMENT_FORMS } from '../../conditions/args.js';
import { durationSeconds } from '../../conditions/duration.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { CF121 } from '../../diagnostics/messages.js';
import type { Place, Source } from '../../diagnostics/source.js';
import { LIST_SECTIONS } from '../document.js';
import type { Syntax, SyntaxEntry, SyntaxList, SyntaxMap } from '../syntax.js';
import { DECISION_WORDS, FACTS, type KeyedForm, operatorOf } from './vocabulary.js';

/*
 * From the concrete syntax of the DSL to the same tree that the YAML of the same policy has, so that everything behind
 * the parser is one.
 */

/** The decision that a word stands for. */
function decisionOf(word: string): Decision {
  return DECISIONS.find((decision) => DECISION_WORDS[decision] === word) as Decision;
}

/** One statement: where in the tree it goes, and what it says there. */
interface Statement {
  readonly path: readonly string[];
  readonly entry: SyntaxEntry;
}

export class TreeBuilder {
  constructor(
    private readonly source: Source,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** The whole file as a mapping of sections. */
  build(file: CstNode): SyntaxMap {
    const statements = nodes(file, 'statement').flatMap((statement) => this.statement(statement));
    const place = this.source.place(0, this.source.text.length);
    const sections = new Map<string, SyntaxEntry[]>();
    const entries: SyntaxEntry[] = [];
    for (const { path, entry } of statements) {
      const [section] = path;
      if (section === undefined) entries.push(entry);
      else sections.set(section, [...(sections.get(section) ?? []), entry]);
    }
    for (const [key, members] of sections) {
      const first = members[0] as SyntaxEntry;
      const value: Syntax = isList(key)
        ? { kind: 'list', place: first.value.place, items: members.map((member) => member.value) }
        : { kind: 'map', place: first.keyPlace, entries: members };
      entries.push({ key, keyPlace: first.keyPlace, value });
    }
    return { kind: 'map', place, entries };
  }

  private statement(statement: CstNode): Statement[] {
    const [name, [element]] = Object.entries(statement.children)[0] as [string, [CstElement]];
    const node = element as CstNode;
    switch (name) {
      case 'policy':
        return this.policy(node);
      case 'setting':
        return this.setting(node);
      case 'tool':
        return this.mapped(node, 'tools');
      case 'method':
        return this.mapped(node, 'methods');
      case 'mark':
        return [this.mark(node)];
      case 'limit':
        return [this.limit(node)];
      case 'promise':
        return [this.promise(node)];
      case 'results':
        return [this.results(node)];
      case 'pattern':
        return [this.pattern(node)];
      default:
        return [this.rule(node)];
    }
  }

  private policy(node: CstNode): Statement[] {
    const name = token(node, 'Name');
    const top = (key: string, at: IToken, value: Syntax): Statement => ({
      path: [],
      entry: this.entry(key, at, value),
    });
    const statements = [top('policy_name', name, this.scalar(name))];
    for (const version of tokens(node, 'Numeral')) statements.push(top('version', version, this.number(version)));
    for (const text of tokens(node, 'description')) statements.push(top('description', text, this.scalar(text)));
    for (const strings of nodes(node, 'strings')) {
      statements.push(top('extends', tokens(node, 'Keyword_extends')[0] as IToken, this.strings(strings)));
    }
    return statements;
  }

  private setting(node: CstNode): Statement[] {
    const [mode] = tokens(node, 'mode');
    if (mode) return [{ path: [], entry: this.entry('enforcement_mode', mode, this.scalar(mode)) }];
    const [timeout] = tokens(node, 'timeout');
    if (timeout) return [{ path: [], entry: this.entry('approval_timeout_seconds', timeout, this.duration(timeout)) }];
    const [pathCase] = tokens(node, 'case');
    if (pathCase) return [{ path: ['paths'], entry: this.entry('case', pathCase, this.scalar(pathCase)) }];
    const labels = tokens(node, 'labels');
    if (labels.length > 0) {
      const items = labels.map((label) => this.scalar(label));
      const list: SyntaxList = { kind: 'list', place: this.place(labels[0] as IToken), items };
      return [{ path: [], entry: this.entry('labels', labels[0] as IToken, list) }];
    }
    const [timezone] = tokens(node, 'timezone');
    if (timezone) return [{ path: [], entry: this.entry('timezone', timezone, this.scalar(timezone)) }];
    for (const key of ['dialect', 'functions']) {
      const names = tokens(node, key);
      if (names.length > 0) return [{ path: ['sql'], entry: this.entry(key, names[0] as IToken, this.names(names)) }];
    }
    const level = token(node, 'level');
    const action = token(node, 'action');
    const word = nameOf(action) === DECISION_WORDS.require_approval ? 'require_approval' : nameOf(action);
    const value = this.map(level, [this.entry('action', action, this.word(action, word))]);
    return [{ path: ['risk_levels'], entry: this.entry(nameOf(level), level, value) }];
  }

  private mapped(node: CstNode, section: string): Statement[] {
    const names = tokens(nodes(node, 'names')[0] as CstNode, 'Name');
    const [pass] = tokens(node, 'Keyword_pass');
    const value = pass ? this.word(pass, 'pass') : this.uses(nodes(node, 'uses')[0] as CstNode);
    return names.map((name) => ({ path: [section], entry: this.entry(nameOf(name), name, value) }));
  }

  private uses(node: CstNode): Syntax {
    const mappings = nodes(node, 'mapping').map((mapping) => this.mapping(mapping));
    const [only] = mappings;
    return mappings.length === 1 ? (only as Syntax) : { kind: 'list', place: (only as Syntax).place, items: mappings };
  }

  private mapping(node: CstNode): Syntax {
    const capability = this.capability(node);
    const details = nodes(node, 'detail');
    if (details.length === 0) return this.scalar(capability);
    const entries = [this.entry('capability', capability, this.scalar(capability))];
    for (const detail of details) entries.push(this.detail(detail));
    return this.map(capability, entries);
  }

  private capability(node: CstNode): IToken {
    const [inner] = nodes(node, 'capability') as [CstNode];
    return tokens(inner, 'Word')[0] ?? token(inner, 'Text');
  }

  private detail(node: CstNode): SyntaxEntry {
    const [tree] = tokens(node, 'Keyword_tree');
    if (tree) return this.entry('tree', tree, { kind: 'scalar', place: this.place(tree), value: true });
    const [shell] = tokens(node, 'Keyword_shell');
    if (shell) {
      const value = tokens(node, 'Keyword_true').length > 0;
      return this.entry('shell', shell, { kind: 'scalar', place: this.place(shell), value });
    }
    const dialects = tokens(node, 'dialect');
    if (dialects.length > 0) return this.entry('dialect', dialects[0] as IToken, this.names(dialects));
    const [level] = tokens(node, 'level');
    if (level) return this.entry('risk', level, this.scalar(level));
    const key = token(node, 'key');
    const selectors = nodes(node, 'selector').map((selector) => this.selector(selector));
    const isNone =
      selectors.length === 1 && selectors[0]?.kind === 'scalar' && isKeyword(nodes(node, 'selector')[0], 'none');
    const list: SyntaxList = { kind: 'list', place: this.place(key), items: isNone ? [] : selectors };
    return this.entry(nameOf(key), key, list);
  }

  private selector(node: CstNode): Syntax {
    const [name] = tokens(node, 'Name');
    if (name) return this.scalar(name);
    const parts = tokens(node, 'part');
    return { kind: 'list', place: this.place(parts[0] as IToken), items: parts.map((part) => this.scalar(part)) };
  }

  private mark(node: CstNode): Statement {
    const [marks] = tokens(node, 'Keyword_mark');
    const first = marks ?? (tokens(node, 'Keyword_clear')[0] as IToken);
    const labels = tokens(node, 'label');
    const capability = this.capability(node);
    const entries = [
      this.entry(marks ? 'label' : 'clear', labels[0] as IToken, this.names(labels)),
      this.entry('capability', capability, this.scalar(capability)),
    ];
    this.addNamed(entries, node, ['by', 'id']);
    for (const condition of nodes(node, 'either')) entries.push(...this.either(condition));
    for (const at of tokens(node, 'at')) {
      const tests = nodes(node, 'test').flatMap((test) => this.testEntries(test, at));
      const result = this.map(at, [this.entry('at', at, this.scalar(at)), ...tests]);
      entries.push(this.entry('result', at, result));
    }
    for (const held of tokens(node, 'held'))
      entries.push(this.entry('result', held, this.secretIn(held, nodes(node, 'secrets'))));
    this.addNamed(entries, node, ['description']);
    return { path: ['mark'], entry: this.entry('mark', first, this.map(first, entries)) };
  }

  /** The operators of a test, where `=` alone is one as well. */
  private testEntries(node: CstNode, selector: IToken): readonly SyntaxEntry[] {
    const test = this.test(node, selector);
    return test.kind === 'map' ? test.entries : [this.entry('eq', selector, test)];
  }

  private limit(node: CstNode): Statement {
    const first = tokens(node, 'Keyword_limit')[0] as IToken;
    const capability = this.capability(node);
    const max = token(node, 'max');
    const entries = [
      this.entry('capability', capability, this.scalar(capability)),
      this.entry('max', max, this.number(max)),
    ];
    this.addNamed(entries, node, ['per', 'of', 'by', 'id']);
    for (const everyone of tokens(node, 'Keyword_everyone'))
      entries.push(this.entry('whose', everyone, this.word(everyone, 'everyone')));
    for (const condition of nodes(node, 'either')) entries.push(...this.either(condition));
    for (const over of tokens(node, 'over')) {
      const isApproval = nameOf(over) === DECISION_WORDS.require_approval;
      entries.push(this.entry('over', over, this.word(over, isApproval ? 'require_approval' : nameOf(over))));
    }
    this.addNamed(entries, node, ['reason', 'description']);
    return { path: ['limits'], entry: this.entry('limits', first, this.map(first, entries)) };
  }

  private addNamed(entries: SyntaxEntry[], node: CstNode, names: readonly string[]): void {
    for (const name of names) for (const at of tokens(node, name)) entries.push(this.entry(name, at, this.scalar(at)));
  }

  private promise(node: CstNode): Statement {
    const [never] = tokens(node, 'Keyword_never');
    const first = never ?? (tokens(node, 'Keyword_always')[0] as IToken);
    const decision = token(node, 'decision');
    const claim = [this.entry(decisionOf(nameOf(decision)), decision, this.scalar(this.capability(node)))];
    for (const condition of nodes(node, 'either')) claim.push(...this.either(condition));
    const entries: SyntaxEntry[] = [];
    this.addNamed(entries, node, ['id']);
    entries.push(this.entry(never ? 'never' : 'always', first, this.map(decision, claim)));
    this.addNamed(entries, node, ['description']);
    return { path: ['prove'], entry: this.entry('prove', first, this.map(first, entries)) };
  }

  private results(node: CstNode): Statement {
    const first = tokens(node, 'Keyword_results')[0] as IToken;
    const capability = this.capability(node);
    const entries = [this.entry('capability', capability, this.scalar(capability))];
    this.addNamed(entries, node, ['id']);
    for (const condition of nodes(node, 'either')) entries.push(...this.either(condition));
    for (const redact of tokens(node, 'Keyword_redact')) {
      const selectors = tokens(node, 'at');
      const secret = nodes(node, 'redacted').map((names) => this.entry('secret', redact, this.secrets(names)));
      const at = selectors.length > 0 ? [this.entry('at', selectors[0] as IToken, this.names(selectors))] : [];
      entries.push(this.entry('redact', redact, this.map(redact, [...secret, ...at])));
    }
    for (const withhold of tokens(node, 'Keyword_withhold'))
      entries.push(this.entry('withhold', withhold, this.secretIn(withhold, nodes(node, 'withheld'))));
    for (const max of tokens(node, 'max')) entries.push(this.entry('max_bytes', max, this.number(max)));
    this.addNamed(entries, node, ['reason', 'description']);
    return { path: ['results'], entry: this.entry('results', first, this.map(first, entries)) };
  }

  private pattern(node: CstNode): Statement {
    const name = token(node, 'name');
    return { path: ['patterns'], entry: this.entry(nameOf(name), name, this.scalar(token(node, 'expression'))) };
  }

  private secretIn(at: IToken, secrets: readonly CstNode[]): Syntax {
    return this.map(
      at,
      secrets.map((names) => this.entry('secret', at, this.secrets(names))),
    );
  }

  /** `any`, or names of detectors. */
  private secrets(node: CstNode): Syntax {
    const names = tokens(node, 'name');
    return names.length === 1 ? this.scalar(names[0] as IToken) : this.names(names);
  }

  private rule(node: CstNode): Statement {
    const decision = token(node, 'decision');
    const capability = this.capability(node);
    const entries = [this.entry('capability', capability, this.scalar(capability))];
    for (const id of tokens(node, 'id')) entries.push(this.entry('id', id, this.scalar(id)));
    for (const condition of nodes(node, 'either')) entries.push(...this.either(condition));
    for (const reason of tokens(node, 'reason')) entries.push(this.entry('reason', reason, this.scalar(reason)));
    for (const text of tokens(node, 'description')) entries.push(this.entry('description', text, this.scalar(text)));
    const section = decisionOf(nameOf(decision));
    // A rule stands where its first word does.
    return { path: [section], entry: this.entry(section, decision, this.map(decision, entries)) };
  }

  // --- conditions: each gives the entries of a mapping of conditions, all of which must hold ----------------------

  private either(node: CstNode): SyntaxEntry[] {
    const parts = nodes(node, 'both').map((part) => this.both(part));
    if (parts.length === 1) return parts[0] as SyntaxEntry[];
    return [this.combined('any', parts)];
  }

  private both(node: CstNode): SyntaxEntry[] {
    const parts = nodes(node, 'negation').map((part) => this.negation(part));
    const keys = parts.flat().map(({ key }) => key);
    // Conditions of one mapping must all hold; where two have one key they need mappings of their own.
    if (new Set(keys).size === keys.length) return parts.flat();
    return [this.combined('all', parts)];
  }

  private negation(node: CstNode): SyntaxEntry[] {
    const [group] = nodes(node, 'either');
    const inner = group ? this.either(group) : this.condition(nodes(node, 'condition')[0] as CstNode);
    const [not] = tokens(node, 'Keyword_not');
    return not ? [this.entry('not', not, this.map(not, inner))] : inner;
  }

  private combined(key: 'any' | 'all', parts: readonly SyntaxEntry[][]): SyntaxEntry {
    const [[first]] = parts as [[SyntaxEntry]];
    const place = first.keyPlace;
    const items = parts.map((entries): Syntax => ({ kind: 'map', place: entries[0]?.keyPlace ?? place, entries }));
    return { key, keyPlace: place, value: { kind: 'list', place, items } };
  }

  private condition(node: CstNode): SyntaxEntry[] {
    const fact = token(node, 'fact');
    const [operator] = tokens(node, 'operator');
    const forms = FACTS.get(nameOf(fact)) as readonly KeyedForm[];
    const form = forms.find((one) => one.operator === operator?.image) as KeyedForm;
    if (!form.isNamed) return [this.entry(form.key, fact, this.operand(node, form))];
    const name = token(node, 'name');
    return [this.entry(form.key, fact, this.map(fact, [this.entry(nameOf(name), name, this.operand(node, form))]))];
  }

  private operand(node: CstNode, { operand }: KeyedForm): Syntax {
    if (operand === 'number') return this.number(token(node, 'number'));
    if (operand === 'isNumber') return this.numbers(nodes(node, 'numbers')[0] as CstNode);
    if (operand === 'after') return this.labels(nodes(node, 'labels')[0] as CstNode);
    if (operand === 'secrets') return this.secrets(nodes(node, 'secrets')[0] as CstNode);
    if (operand === 'commands') return this.commands(nodes(node, 'commands')[0] as CstNode);
    if (operand === 'texts') return this.strings(nodes(node, 'strings')[0] as CstNode);
    if (operand === 'tests') return this.test(nodes(node, 'test')[0] as CstNode, token(node, 'name'));
    const [equality] = nodes(node, 'equality') as [CstNode];
    const [strings] = nodes(equality, 'strings');
    return strings ? this.strings(strings) : this.scalar(token(equality, 'Text'));
  }

  private test(node: CstNode, selector: IToken): Syntax {
    const [fact] = tokens(node, 'fact');
    if (fact) {
      const [sign] = tokens(node, 'operator');
      const form = FACTS.get(nameOf(fact))?.find((one) => one.operator === sign?.image) as KeyedForm;
      return this.map(selector, [this.entry(operatorOf(form.key), fact, this.operand(node, form))]);
    }
    const operator = token(node, 'operator');
    const { op, operand } = ARGUMENT_FORMS.find(
      (form) => form.operator === operator.image,
    ) as (typeof ARGUMENT_FORMS)[0];
    const values = nodes(node, 'value').map((value) => this.value(value));
    if (operand === 'value') return values[0] as Syntax;
    return this.map(selector, [this.entry(op, operator, this.testOperand(node, operand, values))]);
  }

  private testOperand(
    node: CstNode,
    operand: (typeof ARGUMENT_FORMS)[0]['operand'],
    values: readonly Syntax[],
  ): Syntax {
    const at = token(node, 'operator');
    const list = (items: readonly Syntax[]): Syntax => ({ kind: 'list', place: this.place(at), items });
    if (typeof operand === 'object') return { kind: 'scalar', place: this.place(at), value: operand.is };
    if (operand === 'values') return list(values);
    if (operand === 'number') return this.number(token(node, 'number'));
    if (operand === 'texts') return this.strings(nodes(node, 'strings')[0] as CstNode);
    const types = tokens(node, 'type').map((type) => this.scalar(type));
    return types.length === 1 ? (types[0] as Syntax) : list(types);
  }

  private value(node: CstNode): Syntax {
    const [text] = tokens(node, 'Text');
    if (text) return this.scalar(text);
    const [number] = tokens(node, 'Numeral');
    if (number) return this.number(number);
    const [yes] = tokens(node, 'Keyword_true');
    const at = yes ?? (tokens(node, 'Keyword_false')[0] as IToken);
    return { kind: 'scalar', place: this.place(at), value: yes !== undefined };
  }

  /** One name, or a list of several. */
  private names(names: readonly IToken[]): Syntax {
    const [first] = names as [IToken];
    const items = names.map((name) => this.scalar(name));
    return items.length === 1 ? (items[0] as Syntax) : { kind: 'list', place: this.place(first), items };
  }

  private commands(node: CstNode): Syntax {
    const items = nodes(node, 'command').map((command) => this.command(command));
    const [bracket] = tokens(node, 'OpenBracket');
    return bracket ? { kind: 'list', place: this.place(bracket), items } : (items[0] as Syntax);
  }

  private labels(node: CstNode): Syntax {
    const labels = tokens(node, 'label');
    const [first] = labels as [IToken];
    const value = tokens(node, 'OpenBracket').length > 0 ? this.listOf(labels) : this.scalar(first);
    const entries = [this.entry('label', first, value)];
    this.addNamed(entries, node, ['within', 'by']);
    return entries.length === 1 ? value : this.map(first, entries);
  }

  private listOf(names: readonly IToken[]): Syntax {
    return { kind: 'list', place: this.place(names[0] as IToken), items: names.map((name) => this.scalar(name)) };
  }

  private command(node: CstNode): Syntax {
    const run = token(node, 'run');
    const entries = [this.entry('run', run, this.scalar(run))];
    for (const [label, key] of [
      ['flags', 'flags'],
      ['noFlags', 'no_flags'],
    ] as const) {
      for (const flags of nodes(node, label)) entries.push(this.entry(key, run, this.strings(flags)));
    }
    return entries.length === 1 ? this.scalar(run) : this.map(run, entries);
  }

  private numbers(node: CstNode): Syntax {
    const items = tokens(node, 'Numeral').map((number) => this.number(number));
    const [bracket] = tokens(node, 'OpenBracket');
    return bracket ? { kind: 'list', place: this.place(bracket), items } : (items[0] as Syntax);
  }

  private strings(node: CstNode): Syntax {
    const items = tokens(node, 'Text').map((text) => this.scalar(text));
    const [bracket] = tokens(node, 'OpenBracket');
    return bracket ? { kind: 'list', place: this.place(bracket), items } : (items[0] as Syntax);
  }

  // --- leaves -----------------------------------------------------------------------------------------------------

  /** A plain number is seconds. */
  private duration(at: IToken): Syntax {
    const seconds = /^\d+$/.test(at.image) ? Number(at.image) : durationSeconds(at.image);
    if (seconds === undefined) {
      const problem = `${at.image} is no duration`;
      this.diagnostics.add(CF121({ problem, hint: 'write 90s, 30m, 2h or 1d' }), this.place(at));
    }
    return { kind: 'scalar', place: this.place(at), value: seconds ?? 1 };
  }

  private number(at: IToken): Syntax {
    return { kind: 'scalar', place: this.place(at), value: Number(at.image) };
  }

  private scalar(at: IToken): Syntax {
    if (at.image.startsWith('"') && parseText(at.image) === undefined) {
      this.diagnostics.add(
        CF121({ problem: `${at.image} is no JSON string`, hint: 'escape as JSON does' }),
        this.place(at),
      );
    }
    return this.word(at, nameOf(at));
  }

  private word(at: IToken, value: string): Syntax {
    return { kind: 'scalar', place: this.place(at), value };
  }

  private map(at: IToken, entries: readonly SyntaxEntry[]): SyntaxMap {
    return { kind: 'map', place: this.place(at), entries };
  }

  private entry(key: string, at: IToken, value: Syntax): SyntaxEntry {
    return { key, keyPlace: this.place(at), value };
  }

  private place(at: IToken): Place {
    return this.source.place(at.startOffset, at.startOffset + at.image.length);
  }
}

/** Sections that are lists of statements. */
function isList(key: string): boolean {
  return isDecision(key) || LIST_SECTIONS.includes(key);
}

function nodes(node: CstNode, name: string): CstNode[] {
  return (node.children[name] ?? []) as CstNode[];
}

function tokens(node: CstNode, name: string): IToken[] {
  return (node.children[name] ?? []) as IToken[];
}

function token(node: CstNode, name: string): IToken {
  return tokens(node, name)[0] as IToken;
}

function isKeyword(selector: CstNode | undefined, word: string): boolean {
  return selector !== undefined && tokens(selector, 'Name')[0]?.tokenType.name === `Keyword_${word}`;
}

/** A name's text: strings without their quotes. */
function nameOf(at: IToken): string {
  return at.image.startsWith('"') ? (parseText(at.image) ?? '') : at.image;
}

function parseText(image: string): string | undefined {
  try {
    return JSON.parse(image) as string;
  } catch {
    return undefined;
  }
}
