import { isUnder, type Prefixes } from '../conditions/path-prefix.js';
import type { Facts } from '../facts/facts.js';
import { Beginnings, mix, SEED } from './beginnings.js';
import { Column, type Entry } from './column.js';

/** Prefixes of paths. A clean path is looked up at the end of each of its segments. */
export class PathColumn extends Column {
  private readonly folders = new Beginnings();

  constructor(entries: readonly Entry[], words: number) {
    super(entries, words);
    for (const { row, condition } of entries) {
      const paths = (condition.under as Prefixes).forms.map(({ path }) => path);
      // Of prefixes that lie under one another the outermost says it all, and turns its bit once.
      const outermost = paths.filter(
        (path, i) => !paths.some((other, j) => (other !== path || j < i) && isUnder(path, other)),
      );
      for (const path of outermost) this.folders.add(path, row);
    }
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
      if (code === SLASH) this.turnAll(this.folders.rowsOf(hash, clean, i));
      hash = mix(hash, code);
    }
    this.turnAll(this.folders.rowsOf(hash, clean, clean.length));
  }
}

const SLASH = 47;
