/**
 * Which argument names hold an identifier: servers put such values into URLs and paths, where `../` leads elsewhere. A
 * name is one when it is one of these as a whole (in lower case, without `_` and `-`), or when its last camel, snake or
 * kebab word is. One table for the interpreter and the runtime.
 */
export const IDENTIFIER_NAMES: ReadonlySet<string> = new Set(
  (
    'owner org organization repo repository project branch ref tag base head name id slug namespace bucket database ' +
    'schema table channel user username workspace team group key region cluster'
  ).split(' '),
);
