import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CodeAction, CodeActionKind, type Diagnostic, type TextEdit } from 'vscode-languageserver/node';
import type { Decision } from '../../runtime/types.js';
import type { Witness } from '../analyse/calls/call.js';
import { asCall } from '../analyse/calls/decided-call.js';
import { explainCall } from '../interpret/explain-call.js';
import { withCases, writtenCase } from '../mutate/killing-case.js';
import type { PolicyText } from './policy-text.js';

/** What mends a finding: each "did you mean", a rule that is proved not to be needed taken out, a test of the call that proves it. */
export function codeActions(text: PolicyText, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics.flatMap((diagnostic) => [
    ...meant(text, diagnostic),
    ...removed(text, diagnostic),
    ...tested(text, diagnostic),
  ]);
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
  const { kind, rule } = (diagnostic.data ?? {}) as { readonly kind?: unknown; readonly rule?: unknown };
  if (!NEEDLESS.has(kind) || text.isDsl) return [];
  const offset = text.document.offsetAt(diagnostic.range.start);
  const { syntax } = text;
  const sections = syntax?.kind === 'map' ? syntax.entries.map(({ value }) => value) : [];
  const item = sections
    .flatMap((value) => (value.kind === 'list' ? value.items : []))
    .find(({ place }) => place.offset <= offset && offset <= place.end);
  if (!item) return [];
  const whole = text.document.getText();
  const start = whole.lastIndexOf('\n', item.place.offset - 1) + 1;
  const end = whole.indexOf('\n', Math.max(item.place.offset, item.place.end - 1));
  const range = text.range(start, end < 0 ? whole.length : end + 1);
  return [
    action(text, `Remove ${String(rule ?? 'this rule')}: it is proved not to be needed`, diagnostic, [
      { range, newText: '' },
    ]),
  ];
}

/** The call of a finding as a case beside the policy, with the verdict that it gets now. */
function tested(text: PolicyText, diagnostic: Diagnostic): CodeAction[] {
  const { witness } = (diagnostic.data ?? {}) as { readonly witness?: Witness | null };
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
