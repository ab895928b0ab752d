import { readFileSync } from 'node:fs';
import * as runtime from '../../../runtime/decide/index.js';
import type { PolicyModule } from '../../../runtime/gateway/judge/policy-module.js';
import { checkSignature, type Expected } from '../../../runtime/gateway/options/signature.js';
import { CommandError } from './failure.js';

/**
 * Loads a compiled policy (`generated/NAME.js`) with the runtime of this very package, so that it runs wherever it
 * lies, whether or not `capfence` can be resolved from there.
 *
 * @param expected How it must be signed.
 * @throws CommandError where the file is no compiled policy.
 */
export async function loadModule(path: string, expected?: Expected): Promise<PolicyModule> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`can't read the module ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
  if (expected !== undefined) checkSignature(text, path, expected);
  const bare = text.replace(IMPORT, (_all, names: string) => `const {${names}} = runtime;`);
  if (bare === text)
    throw new CommandError(`${path} is not a compiled policy: give the .js file that \`capfence compile\` wrote`);
  const body = bare.replace(/^export (?=const manifest|function bind)/gm, '');
  try {
    return new Function('runtime', `'use strict';\n${body}\nreturn { manifest, bind };`)(runtime) as PolicyModule;
  } catch (error) {
    throw new CommandError(`${path} is not a compiled policy: ${(error as Error).message}`);
  }
}

const IMPORT = /^import \{([\w, ]+)\} from 'capfence\/runtime';$/m;
