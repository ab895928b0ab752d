import { resolve } from 'node:path';
import { type CheckOptions, type CheckResult, checkFile, checkSource, checkTogether, loadFile } from '../../check.js';
import type { Severity } from '../../diagnostics/diagnostic.js';
import { readSnapshot, type Snapshot } from '../../ir/tool-snapshot.js';
import { styleFor } from '../../report/style.js';
import { renderDiagnostic } from '../../report/text.js';
import { CommandError, EXIT } from '../support/failure.js';
import { clockOf } from '../support/now.js';
import { policyPaths } from '../support/policy-paths.js';
import { progressOn } from '../support/progress.js';
import { secondsOf } from '../support/seconds.js';
import { readInput } from '../support/standard-input.js';

interface Options {
  readonly format: string;
  readonly failOn: string;
  readonly tools?: string;
  readonly root?: string[];
  readonly budget?: string;
  readonly now?: string;
  readonly together?: boolean;
}

const FORMATS: Readonly<Record<string, () => Promise<(policies: readonly CheckResult[]) => string>>> = {
  text: async () => {
    const { renderText } = await import('../../report/check/text.js');
    return (policies) => renderText(policies, styleFor(process.stdout));
  },
  json: async () => (await import('../../report/check/json.js')).renderJson,
  sarif: async () => (await import('../../report/check/sarif.js')).renderSarif,
  markdown: async () => (await import('../../report/check/markdown.js')).renderMarkdown,
  github: async () => (await import('../../report/check/github.js')).renderGithub,
};

/** `capfence check`: what analysis has to say of policies. */
export async function run(given: string[], options: Options): Promise<number> {
  const paths = policyPaths(given);
  const format = FORMATS[options.format];
  if (!format) throw new CommandError(`--format is one of ${Object.keys(FORMATS).join(', ')}`);
  const failOn = failLevel(options.failOn);
  const tools = options.tools === undefined ? undefined : readSnapshot(options.tools);
  const environment = { roots: (options.root ?? []).map((root) => resolve(root)), ...clockOf(options.now) };
  const budget = secondsOf(options.budget);
  const policies: CheckResult[] = options.together ? await together(paths, { environment, budget, tools }) : [];
  for (const path of options.together ? [] : paths) {
    const progress = progressOn(process.stderr);
    const own = { environment, progress, ...(budget !== undefined && { budget }), ...(tools && { tools }) };
    if (path !== '-') policies.push(await checkFile(path, own));
    else {
      const { source, name } = await readInput();
      policies.push(await checkSource(source, { ...own, name }));
    }
  }
  for (const diagnostic of policies.flatMap((policy) => policy.diagnostics)) {
    process.stderr.write(`${renderDiagnostic(diagnostic, styleFor(process.stderr))}\n`);
  }
  process.stdout.write((await format())(policies));
  if (policies.some(({ policy }) => policy === undefined)) return EXIT.failed;
  return policies.some(({ findings }) => findings.some(({ message }) => failOn.includes(message.severity)))
    ? EXIT.no
    : EXIT.done;
}

/** Policies whose gateways one agent goes through. */
async function together(
  paths: readonly string[],
  {
    environment,
    budget,
    tools,
  }: Pick<CheckOptions, 'environment'> & { budget: number | undefined; tools: Snapshot | undefined },
): Promise<CheckResult[]> {
  if (paths.includes('-')) throw new CommandError('--together takes files');
  if (tools) throw new CommandError('--tools are those of one server: check its policy with them by itself');
  if (paths.length < 2) throw new CommandError('--together takes two policies or more');
  const loaded = await Promise.all(paths.map(loadFile));
  const progress = progressOn(process.stderr);
  return checkTogether(loaded, {
    ...(environment && { environment }),
    progress,
    ...(budget !== undefined && { budget }),
  });
}

/** The severities at or above a level. */
export function failLevel(level: string): readonly Severity[] {
  const order: readonly Severity[] = ['error', 'warning', 'note'];
  if (level === 'never') return [];
  const at = order.indexOf(level as Severity);
  if (at < 0) throw new CommandError(`--fail-on is one of ${order.join(', ')}, never`);
  return order.slice(0, at + 1);
}
