const MAX_FOLDED = 4096;
/** Its own fold: the usual case. */
const FOLDED = /^[!-@[-~]+$/;

/**
 * Two tool names a sloppy server may take for each other have the same fold: compatibility forms, case and the white
 * space around them don't count.
 */
export function foldName(name: string): string {
  if (FOLDED.test(name)) return name;
  // No name that anybody mapped is so long, and normalising one takes seconds.
  if (name.trim().length > MAX_FOLDED) return name;
  return name.normalize('NFKC').trim().toUpperCase().toLowerCase().normalize('NFKC');
}

/** Does the glob (`*` any run, `?` one UTF-16 unit) match the whole name? Linear in practice: globs are short. */
export function globMatches(glob: string, name: string): boolean {
  // The classic two-pointer match: on a mismatch, let the last star take one more character.
  let g = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (g < glob.length && glob[g] === '*') {
      star = g++;
      resume = n;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === name[n])) {
      g++;
      n++;
    } else if (star >= 0) {
      g = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}

export function isGlob(name: string): boolean {
  return name.includes('*') || name.includes('?');
}
