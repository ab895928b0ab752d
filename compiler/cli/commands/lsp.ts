import { serve } from '../../lsp/server.js';
import { EXIT } from '../support/failure.js';
import { selfCommand } from '../support/self-command.js';

/** `capfence lsp`: a language server for policies, until its editor ends it. */
export async function run(): Promise<number> {
  await serve(selfCommand());
  return EXIT.done;
}
