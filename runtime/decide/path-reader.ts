import { BindError } from './bind_error.js';
import { simpleFold } from './fold.js';
import type { PathForm } from './path-form.js';
import { driveForm, isDrive, pathForm, RELATIVE, resolveAgainst, uncForm } from './path-form.js';
import { spellings } from './path-readings.js';
import type { Environment } from './types.js';

/** Whether path comparison folds case: as the policy says, else as the platform does. */
export type PathCase = 'sensitive' | 'insensitive' | 'platform';

/** Turns path strings into the forms a server may resolve them to, on one machine with one set of roots. @internal */
export class PathReader {
  readonly windows: boolean;
  readonly fold: boolean;
  readonly roots: readonly PathForm[];
  readonly home: string | undefined;
  private readonly resolveLinks: Environment['resolveLinks'];

  constructor(
    private readonly environment: Environment,
    pathCase: PathCase,
  ) {
    const platform = environment.platform ?? globalThis.process?.platform ?? 'linux';
    this.windows = platform === 'win32';
    this.fold = pathCase === 'platform' ? this.windows || platform === 'darwin' : pathCase === 'insensitive';
    this.home = environment.home?.normalize('NFC');
    this.resolveLinks = environment.resolveLinks;
    this.roots = (environment.roots ?? []).map((root) => {
      const form = pathForm(this.folded(root.normalize('NFC')), this.windows);
      if (form === null || form.start === RELATIVE) throw new BindError(`a root must be an absolute path: ${root}`);
      return form;
    });
  }

  /**
   * True for the usual case: an absolute path of printable ASCII that only one reading fits, in normal form already.
   * Such a string is its own reading and is never copied.
   */
  isClean(text: string): boolean {
    if (this.windows || this.resolveLinks !== undefined) return false;
    return (this.fold ? CLEAN_FOLDED : CLEAN).test(text);
  }

  /** Every form the string may resolve to; null in the list where one of them can't be known. */
  read(text: string, uri: boolean): (PathForm | null)[] {
    const { texts, unknown } = spellings(text, { home: this.home, windows: this.windows, uri });
    const forms: (PathForm | null)[] = unknown ? [null] : [];
    for (const spelling of texts) {
      forms.push(...this.forms(this.folded(spelling)));
      if (this.resolveLinks) forms.push(...this.realForms(spelling, this.resolveLinks));
    }
    return forms;
  }

  /** The forms of a prefix in a rule: literal but for `~/`, the roots, and a drive or UNC start. */
  readPrefix(prefix: string): (PathForm | null)[] {
    let text = this.folded(prefix.normalize('NFC'));
    if (text.startsWith('~')) {
      if (this.home === undefined || (text.length > 1 && text[1] !== '/')) return [null];
      text = this.folded(this.home) + text.slice(1);
    }
    const windows = this.windows || isDrive(text) || text.startsWith('\\\\');
    return this.isAbsolute(text, windows) ? [pathForm(text, windows)] : this.relative(text, windows);
  }

  private forms(text: string): (PathForm | null)[] {
    if (this.isAbsolute(text, this.windows)) return [pathForm(text, this.windows)];
    const forms = this.relative(text, this.windows);
    // Elsewhere these are plain names, but a server that knows Windows paths reads them so.
    if (isDrive(text)) forms.push(driveForm(text.replaceAll('\\', '/')));
    if (text.startsWith('\\\\')) forms.push(uncForm(text.replaceAll('\\', '/')));
    return forms;
  }

  private relative(text: string, windows: boolean): (PathForm | null)[] {
    if (this.roots.length === 0) return [pathForm(text, windows)];
    return this.roots.map((root) => resolveAgainst(root, text, windows));
  }

  private isAbsolute(text: string, windows: boolean): boolean {
    return text.startsWith('/') || (windows && (text.startsWith('\\') || isDrive(text)));
  }

  /** Text as comparison sees it. */
  folded(text: string): string {
    return this.fold ? simpleFold(text) : text;
  }

  /** Where the links of a spelling lead: it is walked as it stands, since `..` behind a link is the link's parent. */
  private realForms(text: string, resolve: NonNullable<Environment['resolveLinks']>): (PathForm | null)[] {
    const starts = this.isAbsolute(text, this.windows)
      ? ['']
      : (this.environment.roots ?? []).map((root) => `${root}/`);
    return starts.map((start) => {
      const real = resolve(start + text);
      return real === undefined ? null : pathForm(this.folded(real), this.windows);
    });
  }
}

/*
 * Whole segments of printable ASCII that do not end in a dot or a space, without a backslash, a percent sign or a
 * semicolon; and not below /proc or /dev, where the kernel makes things up. Each segment is gone back over at most once: linear in the text.
 */
const CLEAN = /^(?!\/proc|\/dev)(?:\/[^\x00-\x1f\x7f-\uffff\\%;/]*[^\x00-\x1f\x7f-\uffff\\%;/. ])+$/;
const CLEAN_FOLDED = /^(?!\/proc|\/dev)(?:\/[^\x00-\x1f\x7f-\uffff\\%;/A-Z]*[^\x00-\x1f\x7f-\uffff\\%;/. A-Z])+$/;
