import { readFileSync } from 'node:fs';

/** The package's version. The build replaces `__VERSION__`; run from source it is read from package.json. */
declare const __VERSION__: string | undefined;

export const VERSION: string =
  typeof __VERSION__ === 'string'
    ? __VERSION__
    : (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version as string);
