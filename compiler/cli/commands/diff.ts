import { resolve } from 'node:path';
import { diffPolicies } from '../../analyse/diff/diff.js';
import { type CheckResult, failedToLoad } from '../../check.js';
import { PolicyError } from '../../diagnostics/diagnostic.js';
import { type DiffReport, diffReportOf, failedDiff, keptNoMore } from '../../diff.js';
import { type Loaded, loadPolicy } from '../../ir/load.js';
import { styleFor } from '../../report/style.js';
import { renderDiagnostic } from '../../report/text.js';
import { CommandError, EXIT } from '../support/failure.js';
import { clockOf } from '../support/now.js';
import { progressOn } from '../support/progress.js';
import { secondsOf } from '../support/seconds.js';

interface Options {
  readonly format: string;
  readonly failOn: string;
  readonly root?: string[];
  readonly budget?: string;
  readonly now?: string;
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
  widened: (report) => report.widened || report.notAnalysed.length > 0 || keptNoMore(report).length > 0,
  changed: (report) => !report.equivalent || keptNoMore(report).length > 0,
  never: () => false,
};

/** `capfence diff`: what calls change their verdict between two policies. */
export async function run([before = '', after = '']: string[], options: Options): Promise<number> {
  const format = FORMATS[options.format];
  if (!format) throw new CommandError(`--format is one of ${Object.keys(FORMATS).join(', ')}`);
  const fails = FAILS[options.failOn];
  if (!fails) throw new CommandError(`--fail-on is one of ${Object.keys(FAILS).join(', ')}`);
  const [old, next] = await Promise.all([loaded(before), loaded(after)]);
  if (!('loaded' in old) || !('loaded' in next)) {
    const failures = [old, next].flatMap((one) => ('loaded' in one ? [] : [one]));
    if (options.format === 'text') for (const failure of failures) process.stderr.write(renderFailure(failure));
    process.stdout.write((await format())(failedDiff(failures)));
    return EXIT.failed;
  }
  const environment = { roots: (options.root ?? []).map((root) => resolve(root)), ...clockOf(options.now) };
  const budget = secondsOf(options.budget);
  const report = diffReportOf(
    diffPolicies(old.loaded.policy, next.loaded.policy, {
      environment,
      progress: progressOn(process.stderr),
      ...(budget !== undefined && { budget }),
    }),
  );
  process.stdout.write((await format())(report));
  return fails(report) ? EXIT.no : EXIT.done;
}

/** A policy, or why it does not load. */
async function loaded(path: string): Promise<{ readonly loaded: Loaded } | CheckResult> {
  try {
    return { loaded: await loadPolicy(path) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return failedToLoad(path, error);
  }
}

function renderFailure({ findings }: CheckResult): string {
  return findings
    .map(({ message, place, places = [] }) =>
      renderDiagnostic({ ...message, place, related: places }, styleFor(process.stderr)),
    )
    .join('\n');
}
