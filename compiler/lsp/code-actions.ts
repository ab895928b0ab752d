import { type CodeAction, CodeActionKind, type Diagnostic, type TextEdit } from 'vscode-languageserver/node';
import type { PolicyText } from './policy-text.js';

/** What mends a finding: each "did you mean", and a rule that is proved not to be needed taken out. */
export function codeActions(text: PolicyText, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics.flatMap((diagnostic) => [...meant(text, diagnostic), ...removed(text, diagnostic)]);
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

function action(text: PolicyText, title: string, diagnostic: Diagnostic, edits: TextEdit[]): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: { changes: { [text.document.uri]: edits } },
  };
}
