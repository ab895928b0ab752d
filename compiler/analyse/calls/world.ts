import { homedir } from 'node:os';
import type { Environment } from '../../../runtime/types.js';

/** Where analysed calls are made: this machine, its home directory, and the given roots. */
export function environmentOf(given: Environment): Environment & { readonly platform: string } {
  return { home: homedir(), ...given, platform: given.platform ?? process.platform };
}
