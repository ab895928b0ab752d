import { writeFileSync } from 'node:fs';
import { checkLoaded } from '../../check.js';
import { loadPolicy } from '../../ir/load.js';
import { readSnapshot, withTools } from '../../ir/tool-snapshot.js';
import { renderPage } from '../../report/page/page.js';
import { EXIT } from '../support/failure.js';
import { progressOn } from '../support/progress.js';

interface Options {
  readonly tools?: string;
  readonly out: string;
}

/** `capfence report`: a page about a policy. */
export async function run([path = '']: string[], { tools: file, out }: Options): Promise<number> {
  const tools = file === undefined ? undefined : readSnapshot(file);
  const checked = checkLoaded(await loadPolicy(path), {
    progress: progressOn(process.stderr),
    ...(tools && { tools }),
  });
  const policy = tools ? withTools(checked.policy, tools) : checked.policy;
  writeFileSync(out, await renderPage({ ...checked, policy }, tools));
  process.stderr.write(`wrote ${out}\n`);
  return EXIT.done;
}
