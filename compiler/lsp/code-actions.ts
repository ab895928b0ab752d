import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { Decision } from '../../runtime/types.js';
import { asCall } from '../analyse/calls/decided-call.js';
import { explainCall } from '../interpret/explain-call.js';
import { withCases, writtenCase } from '../mutate/killing-case.js';
import type { Syntax } from '../parse/syntax.js';
import type { FindingData } from './diagnostics.js';
import type { PolicyText } from './policy-text.js';
import { type Extent, extentOf } from './syntax-at.js';

/**
 * What mends a finding: each "did you mean", a rule that is proved not to be needed taken out, a rule that meets another one
 * narrowed to what both are about, a test of the call that proves it.
 */
export function codeActions(text: PolicyText, diagnostics: readonly Diagnostic[]): CodeAction[] {
  // What an editor gives and what is known here may be the same finding.
  const keyOf = ({ code, range: { start }, message }: Diagnostic) =>
    JSON.stringify([code, start.line, start.character, message]);
  const each = new Map(diagnostics.map((one) => [keyOf(one), one]));
  return [...each.values()].flatMap((diagnostic) => [
    ...meant(text, diagnostic),
    ...narrowed(text, diagnostic),
    ...removed(text, diagnostic),
    ...tested(text, diagnostic),
  ]);
}

/** The findings about the rule at a place: an editor gives those of the place alone, and they stand at a rule's first line. */
export function findingsAt(text: PolicyText, { start }: Range, findings: readonly Diagnostic[]): Diagnostic[] {
  const item = itemsOf(text).find((one) => isWithin(extentOf(one), text.document.offsetAt(start)));
  if (!item) return [];
  return findings.filter((one) => isWithin(extentOf(item), text.document.offsetAt(one.range.start)));
}

