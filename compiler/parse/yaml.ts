import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF101, CF105, CF106, CF111 } from '../diagnostics/messages.js';
import type { Place, Source } from '../diagnostics/source.js';
import type { Syntax, SyntaxEntry } from './syntax.js';

/** Deeper than any policy needs. */
const MAX_NESTING = 128;

/**
 * YAML 1.2 (core schema) to a syntax tree. Anchors, aliases, merge keys, tags and duplicate keys are errors: a policy
 * means what a reader sees in the place where it stands.
 *
 * @returns null where there is nothing to go on with; what is wrong is in `diagnostics`.
 */
export function parseYaml(source: Source, diagnostics: Diagnostics): Syntax | null {
  try {
    return parse(source, diagnostics);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The parser is recursive; this is how it says that a file nests too deeply for it.
    diagnostics.add(CF111({ limit: MAX_NESTING }), source.place(0));
    return null;
  }
}

function parse(source: Source, diagnostics: Diagnostics): Syntax | null {
  const document = parseDocument(source.text, {
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
    strict: true,
    version: '1.2',
    schema: 'core',
  });
  for (const error of [...document.errors, ...document.warnings]) {
    if (error.message.includes('call stack')) throw new RangeError(error.message);
    if (error.code === 'TAG_RESOLVE_FAILED') continue; // A tag at all is what is wrong.
    diagnostics.add(CF101({ problem: error.message }), source.place(error.pos[0], error.pos[1]));
  }
  if (diagnostics.hasErrors) return null;
  if (document.contents === null) return { kind: 'scalar', place: source.place(0), value: null };
  rejectFeatures(document.contents, source, diagnostics);
  return diagnostics.hasErrors ? null : toSyntax(document.contents, source, diagnostics, 0);
}

function rejectFeatures(contents: Node, source: Source, diagnostics: Diagnostics): void {
  visit(contents, {
    Node(_key, node) {
      const place = placeOf(node, source);
      if (isAlias(node)) diagnostics.add(CF106({ feature: `the alias *${node.source}` }), place);
      else if ('anchor' in node && node.anchor)
        diagnostics.add(CF106({ feature: `the anchor &${node.anchor}` }), place);
      if (node.tag) diagnostics.add(CF106({ feature: `the tag ${node.tag}` }), place);
    },
  });
}

function toSyntax(node: Node, source: Source, diagnostics: Diagnostics, depth: number): Syntax {
  const place = placeOf(node, source);
  if (depth > MAX_NESTING) {
    diagnostics.add(CF111({ limit: MAX_NESTING }), place);
    return { kind: 'scalar', place, value: null };
  }
  if (isSeq<Node>(node)) {
    return { kind: 'list', place, items: node.items.map((item) => toSyntax(item, source, diagnostics, depth + 1)) };
  }
  if (!isMap<Node, Node | null>(node)) return { kind: 'scalar', place, value: scalarValue(node) };
  const entries: SyntaxEntry[] = [];
  const seen = new Map<string, SyntaxEntry>();
  for (const pair of node.items) {
    const keyPlace = placeOf(pair.key, source);
    if (!isScalar(pair.key) || typeof pair.key.value !== 'string') {
      // `null`, `true` and `1` as keys would read as another word than they are.
      if (!isScalar(pair.key) || pair.key.source === undefined) {
        diagnostics.add(CF101({ problem: 'a key must be a plain word or a string' }), keyPlace);
        continue;
      }
    }
    const key = typeof pair.key.value === 'string' ? pair.key.value : String(pair.key.source);
    const earlier = seen.get(key);
    if (earlier) {
      diagnostics.add(CF105({ key }), keyPlace, [{ place: earlier.keyPlace, message: 'first given here' }]);
      continue;
    }
    if (key === '<<') {
      diagnostics.add(CF106({ feature: 'the merge key <<' }), keyPlace);
      continue;
    }
    const value: Syntax = pair.value
      ? toSyntax(pair.value, source, diagnostics, depth + 1)
      : { kind: 'scalar', place: keyPlace, value: null };
    const entry = { key, keyPlace, value };
    seen.set(key, entry);
    entries.push(entry);
  }
  return { kind: 'map', place, entries };
}

function scalarValue(node: Node): string | number | boolean | null {
  const value = isScalar(node) ? node.value : null;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return String(value);
}

function placeOf(node: Node, source: Source): Place {
  const [start, end] = node.range ?? [0, 0];
  return source.place(start, end);
}
