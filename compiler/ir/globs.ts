export function isGlob(name: string): boolean {
  return /[*?]/.test(name);
}

/**
 * A shortest name that both globs match (`*` any run, `?` one character), or undefined where there is none: breadth
 * first over pairs of positions.
 */
export function commonName(a: string, b: string): string | undefined {
  const seen = new Set<string>();
  let frontier: { i: number; j: number; name: string }[] = [{ i: 0, j: 0, name: '' }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    const free: typeof frontier = [...frontier]; // Moves that use up no character come first.
    for (let item = free.pop(); item; item = free.pop()) {
      const { i, j, name } = item;
      const key = `${i} ${j}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (i === a.length && j === b.length) return name;
      if (a[i] === '*') free.push({ i: i + 1, j, name });
      if (b[j] === '*') free.push({ i, j: j + 1, name });
      if (i === a.length || j === b.length) continue;
      const character = common(a[i] as string, b[j] as string);
      if (character === undefined) continue;
      next.push({ i: a[i] === '*' ? i : i + 1, j: b[j] === '*' ? j : j + 1, name: name + character });
    }
    frontier = next;
  }
  return undefined;
}

function common(a: string, b: string): string | undefined {
  const anyA = a === '*' || a === '?';
  const anyB = b === '*' || b === '?';
  if (anyA && anyB) return 'x';
  if (anyA) return b;
  return anyB || a === b ? a : undefined;
}
