import { BindError } from '../../bind-error.js';
import { simpleFold } from '../../text/case-fold.js';
import type { Environment } from '../../types.js';
import { isCleanPath, tidiedPath } from './clean-path.js';
import { macForms, mayBeMacAlias } from './mac-path.js';
import type { PathForm } from './path-form.js';
import { driveForm, hasShortName, isDrive, pathForm, RELATIVE, resolveAgainst, uncForm } from './path-form.js';
import { spellings } from './path-readings.js';

/** Whether path comparison folds case: as the policy says, else as the platform does. */
export type PathCase = 'sensitive' | 'insensitive' | 'platform';

/** A kernel takes no longer ones (PATH_MAX of Linux); what a program makes of them first is a reading of its own. */
const MAX_REAL_PATH = 4096;

/** Turns path strings into the forms a server may resolve them to, on one machine with one set of roots. @internal */
export class PathReader {
  readonly windows: boolean;
  readonly fold: boolean;
  readonly mac: boolean;
  readonly roots: readonly PathForm[];
  readonly home: string | undefined;
  private readonly resolveLinks: Environment['resolveLinks'];

  get followsLinks(): boolean {
    return this.resolveLinks !== undefined;
  }

  constructor(
    private readonly environment: Environment,
    pathCase: PathCase,
  ) {
    const platform = environment.platform ?? globalThis.process?.platform ?? 'linux';
    this.windows = platform === 'win32';
    this.mac = platform === 'darwin';
    this.fold = pathCase === 'platform' ? this.windows || this.mac : pathCase === 'insensitive';
    this.home = environment.home?.normalize('NFC');
    this.resolveLinks = environment.resolveLinks;
    this.roots = (environment.roots ?? []).map((root) => {
      const form = pathForm(this.folded(root.normalize('NFC')), this.windows);
      if (form === null || form.start === RELATIVE) throw new BindError(`a root must be an absolute path: ${root}`);
      return form;
    });
  }

  /** True for the usual case: the string is its own only reading. */
  isClean(text: string): boolean {
    if (this.windows || this.resolveLinks !== undefined || (this.mac && mayBeMacAlias(text))) return false;
    return isCleanPath(text, this.fold);
  }

  /** The only reading of a string that is clean but for `.`, `..` and empty segments; undefined where there may be others. */
  tidied(text: string): string | undefined {
    if (this.windows || this.mac || this.resolveLinks !== undefined) return undefined;
    return tidiedPath(text, this.fold);
  }

  /** Every form the string may resolve to; null in the list where one of them can't be known. */
  read(text: string, uri: boolean): (PathForm | null)[] {
    // The usual case where links are followed: as written there is one reading.
    if (this.resolveLinks !== undefined && !this.windows && !this.mac && isCleanPath(text, this.fold)) {
      return [{ start: '', path: text }, ...this.realForm(text, this.resolveLinks)];
    }
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
    if (!this.windows && !this.mac && isCleanPath(prefix, this.fold)) return [{ start: '', path: prefix }];
    let text = this.folded(prefix.normalize('NFC'));
    if (text.startsWith('~')) {
      if (this.home === undefined || (text.length > 1 && text[1] !== '/')) return [null];
      text = this.folded(this.home) + text.slice(1);
    }
    const windows = this.windows || isDrive(text) || text.startsWith('\\\\');
    return this.isAbsolute(text, windows) ? this.aliased([pathForm(text, windows)]) : this.relative(text, windows);
  }

  /** With the other names that the platform has for the same places. */
  private aliased(forms: (PathForm | null)[]): (PathForm | null)[] {
    return this.mac ? forms.flatMap(macForms) : forms;
  }

  private forms(text: string): (PathForm | null)[] {
    if (this.windows && hasShortName(text.replaceAll('\\', '/'))) return [null];
    if (this.isAbsolute(text, this.windows)) return this.aliased([pathForm(text, this.windows)]);
    const forms = this.relative(text, this.windows);
    // Elsewhere these are plain names, but a server that knows Windows paths reads them so.
    if (isDrive(text)) forms.push(driveForm(text.replaceAll('\\', '/')));
    if (text.startsWith('\\\\')) forms.push(uncForm(text.replaceAll('\\', '/')));
    return forms;
  }

  private relative(text: string, windows: boolean): (PathForm | null)[] {
    const unknown = this.environment.hasUnknownRoots ? [null] : [];
    if (this.roots.length === 0) return unknown.length > 0 ? unknown : [pathForm(text, windows)];
    return this.aliased([...this.roots.map((root) => resolveAgainst(root, text, windows)), ...unknown]);
  }

  private isAbsolute(text: string, windows: boolean): boolean {
    return text.startsWith('/') || (windows && (text.startsWith('\\') || isDrive(text)));
  }

  /** Text as comparison sees it. */
  folded(text: string): string {
    return this.fold ? simpleFold(text) : text;
  }

  /**
   * Where the links of a spelling lead: walked as it stands, as a kernel does, for which `..` behind a link is the parent
   * of where that leads; and after `.` and `..` were taken out of it, as many programs do first.
   */
  private realForms(text: string, resolve: NonNullable<Environment['resolveLinks']>): (PathForm | null)[] {
    const starts = this.isAbsolute(text, this.windows)
      ? ['']
      : (this.environment.roots ?? []).map((root) => `${root}/`);
    return starts.flatMap((start) => {
      const plain = pathForm(start + text, this.windows);
      const walked = [start + text, ...(plain ? [plain.start + (plain.path || '/')] : [])];
      return [...new Set(walked)].flatMap((path) => this.realForm(path, resolve));
    });
  }

  private realForm(path: string, resolve: NonNullable<Environment['resolveLinks']>): (PathForm | null)[] {
    if (path.length > MAX_REAL_PATH) return []; // Nobody gets there by that name.
    const real = resolve(path);
    return real === undefined ? [null] : this.aliased([pathForm(this.folded(real), this.windows)]);
  }
}
