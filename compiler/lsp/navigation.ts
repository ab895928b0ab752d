import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readPolicyFile } from '../ir/policy-files.js';
import { type NameUse, namesIn } from './names.js';
import { PolicyText } from './policy-text.js';
import { UTF8_DOCUMENTS } from './utf8-document.js';

/** A policy that is open, else as it is on disk. */
export type Opener = (path: string) => PolicyText | undefined;

/** What is around a policy. */
export interface Surroundings {
  readonly open: Opener;
  /** The policies that may extend it: those of the folders that an editor works in. */
  readonly policies: (path: string) => readonly PolicyText[];
  /** The fixtures that may test it. */
  readonly fixtures: (path: string) => readonly PolicyText[];
}

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

/** The policy that a fixture tests. */
export function testedBy(text: PolicyText, open: Opener): PolicyText | undefined {
  const [link] = text.kind === 'fixture' ? linksOf(text, 'policy') : [];
  return link && open(link.path);
}

/** The fixtures that test a policy. */
function fixturesOf(text: PolicyText, { fixtures }: Surroundings): PolicyText[] {
  return fixtures(text.path).filter((one) => linksOf(one, 'policy').some(({ path }) => path === text.path));
}

/** Where something is defined: a file that is extended, a label, an id. */
export function definitionsAt(text: PolicyText, offset: number, around: Surroundings): Location[] {
  const parent = [...parentsOf(text), ...(text.kind === 'fixture' ? linksOf(text, 'policy') : [])].find(
    ({ start, end }) => start <= offset && offset <= end,
  );
  if (parent) {
    const at = { line: 0, character: 0 };
    return existsSync(parent.path) ? [{ uri: pathToFileURL(parent.path).href, range: { start: at, end: at } }] : [];
  }
  return usesAt(text, offset, around)
    .filter(({ use }) => use.isDefinition)
    .map(location);
}

/** Everywhere that a label or an id is written: in this policy, what it extends, what extends that, and their tests. */
export function referencesAt(text: PolicyText, offset: number, around: Surroundings): Location[] {
  return usesAt(text, offset, around).map(location);
}

/** @returns null where nothing there has a name; a sentence where it can't be renamed so. */
export function renameAt(
  text: PolicyText,
  offset: number,
  name: string,
  around: Surroundings,
): WorkspaceEdit | string | null {
  const uses = usesAt(text, offset, around);
  const [first] = uses;
  if (!first) return null;
  const odd = uses.find(({ text: { document }, use }) => document.getText().slice(use.start, use.end) !== use.name);
  if (odd) return `${odd.use.name} is written as a block, or with escapes: write it plainly first`;
  const all = concerned(text, first.use, around);
  const related = all.flatMap((one) => family(one, around.open));
  const problem = nameProblem(first.use, name) ?? takenBy(related, first.use, name);
  if (problem !== undefined) return problem;
  const changes: Record<string, TextEdit[]> = {};
  for (const one of uses) {
    const { uri, range } = location(one);
    changes[uri] = [...(changes[uri] ?? []), { range, newText: name }];
  }
  const broken = all.find((one) => !loadsWith(one, changes[one.document.uri] ?? [], changes, around));
  return broken ? `${basename(broken.path)} would not load with it` : { changes };
}

/** Words that YAML takes for something else (YAML 1.2, core schema). */
const NO_TEXT = /^(?:null|true|false|~|[-+]?(?:\.inf|\.nan|[\d.]+(?:e[-+]?\d+)?|0x[\da-f]+|0o[0-7]+))$/i;

function nameProblem({ kind, name: old }: NameUse, name: string): string | undefined {
  if (NO_TEXT.test(name)) return `${name} would be read as no text`;
  if (kind === 'label') return /^[a-z0-9_]+$/.test(name) ? undefined : 'a label is a word of a-z, 0-9 and _';
  // Plain in both languages, and not like `deny[0]`, which stands for a rule without an id.
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) return 'an id is a word of letters, digits, `_`, `.` and `-`';
  return name === old ? `it is called ${old} already` : undefined;
}

/** The new name is somebody's: two would be one from then on, and no renaming tells them apart again. */
function takenBy(related: readonly PolicyText[], { kind }: NameUse, name: string): string | undefined {
  const taken = related.find(({ syntax }) => {
    const names = syntax ? namesIn(syntax) : [];
    return names.some((one) => one.kind === kind && one.name === name && one.isDefinition);
  });
  return taken && `${basename(taken.path)} has ${kind === 'id' ? 'an id' : 'a label'} ${name} already`;
}

/** Does a text that loads load with all these edits, too? */
function loadsWith(
  text: PolicyText,
  edits: readonly TextEdit[],
  all: Readonly<Record<string, TextEdit[]>>,
  { open }: Surroundings,
): boolean {
  const loads = ({ kind, policy, diagnostics }: PolicyText) =>
    kind === 'policy' ? policy !== undefined : diagnostics.length === 0;
  if (!loads(text)) return true;
  const edited = (one: PolicyText, own: readonly TextEdit[]) => TextDocument.applyEdits(one.document, [...own]);
  const { document } = text;
  const whole = edited(text, edits);
  const unsaved = (path: string): string | undefined => {
    const other = open(path);
    return other && edited(other, all[other.document.uri] ?? []);
  };
  return loads(
    new PolicyText(TextDocument.create(document.uri, document.languageId, document.version, whole), unsaved),
  );
}

interface Found {
  readonly text: PolicyText;
  readonly use: NameUse;
}

function usesAt(text: PolicyText, offset: number, around: Surroundings): Found[] {
  const at = text.syntax ? namesIn(text.syntax).filter(({ start, end }) => start <= offset && offset <= end) : [];
  // A key of a past by hand is a label, or the id of a limit.
  const all = at.map((name) => usesOfName(text, name, around));
  return all.find((uses) => uses.some(({ use }) => use.isDefinition)) ?? all[0] ?? [];
}

function usesOfName(text: PolicyText, own: NameUse, around: Surroundings): Found[] {
  return concerned(text, own, around).flatMap((one) => usesOf(one, own).map((use) => ({ text: one, use })));
}

/** All that a name may stand in: the policies that share what it is written in, and their tests. */
function concerned(text: PolicyText, own: NameUse, around: Surroundings): PolicyText[] {
  const { open, policies } = around;
  const start = testedBy(text, open) ?? text;
  const isUsed = (one: PolicyText) => usesOf(one, own).length > 0;
  // Whoever shares what it is written in: siblings that have the name by themselves keep it.
  const holders = family(start, open).filter(isUsed);
  const paths = new Set(holders.map(({ path }) => path));
  const heirs = policies(start.path).filter((one) => family(one, open).some(({ path }) => paths.has(path)));
  const policiesByPath = new Map([...holders, ...heirs].map((one) => [one.path, one]));
  const tests = [start, ...policiesByPath.values()].flatMap((one) => fixturesOf(one, around));
  return [...new Map([...policiesByPath, ...tests.map((one) => [one.path, one] as const)]).values()];
}

function usesOf({ syntax }: PolicyText, { kind, name }: NameUse): NameUse[] {
  return syntax ? namesIn(syntax).filter((use) => use.kind === kind && use.name === name) : [];
}

function location({ text, use: { start, end } }: Found): Location {
  return { uri: text.document.uri, range: text.range(start, end) };
}
