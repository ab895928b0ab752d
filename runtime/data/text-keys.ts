/** Argument names (folded to lower case without `_` and `-`) whose values are one command line together. */
export const COMMAND_NAMES: ReadonlySet<string> = new Set('command cmd program executable'.split(' '));
export const COMMAND_ARGUMENT_NAMES: ReadonlySet<string> = new Set('args argv arguments'.split(' '));
