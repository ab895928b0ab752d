import { unseenEscaped } from '../../runtime/text/escape.js';
import { type Member, membersOf } from '../../runtime/wire/members.js';
import { lineDifferences } from './line-differences.js';
import type { Style } from './style.js';
import { countUnseen, visible } from './visible.js';

/** Strings up to this length without an end of line stay on theirs. */
const MAX_INLINE = 100;
/** Names of the two halves of an edit. */
const EDITS: readonly (readonly [before: RegExp, after: string])[] = [
  [/^old(.*)$/i, 'new'],
  [/^before(.*)$/i, 'after'],
  [/^from(.*)$/i, 'to'],
  [/^search(.*)$/i, 'replace'],
];

/**
 * A call's arguments for a person who must decide about them: all of them, a value a line as it was spelled, long texts
 * as numbered lines, edits as differences.
 *
 * @param text Their JSON.
 */
export function renderArguments(text: string, style: Style): string[] {
  const members = membersOf(text);
  return members.length > 0 ? renderMembers(members, style) : [unseenEscaped(text)];
}

function renderMembers(members: readonly Member[], style: Style): string[] {
  const byName = new Map(members.map((member) => [member[0].toLowerCase(), member]));
  const edits = new Map(members.flatMap((member) => editOf(member, byName) ?? []));
  const afters = new Set([...edits.values()].map(({ after }) => after));
  return members.flatMap((member, i) => {
    const [key, value] = member;
    if (afters.has(member)) return []; // It stands with what it takes the place of.
    const name = style.bold(key === '' ? `[${i}]` : visibleKey(key));
    const edit = edits.get(member);
    if (!edit) return renderMember(name, value, style);
    const { after, texts } = edit;
    return [`${name} → ${style.bold(visibleKey(after[0]))}`, ...indented(difference(...texts, style))];
  });
}

interface Edit {
  readonly after: Member;
  readonly texts: readonly [before: string, after: string];
}

/** Is this member the text before an edit, and another one that behind it? */
function editOf(member: Member, byName: ReadonlyMap<string, Member>): [[Member, Edit]] | undefined {
  const [key, value] = member;
  for (const [pattern, name] of EDITS) {
    const rest = pattern.exec(key)?.[1];
    if (rest === undefined) continue;
    const after = byName.get((name + rest).toLowerCase());
    const texts = [unquoted(value), after && unquoted(after[1])] as const;
    if (after === undefined || texts[0] === undefined || texts[1] === undefined) return undefined;
    return /\n/.test(texts[0] + texts[1]) ? [[member, { after, texts: [texts[0], texts[1]] }]] : undefined;
  }
  return undefined;
}

function renderMember(name: string, value: string, style: Style): string[] {
  const string = unquoted(value);
  if (string !== undefined && (string.includes('\n') || string.length > MAX_INLINE)) {
    return [`${name} ${style.dim(`(text of ${string.length} characters)`)}`, ...indented(block(string, style))];
  }
  const inner = string === undefined ? membersOf(value) : [];
  if (inner.length > 0) return [name, ...indented(renderMembers(inner, style))];
  return [`${name}: ${unseenEscaped(value)}`];
}

/** A long text, a line a line. */
function block(text: string, style: Style): string[] {
  const lines = text.split('\n');
  const width = String(lines.length).length;
  const shown = lines.map(
    (line, i) => `${style.dim(String(i + 1).padStart(width))} ${style.green('+')} ${visible(line)}`,
  );
  return [...shown, ...note(text, style)];
}

/** All lines of both texts: whoever approves approves all of it. */
function difference(before: string, after: string, style: Style): string[] {
  return [...lineDifferences(before, after, style), ...note(before + after, style)];
}

/** The text itself could hold what looks like an escape. */
function note(text: string, style: Style): string[] {
  const count = countUnseen(text);
  return count === 0 ? [] : [style.yellow(`${count} unseen character${count > 1 ? 's' : ''}, written as <U+…>`)];
}

function unquoted(value: string): string | undefined {
  return value.startsWith('"') ? (JSON.parse(value) as string) : undefined;
}

function visibleKey(key: string): string {
  return /^[\w$.-]+$/.test(key) ? key : unseenEscaped(JSON.stringify(key));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
