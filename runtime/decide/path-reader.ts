import { BindError } from './bind_error.js';
import { simpleFold } from './fold.js';
import type { PathForm } from './path-form.js';
import { driveForm, isDrive, pathForm, RELATIVE, resolveAgainst, uncForm } from './path-form.js';
import { spellings } from './path-readings.js';
import type { Environment } from './types.js';

/** Whether path comparison folds case: as the policy says, else as the platform does. */
export type PathCase = 'sensitive' | 'insensitive' | 'platform';

/** Turns path strings into the forms a server may resolve them to, on one machine with one set of roots. */
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
    const length = text.length;
    if (length < 2 || text.charCodeAt(0) !== SLASH) return false;
    let previous = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < 32 || code > 126 || code === BACKSLASH || code === PERCENT || code === SEMICOLON) return false;
      if (code === SLASH && (previous === SLASH || previous === DOT || previous === SPACE)) return false;
      if (this.fold && code >= 65 && code <= 90) return false;
      previous = code;
    }
    if (previous === SLASH || previous === DOT || previous === SPACE) return false;
    // What the kernel makes up lies below these two.
    return !text.startsWith('/proc') && !text.startsWith('/dev');
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

const SPACE = 32;
const PERCENT = 37;
const DOT = 46;
const SLASH = 47;
const SEMICOLON = 59;
const BACKSLASH = 92;
