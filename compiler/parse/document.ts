import { Lexer } from 'yaml';
import { DECISIONS, isDecision } from '../../runtime/decision.js';
import type { Place, Source } from '../diagnostics/source.js';
import { entry, isNull, type Syntax, type SyntaxEntry } from './syntax.js';

/** One thing a policy says, with the comments that belong to it. */
export interface Unit {
  /** `''` for a setting, else the section it stands in. */
  readonly section: string;
  /** The key of a setting or of a mapping; empty for a rule. */
  readonly key: string;
  readonly value: Syntax;
  readonly start: number;
  readonly leading: string[];
  readonly trailing: string[];
}

/** A policy file as its formatter sees it: units in the order of the text, and the comments behind the last. */
export interface PolicyDocument {
  readonly units: readonly Unit[];
  readonly footer: readonly string[];
}

/** Sections that are lists, beside those of rules. */
export const LIST_SECTIONS = ['mark', 'limits', 'results', 'prove'];

const MAP_SECTIONS = ['tools', 'methods', 'risk_levels', 'paths', 'sql', 'patterns'];

/** Comments and where they begin; the text of each without its `#`. */
export interface AttachedComment {
  readonly offset: number;
  readonly text: string;
}

/** Splits a policy into units and gives each comment to the unit it stands before, or on whose line it stands. */
export function documentOf(root: Syntax, source: Source, comments: readonly AttachedComment[]): PolicyDocument {
  const entries = root.kind === 'map' ? root.entries : [];
  const units = entries.flatMap((top) => unitsOf(top)).sort((a, b) => a.start - b.start);
  const footer: string[] = [];
  for (const { offset, text } of comments) {
    const { line, column } = source.place(offset);
    const isTrailing =
      source
        .line(line)
        .slice(0, column - 1)
        .trim() !== '';
    const before = units.findLast((unit) => unit.start <= offset);
    const after = units.find((unit) => unit.start > offset);
    if (isTrailing && before) before.trailing.push(text);
    else if (after) after.leading.push(text);
    else footer.push(text);
  }
  return { units, footer };
}

function unitsOf({ key, keyPlace, value }: SyntaxEntry): Unit[] {
  const unit = (section: string, name: string, of: Syntax, place: Place): Unit => ({
    section,
    key: name,
    value: of,
    start: place.offset,
    leading: [],
    trailing: [],
  });
  if ((isDecision(key) || LIST_SECTIONS.includes(key)) && value.kind === 'list') {
    return value.items.map((item) => unit(key, '', item, item.place));
  }
  if (key === 'rules' && value.kind === 'list') {
    return value.items.flatMap((item) => {
      const section = sectionOfAction(item);
      return section ? [unit(section, '', withoutOlderKeys(item), item.place)] : [];
    });
  }
  if (MAP_SECTIONS.includes(key) && value.kind === 'map') {
    return value.entries.map((member) => unit(key, member.key, member.value, member.keyPlace));
  }
  // A section without members says nothing, and `threshold` nothing that is read.
  const isEmpty = [...DECISIONS, 'rules', ...LIST_SECTIONS, ...MAP_SECTIONS].includes(key) || isNull(value);
  return isEmpty || key === 'threshold' ? [] : [unit('', key, value, keyPlace)];
}

function sectionOfAction(rule: Syntax): string | undefined {
  const action = entry(rule, 'action')?.value;
  const word = action?.kind === 'scalar' ? String(action.value) : '';
  return word === 'block' ? 'deny' : DECISIONS.find((section) => section === word);
}

function withoutOlderKeys(rule: Syntax): Syntax {
  if (rule.kind !== 'map') return rule;
  const entries = rule.entries.filter(({ key }) => key !== 'action' && key !== 'threshold');
  if (entries.some(({ key }) => key === 'capability')) return { ...rule, entries };
  const capability: SyntaxEntry = {
    key: 'capability',
    keyPlace: rule.place,
    value: { kind: 'scalar', place: rule.place, value: '*' },
  };
  return { ...rule, entries: [capability, ...entries] };
}

/** The comments of a YAML text: the only tokens of its lexer that begin with `#`. */
export function yamlComments(text: string): AttachedComment[] {
  const comments: AttachedComment[] = [];
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    // Marks that the lexer puts in are no part of the text.
    if (token === '\u0002' || token === '\u0018' || token === '\u001f') continue;
    if (token.startsWith('#')) comments.push({ offset, text: token.slice(1).trim() });
    offset += token.length;
  }
  return comments;
}
