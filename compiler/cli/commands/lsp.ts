import { answerRequest } from '../../lsp/analysis.js';
import { serve } from '../../lsp/server.js';
import { EXIT } from '../support/failure.js';
import { selfCommand } from '../support/self-command.js';
import { readStandardInput } from '../support/standard-input.js';

interface Options {
  /** For the server itself: the process that analyses one policy. */
  readonly analysis?: boolean;
}

/** `capfence lsp`: a language server for policies, until its editor ends it. */
export async function run(_: string[], { analysis }: Options): Promise<number> {
  if (analysis) {
    const request = JSON.parse(await readStandardInput());
    await answerRequest(request, (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
  } else await serve(selfCommand());
  return EXIT.done;
}
