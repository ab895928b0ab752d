/**
 * Characters that some server, file system or font takes for `.`, `/` or `\`. One table for the interpreter and the
 * runtime. The first rows are what Unicode compatibility normalisation (NFKC) maps so; the last are mere look-alikes
 * (Unicode confusables), which programs that "clean" a path are known to replace.
 */
export const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ['\u2024', '.'], // one dot leader
  ['\u2025', '..'], // two dot leader
  ['\u2026', '...'], // horizontal ellipsis
  ['\ufe19', '...'], // vertical ellipsis
  ['\ufe30', '..'], // vertical two dot leader
  ['\ufe52', '.'], // small full stop
  ['\uff0e', '.'], // fullwidth full stop
  ['\uff0f', '/'], // fullwidth solidus
  ['\ufe68', '\\'], // small reverse solidus
  ['\uff3c', '\\'], // fullwidth reverse solidus
  ['\u3002', '.'], // ideographic full stop
  ['\uff61', '.'], // halfwidth ideographic full stop
  ['\ufe12', '.'], // vertical ideographic full stop
  ['\ua4f8', '.'], // lisu letter tone mya ti
  ['\u2044', '/'], // fraction slash
  ['\u2215', '/'], // division slash
  ['\u2571', '/'], // box drawings light diagonal
  ['\u29f8', '/'], // big solidus
  ['\u2216', '\\'], // set minus
  ['\u29f5', '\\'], // reverse solidus operator
  ['\u29f9', '\\'], // big reverse solidus
]);
