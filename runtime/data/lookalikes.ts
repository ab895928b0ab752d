/**
 * Characters that look like `.`, `/` or `\` (Unicode confusables) and that programs which "clean" a path are known to
 * replace. Those that Unicode compatibility normalisation (NFKC) itself turns into one of the three are not here: both
 * readers find them by normalising. One table for the interpreter and the runtime.
 */
export const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  (
    [
      ['.', '\u3002\uff61\ufe12\ua4f8\u0701\u0702\u0660\u06f0\ua60e\u{10a50}\u{1d16d}'],
      ['/', '\u2044\u2215\u2571\u29f8\u27cb\u2041\u1735\u2cc6\u3033\u31d3\u{1d23a}'],
      ['\\', '\u2216\u29f5\u29f9\u27cd\u31d4\u{1d20f}\u{1d23b}'],
    ] as const
  ).flatMap(([plain, alike]) => [...alike].map((character) => [character, plain] as const)),
);
