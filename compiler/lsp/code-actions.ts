import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { DECISIONS } from '../../runtime/decision.js';
import type { Witness } from '../analyse/calls/call.js';
import { diffPolicies } from '../analyse/diff/diff.js';
import { parseFixture } from '../fixtures/fixture.js';
import { judgeCase } from '../fixtures/judge-case.js';
import { atomsOf } from '../ir/atoms.js';
import { isStricter } from '../ir/decision.js';
import type { Policy, Rule } from '../ir/policy.js';
import { type WrittenCase, withCases, writtenCase } from '../mutate/killing-case.js';
import { extentOf, type Syntax } from '../parse/syntax.js';
import { shownWitness } from '../report/witness.js';
import type { FindingData } from './diagnostics.js';
import { type Opener, testedBy } from './navigation.js';
import type { PolicyText } from './policy-text.js';
import { entriesOf, isWithin } from './syntax-at.js';

/**
 * What mends a finding: each "did you mean", a rule that is proved not to be needed taken out, a rule that meets another one
 * narrowed to what both are about, a test of the call that proves it.
 */
export function codeActions(text: PolicyText, diagnostics: readonly Diagnostic[], open: Opener): CodeAction[] {
  // What an editor gives and what is known here may be the same finding.
  const keyOf = ({ code, range: { start }, message }: Diagnostic) =>
    JSON.stringify([code, start.line, start.character, message]);
  const each = new Map(diagnostics.map((one) => [keyOf(one), one]));
  return [...each.values()].flatMap((diagnostic) => [
    ...meant(text, diagnostic),
    ...narrowed(text, diagnostic),
    ...removed(text, diagnostic),
    ...tested(text, diagnostic, open),
  ]);
}

/** The findings about the rule at a place: an editor gives those of the place alone, and they stand at a rule's first line. */
export function findingsAt(text: PolicyText, { start }: Range, findings: readonly Diagnostic[]): Diagnostic[] {
  const item = entriesOf(text.syntax).find((one) => isWithin(extentOf(one), text.document.offsetAt(start)));
  if (!item) return [];
  return findings.filter((one) => isWithin(extentOf(item), text.document.offsetAt(one.range.start)));
}

function meant(text: PolicyText, diagnostic: Diagnostic): CodeAction[] {
  const message = typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
  const word = /did you mean `([^`]+)`/.exec(message)?.[1];
  if (word === undefined) return [];
  const whole = text.document.getText();
  const start = text.document.offsetAt(diagnostic.range.start);
  // What is wrong is named in the message; it stands at its place, or behind it in the same rule.
  const item = entriesOf(text.syntax).find((one) => isWithin(extentOf(one), start));
  const end = Math.max(
    text.document.offsetAt(diagnostic.range.end),
    item ? extentOf(item).end : whole.indexOf('\n', start),
  );
  const near = whole.slice(start, end < start ? whole.length : end);
  const wrong = [...message.matchAll(/`([^`]+)`/g)].map(([, one]) => one as string);
  for (const one of wrong.filter((other) => other !== word)) {
    const found = new RegExp(`(?<![\\w.-])${one.replace(/[^\w]/g, '\\$&')}(?![\\w.-])`).exec(near);
    if (!found) continue;
    const at = start + found.index;
    const edit = { range: text.range(at, at + one.length), newText: word };
    return [action(text, `Replace by ${word}`, diagnostic, [edit])];
  }
  return [];
}

/** Kinds that say that nothing is lost with a rule. */
const NEEDLESS: ReadonlySet<unknown> = new Set(['redundant', 'shadowed']);

