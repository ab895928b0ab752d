import { resolve } from 'node:path';
import { readSnapshot } from '../../analyse/snapshot.js';
import { type CheckedPolicy, checkSource } from '../../check.js';
import { PolicyError, type Severity } from '../../diagnostics/diagnostic.js';
import { styleFor } from '../../report/style.js';
import { renderDiagnostic } from '../../report/text.js';
import { CommandError, EXIT } from '../failure.js';
import { progressOn } from '../progress.js';

interface Options {
  readonly format: string;
  readonly failOn: string;
  readonly tools?: string;
  readonly root?: string[];
}

const FORMATS: Readonly<Record<string, () => Promise<(policies: readonly CheckedPolicy[]) => string>>> = {
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
export async function run(paths: string[], options: Options): Promise<number> {
  const format = FORMATS[options.format];
  if (!format) throw new CommandError(`--format is one of ${Object.keys(FORMATS).join(', ')}`);
  const failOn = failLevel(options.failOn);
  const tools = options.tools === undefined ? undefined : readSnapshot(options.tools);
  const environment = { roots: (options.root ?? []).map((root) => resolve(root)) };
  const policies: CheckedPolicy[] = [];
  const failures: PolicyError[] = [];
  for (const path of paths) {
    try {
      const progress = progressOn(process.stderr);
      policies.push(await checkSource(path, { environment, progress, ...(tools && { tools }) }));
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new PolicyError(failures.flatMap((failure) => failure.diagnostics));
  for (const diagnostic of policies.flatMap((policy) => policy.diagnostics)) {
    process.stderr.write(`${renderDiagnostic(diagnostic, styleFor(process.stderr))}\n`);
  }
  process.stdout.write((await format())(policies));
  return policies.some(({ findings }) => findings.some(({ message }) => failOn.includes(message.severity)))
    ? EXIT.no
    : EXIT.done;
}

/** The severities at or above a level. */
export function failLevel(level: string): readonly Severity[] {
  const order: readonly Severity[] = ['error', 'warning', 'note'];
  if (level === 'never') return [];
  const at = order.indexOf(level as Severity);
  if (at < 0) throw new CommandError(`--fail-on is one of ${order.join(', ')}, never`);
  return order.slice(0, at + 1);
}
