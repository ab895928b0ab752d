import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { shownPath } from '../../diagnostics/shown-path.js';
import { readFixture } from '../../fixtures/fixture.js';
import { emptyFixture, type WrittenCase, withCases } from '../../mutate/killing-case.js';
import { mutate } from '../../mutate/mutate.js';
import { mutationJson, mutationMarkdown, percent, renderMutation } from '../../report/mutation.js';
import { styleFor } from '../../report/style.js';
import { CommandError, EXIT } from '../support/failure.js';
import { clockOf } from '../support/now.js';
import { progressOn } from '../support/progress.js';
import { tell } from '../support/tell.js';

interface Options {
  readonly tests?: readonly string[];
  readonly format: string;
  readonly failUnder?: string;
  readonly write?: string;
  readonly now?: string;
}

/** `capfence mutate`: exit 1 below `--fail-under`. */
export async function run([policy = '']: string[], options: Options): Promise<number> {
  const { format, write } = options;
  if (!['text', 'json', 'markdown'].includes(format))
    throw new CommandError(`--format is text, json or markdown, not ${format}`);
  const least = options.failUnder === undefined ? 0 : percentOf(options.failUnder);
  const tests = options.tests ?? testsBeside(policy);
  if (tests.length === 0) throw new CommandError('which tests? --tests FIXTURE (repeatable); there are none beside it');
  const cases = tests.flatMap(readFixture);
  // Before minutes of work, not behind them.
  if (!cases.some((one) => one.policy === resolve(policy)))
    throw new CommandError(`${tests.join(', ')}: no case is of ${policy}`);
  if (write !== undefined && existsSync(write)) ofThisPolicy(write, policy);
  else if (write !== undefined && !existsSync(dirname(resolve(write))))
    throw new CommandError(`--write: there is no folder ${dirname(write)}`);
  const now = clockOf(options.now).now?.();
  const mutation = await mutate(policy, cases, {
    progress: progressOn(process.stderr),
    ...(now !== undefined && { now }),
  });
  if (format === 'json') process.stdout.write(`${JSON.stringify(mutationJson(mutation))}\n`);
  else if (format === 'markdown') process.stdout.write(mutationMarkdown(policy, mutation));
  else process.stdout.write(`${renderMutation(mutation, styleFor(process.stdout))}\n`);
  if (write !== undefined) {
    const killers = mutation.survived.flatMap(({ killer }) => killer ?? []);
    // One call may notice several changes.
    const found = [...new Map(killers.map((one) => [JSON.stringify({ ...one, name: '' }), one])).values()];
    if (found.length > 0) writeFileSync(write, withCases(fixtureAt(write, policy, found), found));
    const rest = mutation.survived.length - killers.length;
    tell(
      `wrote ${found.length} cases to ${write}: look each over${rest > 0 ? `; ${rest} have to be written by hand` : ''}`,
    );
  }
  if (mutation.failing.length > 0) return EXIT.no;
  if (mutation.score * 100 >= least) return EXIT.done;
  tell(`${percent(mutation.score)} is under ${least} %`);
  return EXIT.no;
}

/** The tests that stand beside a policy, by its name. */
function testsBeside(policy: string): string[] {
  const own = resolve(policy).replace(/\.(?:ya?ml|capfence)$/, '');
  return ['.test.yaml', '.edges.test.yaml']
    .map((end) => `${own}${end}`)
    .filter((path) => existsSync(path))
    .map(shownPath);
}

/** @throws CommandError, PolicyError where a file is no fixture, or one of another policy. */
function ofThisPolicy(path: string, policy: string): void {
  readFixture(path);
  const { policy: own } = parse(readFileSync(path, 'utf8')) as { readonly policy?: unknown };
  if (typeof own !== 'string' || resolve(dirname(path), own) !== resolve(policy))
    throw new CommandError(`--write: ${path} tests ${String(own)}, not ${policy}`);
}

/** The text of the fixture that is written to; one that is not there begins with nothing. */
function fixtureAt(path: string, policy: string, cases: readonly WrittenCase[]): string {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  return emptyFixture(
    relative(dirname(resolve(path)), resolve(policy))
      .split(sep)
      .join('/'),
    cases,
  );
}

function percentOf(text: string): number {
  const number = /^\d{1,3}(?:\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (!(number <= 100)) throw new CommandError(`--fail-under takes a percentage, not ${JSON.stringify(text)}`);
  return number;
}
