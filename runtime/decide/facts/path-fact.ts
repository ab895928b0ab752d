import type { Selector } from '../../text/selector.js';
import { isUriKey, NO_PATH, pathKey } from '../paths/path-key.js';
import type { PathReader } from '../paths/path-reader.js';
import { isFileUri, MAX_PATH, MAX_SPELLINGS } from '../paths/path-readings.js';
import { ValueCollector } from './value-collector.js';

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
export class PathFact extends ValueCollector {
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
  /** There are values beyond the budget, which were not read. */
  isCut = false;
  /** The tool reaches what lies below its path. */
  tree = false;
  /** The path, where there is one and it is its own only reading: the usual case. Else empty. */
  clean = '';

  constructor(private readonly reader: PathReader) {
    super();
  }

  /** @param selectors undefined: the default, every string under a path key. */
  extract(args: unknown, selectors: readonly Selector[] | undefined, tree: boolean, noneIfAbsent = false): void {
    this.count = 0;
    this.rewritten = 0;
    this.values = 0;
    this.isCut = false;
    this.tree = tree;
    this.clean = '';
    this.gather(args, selectors);
    if (selectors === undefined && this.values === 0 && !noneIfAbsent) this.isUnknown = true;
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

  /** There may be a path that can't be seen. */
  makeUnknown(): void {
    this.isUnknown = true;
    this.spread();
  }

  /** How much reading the paths with more than one reading has cost so far. */
  private rewritten = 0;

  protected takes(key: string): boolean {
    return pathKey(key) !== NO_PATH;
  }

  protected add(value: unknown, key: string): void {
    if (typeof value === 'string') this.path(value, isUriKey(key));
    else this.isUnknown = true;
  }

  /** Whatever it stands under: a URI of a file is a path. */
  protected override loose(text: string, key: string): void {
    if (isFileUri(text)) this.path(text, isUriKey(key));
  }

  /** @param uri It stands under `uri` or `url`. */
  private path(text: string, uri: boolean): void {
    if (text.length > MAX_PATH || this.rewritten > MAX_REWRITTEN || this.values >= MAX_VALUES) {
      this.cut();
      return;
    }
    const only = this.reader.isClean(text) ? text : this.reader.tidied(text);
    if (only !== undefined) {
      if (this.values === 0) {
        // One clean path is all that most calls have: it is not put into the lists until somebody reads them.
        this.clean = only;
        this.values = 1;
        return;
      }
      this.spread();
      this.push('', only);
      this.end(only, false);
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

  protected override cut(): void {
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