function removed(text: PolicyText, diagnostic: Diagnostic): CodeAction[] {
  const { kind, rule } = dataOf(diagnostic);
  if (!NEEDLESS.has(kind)) return [];
  const [item] = findingItem(text, diagnostic);
  if (!item) return [];
  const whole = text.document.getText();
  const extent = extentOf(item);
  const start = whole.lastIndexOf('\n', extent.start - 1) + 1;
  const end = whole.indexOf('\n', Math.max(extent.start, extent.end - 1));
  const stop = end < 0 ? whole.length : end + 1;
  // What else stands in its lines is somebody else's.
  const [before, after] = [whole.slice(start, extent.start), whole.slice(extent.end, stop)];
  const isWhole = text.isDsl ? /^[ \t]*$/.test(before) : /^[ \t]*-[ \t]+$/.test(before);
  if (!isWhole || !/^[ \t]*(?:#.*)?\r?\n?$/.test(after)) return [];
  const edit = { range: text.range(start, stop), newText: '' };
  const keeps = edited(text, edit).policy?.rules;
  const isSound =
    keeps &&
    sameRules(
      keeps,
      (text.policy?.rules ?? []).filter(({ id }) => id !== rule),
    );
  return isSound ? [action(text, `Remove ${String(rule)}: it is proved not to be needed`, diagnostic, [edit])] : [];
}

function edited(text: PolicyText, edit: TextEdit): PolicyText {
  const { document } = text;
  const whole = TextDocument.applyEdits(document, [edit]);
  return text.changed(TextDocument.create(document.uri, document.languageId, document.version, whole));
}

/** As long as somebody waits for what mends a finding, in seconds. */
const BUDGET = 1;

/** May some call move toward `allow`, as far as can be told? */
function mayWiden(before: Policy, after: Policy): boolean {
  const { changes, settings, notAnalysed } = diffPolicies(before, after, { budget: BUDGET });
  const isWider = changes.some(({ from, to }) => isStricter(from, to)) || settings.some(({ widens }) => widens);
  return isWider || notAnalysed.length > 0;
}

/** The same rules in the same order, whatever their numbers are. */
function sameRules(some: readonly Rule[], others: readonly Rule[]): boolean {
  const shown = (rules: readonly Rule[]) =>
    JSON.stringify(
      rules.map(({ id: _, place: __, ...rule }) => rule),
      (key, value) => (key === 'place' ? undefined : value),
    );
  return shown(some) === shown(others);
}

/** The rule that a finding is about, as it is written. */
function findingItem(text: PolicyText, { range }: Diagnostic): Syntax[] {
  const offset = text.document.offsetAt(range.start);
  return entriesOf(text.syntax).filter((one) => isWithin(extentOf(one), offset));
}

function dataOf({ data }: Diagnostic): Partial<FindingData> {
  return (data ?? {}) as Partial<FindingData>;
}

/** What of a rule is no condition. */
const NO_CONDITIONS: ReadonlySet<string> = new Set(['capability', 'id', 'reason', 'description']);

/**
 * Two rules meet, and neither contains the other: with the conditions of the other one, this is an exception to it. Not for
 * a denial: what it would no longer deny, another rule may allow tomorrow.
 */
function narrowed(text: PolicyText, diagnostic: Diagnostic): CodeAction[] {
  const { kind, rule, others = [] } = dataOf(diagnostic);
  if (kind !== 'conflict' || others.length !== 1 || text.isDsl) return [];
  const { rules = [] } = text.policy ?? {};
  const [own, other] = [rule, others[0]].map((id) => rules.find((one) => one.id === id));
  const [item] = findingItem(text, diagnostic);
  const model = entriesOf(text.syntax).find(({ place }) => place.offset === other?.place.offset);
  if (!own || !other || own.decision === 'deny' || !item || model?.kind !== 'map') return [];
  const whole = text.document.getText();
  if (other.place.source.text !== whole) return [];
  const keys = item.kind === 'map' ? item.entries.map(({ key }) => key) : [];
  const missing = model.entries.filter(({ key }) => !NO_CONDITIONS.has(key));
  // What both say of one thing has to be put together by hand.
  if (missing.length === 0 || missing.some(({ key }) => keys.includes(key))) return [];
  const added = missing.map(({ keyPlace, value }) => whole.slice(keyPlace.offset, extentOf(value).end).trimEnd());
  if (added.some((one) => one.includes('\n'))) return [];
  const edit = withEntries(text, item, added);
  // It is what it says, or it is not offered: every other rule as it was, and this one asking for both.
  const now = edited(text, edit);
  const without = (all: readonly Rule[]) => all.filter(({ id }) => id !== rule);
  const changed = now.policy?.rules.find(({ id }) => id === rule);
  const asks = (one: Rule | undefined) => (one ? atomsOf(one.when).length : 0);
  const after = now.policy;
  if (!after || !sameRules(without(after.rules), without(rules)) || asks(changed) !== asks(own) + asks(other))
    return [];
  if (text.policy && mayWiden(text.policy, after)) return [];
  const names = missing.map(({ key }) => key).join(', ');
  return [action(text, `Narrow ${rule} by ${names} of ${others[0]}`, diagnostic, [edit])];
}

/** A rule with more entries, in the form that it is written in. */
function withEntries(text: PolicyText, item: Syntax, added: readonly string[]): TextEdit {
  const whole = text.document.getText();
  if (item.kind !== 'map') {
    const { offset, end } = item.place;
    const capability = whole.slice(offset, end);
    return { range: text.range(offset, end), newText: `{ capability: ${capability}, ${added.join(', ')} }` };
  }
  // A block's place goes on into the next line.
  const last = whole.slice(0, Math.max(...item.entries.map(({ value }) => extentOf(value).end))).trimEnd().length;
  const { column = 1 } = item.entries[0]?.keyPlace ?? {};
  const separator = whole[item.place.offset] === '{' ? ', ' : `\n${' '.repeat(column - 1)}`;
  return { range: text.range(last, last), newText: added.map((one) => `${separator}${one}`).join('') };
}

/** The call of a finding as a case beside the policy, with the verdict that it gets now. */
function tested(text: PolicyText, diagnostic: Diagnostic, open: Opener): CodeAction[] {
  const { witness } = dataOf(diagnostic);
  if (!witness || !text.policy) return [];
  const path = `${text.path.replace(/(?:\.yaml|\.yml|\.capfence)$/, '')}.test.yaml`;
  const written = caseOf(text.policy, witness, path, text.roots);
  if (!written) return [];
  const fixture = open(path);
  // Somebody else's tests, or what can't be read, stay as they are.
  if (fixture ? testedBy(fixture, open)?.path !== text.path : existsSync(path)) return [];
  const before = fixture?.document.getText() ?? `policy: ${basename(text.path)}\ncases: []\n`;
  const uri = fixture?.document.uri ?? pathToFileURL(path).href;
  const lines = before.split('\n');
  const end = fixture ? { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } : { line: 0, character: 0 };
  try {
    const edit = { range: { start: { line: 0, character: 0 }, end }, newText: withCases(before, [written]) };
    const changes = [
      ...(fixture ? [] : [{ kind: 'create' as const, uri }]),
      { textDocument: { uri, version: null }, edits: [edit] },
    ];
    return [
      {
        title: `Write a test: ${written.name}`,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        edit: { documentChanges: changes },
      },
    ];
  } catch {
    return []; // What is there is no list of cases.
  }
}

const VERDICTS = {
  deny: 'denied',
  require_approval: 'asked for',
  warn: 'allowed with a warning',
  allow: 'allowed',
} as const;

/** The witness as a case that passes; undefined where it can't be written down. */
function caseOf(policy: Policy, witness: Witness, path: string, roots: readonly string[]): WrittenCase | undefined {
  const asksOfPast = policy.marks.length + policy.limits.length > 0;
  const shown = shownWitness(witness);
  const call = shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
  // Judged as it will be: with the past that is written, which is not always the one that the witness was found in.
  for (const decision of DECISIONS) {
    const written = writtenCase(`${call} is ${VERDICTS[decision]}`, witness, decision, { asksOfPast, roots });
    if (!written) return undefined;
    const fixture = withCases(`policy: ${basename(path)}\ncases: []\n`, [written]);
    const [one] = parseFixture(fixture, path);
    const judged = one && judgeCase(policy, one);
    if (typeof judged === 'object' && judged.judged.decision === decision) return written;
  }
  return undefined;
}

/** Of a call in a title, in characters. */
const LONGEST = 80;

function action(text: PolicyText, title: string, diagnostic: Diagnostic, edits: TextEdit[]): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: { changes: { [text.document.uri]: edits } },
  };
}
