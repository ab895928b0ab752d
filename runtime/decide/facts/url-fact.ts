import { MAX_URLS, URL_WORDS } from '../../data/url-names.js';
import { lastWord } from '../paths/path-key.js';
import { beginsAsUrl, isFileUrl, readUrl, type UrlReading } from '../urls/url-reader.js';
import type { Facts } from './facts.js';
import { ValueCollector } from './value-collector.js';

/** The URLs of one capability use: every value with all its readings. @internal */
export class UrlFact extends ValueCollector {
  /** undefined in a list: a reading that can't be known. */
  readonly values: (readonly (UrlReading | undefined)[])[] = [];

  /** A URL of a file was passed over. */
  private isOther = false;

  constructor(f: Facts) {
    super();
    const { urls, noneIfAbsent } = f.selectors;
    this.gather(f.args, urls);
    const isNothing = this.values.length === 0 && !noneIfAbsent && (urls === undefined || this.isOther);
    if (isNothing || f.isOpen(urls === undefined)) this.isUnknown = true;
  }

  protected takes(key: string): boolean {
    return isUrlKey(key);
  }

  protected add(value: unknown): void {
    if (typeof value === 'string') this.read(value);
    else this.isUnknown = true;
  }

  protected override loose(text: string): void {
    if (beginsAsUrl(text)) this.read(text);
  }

  private read(text: string): void {
    // It is a path.
    if (isFileUrl(text)) {
      this.isOther = true;
      return;
    }
    if (this.values.length >= MAX_URLS) this.cut();
    else this.values.push(readUrl(text));
  }
}

const known = new Map<string, boolean>();
/** Keys come from calls: remember a bounded number of them. */
const MAX_KNOWN = 4096;

function isUrlKey(name: string): boolean {
  let is = known.get(name);
  if (is === undefined) {
    is = URL_WORDS.has(lastWord(name));
    if (known.size < MAX_KNOWN && name.length <= 64) known.set(name, is);
  }
  return is;
}

/** The URLs of a call, read when a condition first asks. */
export function urlFact(f: Facts): UrlFact {
  return f.once(URLS, () => new UrlFact(f));
}

const URLS = 0;
