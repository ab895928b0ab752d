import { basename, isAbsolute, relative, sep } from 'node:path';

/**
 * Relative to the current folder, with `/`: the same on every machine for a file inside the project. One outside of it is shown
 * whole, so that whoever reads it elsewhere finds it: a client starts its gateways in whatever folder it is in.
 */
export function shownPath(path: string): string {
  const shown = relative(process.cwd(), path);
  if (shown === '') return basename(path);
  const isOutside = isAbsolute(shown) || shown === '..' || shown.startsWith(`..${sep}`);
  return (isOutside ? path : shown).split(sep).join('/');
}
