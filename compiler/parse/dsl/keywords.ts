/** The words of the DSL. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'policy version extends describe mode approval timeout paths case risk tool method deny approve warn allow as where ' +
    'because and or not path under like text contains matches amount depth environment role tenant agent table context ' +
    'args arguments only in starts exists missing is true false pass amounts tree none'
  ).split(' '),
);
