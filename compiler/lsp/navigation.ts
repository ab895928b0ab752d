import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readPolicyFile } from '../ir/policy-files.js';
import { type NameUse, namesIn } from './names.js';
import { PolicyText } from './policy-text.js';
import { UTF8_DOCUMENTS } from './utf8-document.js';

/** A policy that is open, else as it is on disk. */
export type Opener = (path: string) => PolicyText | undefined;

/** Opens what no editor has open; positions count UTF-16, or bytes of UTF-8. What a text names may be a device, or nothing. */
export function fromDisk(path: string, isUtf8: boolean): PolicyText | undefined {
  const documents = isUtf8 ? UTF8_DOCUMENTS : TextDocument;
  try {
    const text = readPolicyFile(path, true).toString('utf8');
    return new PolicyText(documents.create(pathToFileURL(path).href, 'capfence', 0, text));
  } catch {
    return undefined;
  }
}

/** The policy and all that it extends, each once. */
export function family(text: PolicyText, open: Opener, seen = new Set<string>()): PolicyText[] {
  if (seen.has(text.path)) return [];
  seen.add(text.path);
  return [
    text,
    ...parentsOf(text).flatMap(({ path }) => {
      const parent = open(path);
      return parent ? family(parent, open, seen) : [];
    }),
  ];
}

function parentsOf(text: PolicyText): Link[] {
  return linksOf(text, 'extends');
}

interface Link {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** The files that a key names. */
function linksOf(text: PolicyText, name: string): Link[] {
  const { syntax } = text;
  const value = syntax?.kind === 'map' ? syntax.entries.find(({ key }) => key === name)?.value : undefined;
  const nodes = value === undefined ? [] : value.kind === 'list' ? value.items : [value];
  return nodes.flatMap((node) =>
    node.kind === 'scalar' && typeof node.value === 'string'
      ? [{ path: resolve(dirname(text.path), node.value), start: node.place.offset, end: node.place.end }]
      : [],
  );
}

/** The fixtures beside a policy that test it. */
function fixturesOf(text: PolicyText, open: Opener): PolicyText[] {
  const folder = dirname(text.path);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.test\.ya?ml$/.test(name)) : [];
  return names.flatMap((name) => {
    const fixture = open(join(folder, name));
    return fixture && linksOf(fixture, 'policy').some(({ path }) => path === text.path) ? [fixture] : [];
  });
}

/** Where something is defined: a file that is extended, a label, an id. */
export function definitionsAt(text: PolicyText, offset: number, open: Opener): Location[] {
  const parent = [...parentsOf(text), ...(text.kind === 'fixture' ? linksOf(text, 'policy') : [])].find(
    ({ start, end }) => start <= offset && offset <= end,
  );
  if (parent) {
    const at = { line: 0, character: 0 };
    return existsSync(parent.path) ? [{ uri: pathToFileURL(parent.path).href, range: { start: at, end: at } }] : [];
  }
  return usesAt(text, offset, open)
    .filter(({ use }) => use.isDefinition)
    .map(location);
}

/** Everywhere that a label or an id is written, in this policy and in what it extends. */
export function referencesAt(text: PolicyText, offset: number, open: Opener): Location[] {
  return usesAt(text, offset, open).map(location);
}

/** @returns null where nothing there has a name; a sentence where the new one can't be one. */
export function renameAt(text: PolicyText, offset: number, name: string, open: Opener): WorkspaceEdit | string | null {
  const uses = usesAt(text, offset, open);
  const [first] = uses;
  if (!first) return null;
  const isFit =
    first.use.kind === 'label'
      ? /^[a-z0-9_]+$/.test(name)
      : name !== '' && !/^\w+\[\d+\]$/.test(name) && !/["'\n:#]/.test(name);
  if (!isFit)
    return first.use.kind === 'label'
      ? 'a label is a word of a-z, 0-9 and _'
      : 'an id is a plain name, not like deny[0]';
  const changes: Record<string, TextEdit[]> = {};
  for (const one of uses) {
    const { uri, range } = location(one);
    changes[uri] = [...(changes[uri] ?? []), { range, newText: name }];
  }
  return { changes };
}

interface Found {
  readonly text: PolicyText;
  readonly use: NameUse;
}

function usesAt(text: PolicyText, offset: number, open: Opener): Found[] {
  const { syntax } = text;
  if (!syntax) return [];
  const own = namesIn(syntax).find(({ start, end }) => start <= offset && offset <= end);
  if (!own) return [];
  return [...family(text, open), ...fixturesOf(text, open)].flatMap((one) =>
    (one.syntax ? namesIn(one.syntax) : [])
      .filter(({ kind, name }) => kind === own.kind && name === own.name)
      .map((use) => ({ text: one, use })),
  );
}

function location({ text, use: { start, end } }: Found): Location {
  return { uri: text.document.uri, range: text.range(start, end) };
}
