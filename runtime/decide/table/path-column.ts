import { isUnder, type Prefixes } from '../conditions/path-prefix.js';
import type { Facts } from '../facts/facts.js';
import { Column, type Entry } from './column.js';

/** A folder that some prefix names, and the rows of the prefixes that name it. @internal */
interface Folder {
  readonly path: string;
  readonly rows: number[];
}

/**
 * Prefixes by a hash of their text. A clean path is hashed letter by letter, and looked up at the end of each of its
 * segments: nothing is cut out of it.
 */
export class PathColumn extends Column {
  private readonly byHash = new Map<number, Folder[]>();

  constructor(entries: readonly Entry[], words: number) {
    super(entries, words);
    for (const { row, condition } of entries) {
      const paths = (condition.under as Prefixes).forms.map(({ path }) => path);
      // Of prefixes that lie under one another the outermost says it all, and turns its bit once.
      const outermost = paths.filter(
        (path, i) => !paths.some((other, j) => (other !== path || j < i) && isUnder(path, other)),
      );
      for (const path of outermost) this.folder(path).rows.push(row);
    }
  }

  private folder(path: string): Folder {
    let hash = SEED;
    for (let i = 0; i < path.length; i++) hash = mix(hash, path.charCodeAt(i));
    const folders = this.byHash.get(hash) ?? [];
    this.byHash.set(hash, folders);
    const known = folders.find((folder) => folder.path === path);
    if (known) return known;
    const made = { path, rows: [] };
    folders.push(made);
    return made;
  }

  protected look(facts: Facts): void {
    const { clean } = facts.paths();
    if (clean === '') {
      this.fill(facts);
      return;
    }
    let hash = SEED;
    for (let i = 0; i < clean.length; i++) {
      const code = clean.charCodeAt(i);
      if (code === SLASH) this.meet(hash, clean, i);
      hash = mix(hash, code);
    }
    this.meet(hash, clean, clean.length);
  }

  private meet(hash: number, path: string, end: number): void {
    const folders = this.byHash.get(hash);
    if (folders === undefined) return;
    for (let i = 0; i < folders.length; i++) {
      const folder = folders[i] as Folder;
      if (folder.path.length !== end || !path.startsWith(folder.path)) continue;
      for (let j = 0; j < folder.rows.length; j++) this.turn(folder.rows[j] as number);
    }
  }
}

const SLASH = 47;
const SEED = 17;

function mix(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}
