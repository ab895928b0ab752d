/**
 * Which argument names hold a path when a mapping names no selector: one table, read by the reference interpreter and
 * by the runtime alike.
 */

/** A name is a path key when its last camel, snake or kebab word, in any case, is one of these. */
export const PATH_WORDS: ReadonlySet<string> = new Set(
  'path file filename dir directory folder uri paths files filenames dirs directories folders uris'.split(' '),
);

/** … or when its whole name, in lower case without `_` and `-`, is one of these. */
export const PATH_NAMES: ReadonlySet<string> = new Set(
  (
    'filepath filepaths dirpath oldpath newpath sourcepath targetpath destinationpath outputpath inputpath ' +
    'worktreepath repopath outputdir workingdirectory target root source src destination dest dst cwd'
  ).split(' '),
);

/** Under these whole names (folded) a `file:` URI is only its path, never also the literal string. */
export const URI_NAMES: ReadonlySet<string> = new Set(['uri', 'url']);
