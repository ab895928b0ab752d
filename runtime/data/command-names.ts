/**
 * Which arguments hold a command when a mapping names no selector (whole names, in lower case without `_` and `-`): one
 * table, read by the reference interpreter and by the runtime alike.
 */
export const COMMAND_KEYS: ReadonlySet<string> = new Set('command cmd program executable script shell'.split(' '));

/** What stands under these beside it belongs to it. */
export const COMMAND_ARGUMENT_KEYS: ReadonlySet<string> = new Set('args argv arguments'.split(' '));

/** A longer text, or more of them, is more than a call means: beyond, commands are unknown. */
export const MAX_COMMAND = 1 << 15;
export const MAX_COMMANDS = 1 << 8;

/** Shells begin something else with these words. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  '! { } [[ ]] case coproc do done elif else esac fi for function if in namespace select then until while'.split(' '),
);

/** What these run, or change of what others mean, can't be seen. */
export const UNSEEN_BUILTINS: ReadonlySet<string> = new Set(
  (
    'eval . source trap alias ' +
    // Of bash: they work out subscripts, which may hold commands, or change what names stand for.
    'let declare typeset local read readarray mapfile getopts jobs hash enable bind complete compgen fc'
  ).split(' '),
);

/** Likewise with one of these options. */
export const UNSEEN_OPTIONS: Readonly<Record<string, string>> = { test: '-v -R', '[': '-v -R', printf: '-v' };

/** So deep may commands stand in one another: `sudo sh -c "env ls"`. */
export const MAX_WRAPPED = 4;
