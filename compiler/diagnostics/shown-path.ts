import { basename, isAbsolute, relative, sep } from 'node:path';

/** Relative to the current folder, with `/`: the same on every machine for a file inside the project. */
export function shownPath(path: string): string {
  const shown = relative(process.cwd(), path);
  return (shown === '' || isAbsolute(shown) ? basename(path) : shown).split(sep).join('/');
}
