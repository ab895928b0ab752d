import { resolve } from 'node:path';
import { diffPolicies } from '../../analyse/diff.js';
import { PolicyError } from '../../diagnostics/diagnostic.js';
import { type DiffReport, diffReportOf } from '../../diff.js';
import { type Loaded, loadPolicy } from '../../ir/load.js';
import { styleFor } from '../../report/style.js';
import { CommandError, EXIT } from '../failure.js';
import { progressOn } from '../progress.js';

interface Options {
  readonly format: string;
  readonly failOn: string;
  readonly root?: string[];
}

const FORMATS: Readonly<Record<string, () => Promise<(report: DiffReport) => string>>> = {
  text: async () => {
    const { renderText } = await import('../../report/diff/text.js');
    return (report) => renderText(report, styleFor(process.stdout));
  },
  json: async () => (await import('../../report/diff/json.js')).renderJson,
  sarif: async () => (await import('../../report/diff/sarif.js')).renderSarif,
  markdown: async () => (await import('../../report/diff/markdown.js')).renderMarkdown,
  github: async () => (await import('../../report/diff/github.js')).renderGithub,
};

/** What makes a diff fail; what could not be analysed might be what was asked about. */
const FAILS: Readonly<Record<string, (report: DiffReport) => boolean>> = {
  widened: ({ widened, notAnalysed }) => widened || notAnalysed.length > 0,
  changed: ({ equivalent }) => !equivalent,
  never: () => false,
};

/** `capfence diff`: what calls change their verdict between two policies. */
export async function run([before = '', after = '']: string[], options: Options): Promise<number> {
  const format = FORMATS[options.format];
  if (!format) throw new CommandError(`--format is one of ${Object.keys(FORMATS).join(', ')}`);
  const fails = FAILS[options.failOn];
  if (!fails) throw new CommandError(`--fail-on is one of ${Object.keys(FAILS).join(', ')}`);
  const [old, next] = await both(before, after);
  const environment = { roots: (options.root ?? []).map((root) => resolve(root)) };
  const report = diffReportOf(
    diffPolicies(old.policy, next.policy, { environment, progress: progressOn(process.stderr) }),
  );
  process.stdout.write((await format())(report));
  return fails(report) ? EXIT.no : EXIT.done;
}

/** Loads the two, and says all that is wrong with either. */
async function both(before: string, after: string): Promise<[Loaded, Loaded]> {
  const results = await Promise.allSettled([loadPolicy(before), loadPolicy(after)]);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const other = errors.find((error) => !(error instanceof PolicyError));
  if (other !== undefined) throw other;
  if (errors.length > 0) throw new PolicyError((errors as PolicyError[]).flatMap((error) => error.diagnostics));
  return results.map((result) => (result as PromiseFulfilledResult<Loaded>).value) as [Loaded, Loaded];
}