function isWithin({ start, end }: Extent, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** The entries of all sections that are lists: rules, marks, limits. */
function itemsOf({ syntax }: PolicyText): Syntax[] {
  const sections = syntax?.kind === 'map' ? syntax.entries.map(({ value }) => value) : [];
  return sections.flatMap((value) => (value.kind === 'list' ? value.items : []));
}

function meant(text: PolicyText, diagnostic: Diagnostic): CodeAction[] {
  const message = typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
  const found = /did you mean `([^`]+)`/.exec(message);
  const word = found?.[1];
  if (word === undefined) return [];
  const own = text.document.getText(diagnostic.range);
  // What is wrong is named in the message, and stands at its place or in its line.
  const wrong = [...message.matchAll(/`([^`]+)`/g)]
    .map(([, one]) => one)
    .find((one) => one !== word && own.includes(one as string));
  const start = text.document.offsetAt(diagnostic.range.start);
  const at = wrong === undefined ? -1 : own.indexOf(wrong);
  const range =
    at < 0
      ? /^[\w.-]+$/.test(own)
        ? diagnostic.range
        : undefined
      : text.range(start + at, start + at + (wrong as string).length);
  return range === undefined ? [] : [action(text, `Replace by ${word}`, diagnostic, [{ range, newText: word }])];
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
  if (!/^[ \t]*(?:-[ \t]+)?$/.test(before) || !/^[ \t]*(?:#.*)?\r?\n?$/.test(after)) return [];
  return [
    action(text, `Remove ${String(rule ?? 'this rule')}: it is proved not to be needed`, diagnostic, [
      { range: text.range(start, stop), newText: '' },
    ]),
  ];
}

/** The rule that a finding is about, as it is written. */
function findingItem(text: PolicyText, { range }: Diagnostic): Syntax[] {
  const offset = text.document.offsetAt(range.start);
  return itemsOf(text).filter((one) => isWithin(extentOf(one), offset));
}

function dataOf({ data }: Diagnostic): Partial<FindingData> {
  return (data ?? {}) as Partial<FindingData>;
}

/** What of a rule is no condition. */
const NO_CONDITIONS: ReadonlySet<string> = new Set(['capability', 'id', 'reason', 'description']);

/** Two rules meet, and neither contains the other: with the conditions of the other one, this is an exception to it. */
function narrowed(text: PolicyText, diagnostic: Diagnostic): CodeAction[] {
  const { kind, rule, others = [] } = dataOf(diagnostic);
  if (kind !== 'conflict' || others.length !== 1 || text.isDsl) return [];
  const other = text.policy?.rules.find(({ id }) => id === others[0]);
  const [item] = findingItem(text, diagnostic);
  const model = itemsOf(text).find(({ place }) => place.offset === other?.place.offset);
  if (!item || model?.kind !== 'map' || other?.place.source.text !== text.document.getText()) return [];
  const own = item.kind === 'map' ? item.entries.map(({ key }) => key) : [];
  const missing = model.entries.filter(({ key }) => !NO_CONDITIONS.has(key));
  // What both say of one thing has to be put together by hand.
  if (missing.length === 0 || missing.some(({ key }) => own.includes(key))) return [];
  const added = missing.map(({ keyPlace, value }) =>
    text.document.getText().slice(keyPlace.offset, extentOf(value).end),
  );
  if (added.some((one) => one.includes('\n'))) return [];
  const names = missing.map(({ key }) => key).join(', ');
  return [
    action(text, `Narrow ${rule ?? 'this rule'} by ${names} of ${others[0]}`, diagnostic, [
      withEntries(text, item, added),
    ]),
  ];
}

/** A rule with more entries, in the form that it is written in. */
function withEntries(text: PolicyText, item: Syntax, added: readonly string[]): TextEdit {
  const whole = text.document.getText();
  if (item.kind !== 'map') {
    const { offset, end } = item.place;
    const capability = whole.slice(offset, end);
    return { range: text.range(offset, end), newText: `{ capability: ${capability}, ${added.join(', ')} }` };
  }
  const last = Math.max(...item.entries.map(({ value }) => extentOf(value).end));
  const { column = 1 } = item.entries[0]?.keyPlace ?? {};
  const separator = whole[item.place.offset] === '{' ? ', ' : `\n${' '.repeat(column - 1)}`;
  return { range: text.range(last, last), newText: added.map((one) => `${separator}${one}`).join('') };
}

/** The call of a finding as a case beside the policy, with the verdict that it gets now. */
function tested(text: PolicyText, diagnostic: Diagnostic): CodeAction[] {
  const { witness } = dataOf(diagnostic);
  const { policy } = text;
  if (!witness || !policy || witness.trace) return [];
  const { tool, capability } = witness;
  const decision = explainCall(policy, asCall(witness), { home: homedir() }).decision as Decision;
  const asksOfPast = policy.marks.length + policy.limits.length > 0;
  const written = writtenCase(`${tool ?? capability} is ${decision.replace('_', ' ')}`, witness, decision, {
    asksOfPast,
    roots: [],
  });
  if (!written) return [];
  const path = `${text.path.replace(/(?:\.yaml|\.yml|\.capfence)$/, '')}.test.yaml`;
  const isThere = existsSync(path);
  const before = isThere ? readFileSync(path, 'utf8') : `policy: ${basename(text.path)}\ncases: []\n`;
  const uri = pathToFileURL(path).href;
  const last = before.split('\n');
  const range = {
    start: { line: 0, character: 0 },
    end: { line: last.length - 1, character: last.at(-1)?.length ?? 0 },
  };
  try {
    const edit = { range, newText: withCases(before, [written]) };
    const whole = isThere ? edit : { range: { start: range.start, end: range.start }, newText: edit.newText };
    const changes = [
      ...(isThere ? [] : [{ kind: 'create' as const, uri }]),
      { textDocument: { uri, version: null }, edits: [whole] },
    ];
    return [
      {
        title: `Write a test of this call: it is ${decision.replace('_', ' ')}`,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        edit: { documentChanges: changes },
      },
    ];
  } catch {
    return []; // What is there is no list of cases.
  }
}

function action(text: PolicyText, title: string, diagnostic: Diagnostic, edits: TextEdit[]): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: { changes: { [text.document.uri]: edits } },
  };
}
