import type { Selector, SelectSink } from '../../text/selector.js';
import { MAX_DEPTH, select } from '../../text/selector.js';
import { isUriKey, NO_PATH, pathKey, URI } from '../paths/path-key.js';
import type { PathReader } from '../paths/path-reader.js';
import { isFileUri, MAX_PATH, MAX_SPELLINGS } from '../paths/path-readings.js';
import { WalkBudget } from './walk-budget.js';

/** In a loop over keys this costs nothing, where Object.hasOwn does (Node 20). */
const { hasOwnProperty: hasOwn } = Object.prototype;

/*
 * One budget a call: a hostile path costs its length for each of its readings, as many as there may be where one is
 * unknown, and each value is looked at by each condition. What comes after so much, or so many values, is unknown.
 */
const MAX_REWRITTEN = 1 << 17;
const MAX_VALUES = 1 << 15;

/**
 * The paths of one capability use: every value that the call gives, each with all its readings. The object is used again for
 * each call: nothing is allocated for a clean path.
 *
 * @internal
 */
export class PathFact implements SelectSink {
  /** The readings of all values in one list, parallel to `paths`: where each starts (PathForm). */
  readonly starts: string[] = [];
  readonly paths: string[] = [];
  /** How many readings there are. */
  count = 0;
  /** For each value, where its readings end in the list, and whether a further one can't be known. */
  readonly ends: number[] = [];
  readonly isUncertain: boolean[] = [];
  /** Each value as it came. */
  readonly texts: string[] = [];
  values = 0;
  /** A value is missing or of the wrong type. */
  isUnknown = false;
  /** There are values beyond the budget, which were not read. */
  isCut = false;
  /** The tool reaches what lies below its path. */
  tree = false;
  /** The path, where there is one and it is its own only reading: the usual case. Else empty. */
  clean = '';

  constructor(private readonly reader: PathReader) {}

  /** @param selectors undefined: the default, every string under a path key. */
  extract(args: unknown, selectors: readonly Selector[] | undefined, tree: boolean): void {
    this.count = 0;
    this.rewritten = 0;
    this.values = 0;
    this.isUnknown = false;
    this.isCut = false;
    this.tree = tree;
    this.clean = '';
    this.budget.reset();
    if (selectors === undefined) {
      this.walk(args, 0, false);
      if (this.values === 0) this.isUnknown = true;
    } else this.select(args, selectors);
    if (this.isUnknown || tree) this.spread();
  }

  /** Puts a clean path into the lists, for those that read them. */
  spread(): void {
    if (this.clean === '') return;
    const text = this.clean;
    this.clean = '';
    this.values = 0;
    this.push('', text);
    this.end(text, false);
  }

  private select(args: unknown, selectors: readonly Selector[]): void {
    for (let i = 0; i < selectors.length; i++) {
      const selector = selectors[i] as Selector;
      const name = selector.name;
      if (name !== undefined && typeof args === 'object' && args !== null && hasOwn.call(args, name)) {
        const value = (args as Record<string, unknown>)[name];
        if (typeof value === 'string') {
          this.add(value, isUriKey(name));
          continue;
        }
      }
      select(args, selector, this);
    }
  }

  /** There may be a path that can't be seen. */
  makeUnknown(): void {
    this.isUnknown = true;
    this.spread();
  }

  private readonly budget = new WalkBudget();

  /** How much reading the paths with more than one reading has cost so far. */
  private rewritten = 0;

  /** SelectSink. */
  value(value: unknown, key: string): void {
    this.collect(value, isUriKey(key), 0);
  }

  /** SelectSink. */
  unknown(): void {
    this.isUnknown = true;
  }

  /** @param uri The node stands under `uri` or `url`. */
  private walk(node: unknown, depth: number, uri: boolean): void {
    if (node === null || typeof node !== 'object') {
      // Whatever it stands under: a URI of a file is a path.
      if (typeof node === 'string' && isFileUri(node)) this.add(node, uri);
      return;
    }
    if (depth > MAX_DEPTH) {
      this.isUnknown = true;
      return;
    }
    if (Array.isArray(node)) {
      if (!this.budget.take(node.length)) this.cut();
      else for (let i = 0; i < node.length; i++) this.walk(node[i], depth + 1, uri);
      return;
    }
    for (const key in node) {
      if (!hasOwn.call(node, key)) continue;
      if (!this.budget.take(1)) {
        this.cut();
        return;
      }
      const value = (node as Record<string, unknown>)[key];
      const kind = pathKey(key);
      if (kind !== NO_PATH) this.collect(value, kind === URI, 0);
      else if (typeof value === 'object' || typeof value === 'string') this.walk(value, depth + 1, isUriKey(key));
    }
  }

  private collect(value: unknown, uri: boolean, depth: number): void {
    if (typeof value === 'string') this.add(value, uri);
    else if (Array.isArray(value) && value.length > 0 && depth <= MAX_DEPTH) {
      for (let i = 0; i < value.length; i++) this.collect(value[i], uri, depth + 1);
    } else this.isUnknown = true;
  }

  private add(text: string, uri: boolean): void {
    if (text.length > MAX_PATH || this.rewritten > MAX_REWRITTEN || this.values >= MAX_VALUES) {
      this.cut();
      return;
    }
    if (this.reader.isClean(text)) {
      if (this.values === 0) {
        // One clean path is all that most calls have: it is not put into the lists until somebody reads them.
        this.clean = text;
        this.values = 1;
        return;
      }
      this.spread();
      this.push('', text);
      this.end(text, false);
      return;
    }
    this.spread();
    let isUncertain = false;
    const forms = this.reader.read(text, uri);
    for (const form of forms) {
      if (form === null) isUncertain = true;
      else this.push(form.start, form.path);
    }
    // To follow links costs far more than to read.
    const length = text.length + (this.reader.followsLinks ? 72 : 8);
    if (isUncertain) this.rewritten += length * MAX_SPELLINGS;
    else if (forms.length > 1) this.rewritten += length * forms.length;
    this.end(text, isUncertain);
  }

  private cut(): void {
    this.isUnknown = true;
    this.isCut = true;
  }

  private end(text: string, isUncertain: boolean): void {
    this.texts[this.values] = text;
    this.ends[this.values] = this.count;
    this.isUncertain[this.values++] = isUncertain;
  }

  private push(start: string, path: string): void {
    this.starts[this.count] = start;
    this.paths[this.count++] = path;
  }
}
