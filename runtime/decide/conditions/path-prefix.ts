import type { PathFact } from '../facts/path-fact.js';
import type { PathForm } from '../paths/path-form.js';
import { RELATIVE } from '../paths/path-form.js';
import type { PathReader } from '../paths/path-reader.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** The prefixes of one condition ("under any of these"), resolved for one machine. @internal */
export interface Prefixes {
  readonly forms: readonly PathForm[];
  /** One of them can't be resolved here (no home directory, climbs out of a relative start). */
  readonly unknown: boolean;
  /** All are absolute and known: then a clean path lies under one or it doesn't. */
  readonly isPlain: boolean;
}

export function readPrefixes(reader: PathReader, texts: readonly string[]): Prefixes {
  const forms = texts.flatMap((text) => reader.readPrefix(text));
  const known = forms.filter((form) => form !== null);
  const unknown = known.length < forms.length;
  return { forms: known, unknown, isPlain: !unknown && known.every(({ start }) => start === '') };
}

/** The truth set of `path_prefix` over all values: a value's readings agree, or it is unknown. */
export function truthSetUnder(fact: PathFact, prefixes: Prefixes): number {
  if (fact.clean !== '' && prefixes.isPlain) return isUnderAny(fact.clean, prefixes) ? TRUE : FALSE;
  fact.spread();
  let truthSet = fact.isUnknown ? UNKNOWN : 0;
  let reading = 0;
  for (let value = 0; value < fact.values; value++) {
    const end = fact.ends[value] as number;
    let truths = fact.isUncertain[value] ? UNKNOWN : 0;
    for (; reading < end; reading++) {
      truths |= readingUnder(fact.starts[reading] as string, fact.paths[reading] as string, fact.tree, prefixes);
    }
    truthSet |= truths === TRUE || truths === FALSE ? truths : UNKNOWN;
  }
  return truthSet;
}

/** The truth of one value whose readings are these; null: one that can't be known. */
export function truthOfForms(forms: readonly (PathForm | null)[], prefixes: Prefixes): number {
  let truths = 0;
  for (const form of forms) truths |= form ? readingUnder(form.start, form.path, false, prefixes) : UNKNOWN;
  return truths;
}

function isUnderAny(path: string, { forms }: Prefixes): boolean {
  for (let i = 0; i < forms.length; i++) if (isUnder(path, (forms[i] as PathForm).path)) return true;
  return false;
}

function readingUnder(start: string, path: string, tree: boolean, prefixes: Prefixes): number {
  let result = prefixes.unknown ? UNKNOWN : FALSE;
  for (const prefix of prefixes.forms) {
    const below = isUnder(path, prefix.path);
    if (start === prefix.start) {
      if (below) return TRUE;
      if (tree && isUnder(prefix.path, path)) result = UNKNOWN;
    } else if (startsMayMeet(start, prefix.start)) {
      if (meetsAnywhere(start, prefix.start) || below || (tree && isUnder(prefix.path, path))) result = UNKNOWN;
    }
  }
  return result;
}

/** Is `path` the folder itself or below it, by whole segments? */
export function isUnder(path: string, folder: string): boolean {
  // The cheap half first: most folders end elsewhere than one of the path's segments does.
  const end = folder.length;
  return (path.length === end || path.charCodeAt(end) === 47) && path.startsWith(folder);
}

/** Could two different starts be one place? Two drives can't, nor two shares. */
function startsMayMeet(a: string, b: string): boolean {
  return kind(a) !== kind(b);
}

/** … wherever the paths lead: a relative path against an absolute one, and a share, which may lead to a drive. */
function meetsAnywhere(a: string, b: string): boolean {
  return a === RELATIVE || b === RELATIVE || (a !== '' && b !== '');
}

/** Rooted without a drive, relative, on a drive, or on a share. */
function kind(start: string): number {
  if (start === '') return 0;
  if (start === RELATIVE) return 1;
  return start.startsWith('//') ? 3 : 2;
}

/**
 * Does a reading lie at or under one of the files, or, for a tool that reaches below its path, above one? `maybe` where a
 * reading can't be known, unless it can't leave the roots and none of the files lies there.
 */
export function reaches(fact: PathFact, files: Prefixes, roots: readonly PathForm[]): 'yes' | 'maybe' | 'no' {
  fact.spread();
  for (let i = 0; i < fact.count; i++) {
    for (const file of files.forms) {
      if (fact.starts[i] !== file.start) continue;
      const path = fact.paths[i] as string;
      if (isUnder(path, file.path) || (fact.tree && isUnder(file.path, path))) return 'yes';
    }
  }
  if (fact.isCut) return 'maybe';
  const hasInner = files.forms.some((file) =>
    roots.some((root) => file.start === root.start && isUnder(file.path, root.path)),
  );
  for (let value = 0; value < fact.values; value++) {
    if (fact.isUncertain[value] && (hasInner || !staysInside(fact.texts[value] as string))) return 'maybe';
  }
  return 'no';
}

/** A relative path without anything that leads up or elsewhere, whatever its segments stand for. */
function staysInside(text: string): boolean {
  return /^(?![A-Za-z]:)[\w .~+,=@()-][\w .~+,=@()/\\:-]*$/.test(text) && !/^~|(?:^|[/\\])[. ]+(?:[/\\]|$)/.test(text);
}
