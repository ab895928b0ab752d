/**
 * `ts`: the module as written for people. `js`: the same with its types erased. `function`: the body of a function of
 * `runtime` that returns the module's exports, to be run without touching the disk.
 */
export type Format = 'ts' | 'js' | 'function';
