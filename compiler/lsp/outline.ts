import { type DocumentSymbol, type FoldingRange, SymbolKind } from 'vscode-languageserver/node';
import type { Syntax } from '../parse/syntax.js';
import type { PolicyText } from './policy-text.js';

/** Sections, and in them rules, marks, limits, promises and tools. */
export function symbolsOf(text: PolicyText): DocumentSymbol[] {
  const { syntax } = text;
  if (syntax?.kind !== 'map') return [];
  return syntax.entries.map(({ key, keyPlace, value }) => {
    const range = text.range(keyPlace.offset, Math.max(keyPlace.end, value.place.end));
    return {
      name: key,
      kind: SymbolKind.Namespace,
      range,
      selectionRange: text.range(keyPlace.offset, keyPlace.end),
      children: children(text, key, value),
    };
  });
}

function children(text: PolicyText, section: string, value: Syntax): DocumentSymbol[] {
  const symbol = (name: string, kind: SymbolKind, of: Syntax, at = of): DocumentSymbol => ({
    name: name === '' ? '(no name)' : name,
    kind,
    range: text.range(Math.min(at.place.offset, of.place.offset), Math.max(at.place.end, of.place.end)),
    selectionRange: text.range(at.place.offset, at.place.end),
  });
  if (value.kind === 'list')
    return value.items.map((item, i) =>
      symbol(`${idOf(item) ?? `${section}[${i}]`} ${capabilityOf(item)}`.trim(), SymbolKind.Event, item),
    );
  if (value.kind === 'map' && (section === 'tools' || section === 'methods'))
    return value.entries.map(({ key, keyPlace, value: own }) =>
      symbol(key, SymbolKind.Function, own, { ...own, place: keyPlace }),
    );
  return [];
}

function idOf(item: Syntax): string | undefined {
  const id = item.kind === 'map' ? item.entries.find(({ key }) => key === 'id')?.value : undefined;
  return id?.kind === 'scalar' ? String(id.value) : undefined;
}

function capabilityOf(item: Syntax): string {
  const own = item.kind === 'map' ? item.entries.find(({ key }) => key === 'capability')?.value : item;
  return own?.kind === 'scalar' ? String(own.value) : '';
}

/** Sections, and rules of several lines. */
export function foldingOf(text: PolicyText): FoldingRange[] {
  const ranges = symbolsOf(text).flatMap((one) => [one, ...(one.children ?? [])]);
  return ranges
    .map(({ range: { start, end } }) => ({
      startLine: start.line,
      endLine: end.character === 0 ? end.line - 1 : end.line,
    }))
    .filter(({ startLine, endLine }) => endLine > startLine);
}
