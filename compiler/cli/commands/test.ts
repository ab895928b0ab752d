import { readFixture } from '../../fixtures/fixture.js';
import { runCases } from '../../fixtures/run.js';
import { CommandError, EXIT } from '../support/failure.js';
import { clockOf } from '../support/now.js';

interface Options {
  readonly coverage?: boolean;
  readonly format: string;
  readonly now?: string;
}

/** `capfence test`: exit 1 where a case is decided otherwise than it expects. */
export async function run(fixtures: string[], { coverage, format, now }: Options): Promise<number> {
  if (!['text', 'json', 'junit'].includes(format))
    throw new CommandError(`--format is text, json or junit, not ${format}`);
  const result = await runCases(fixtures.flatMap(readFixture), clockOf(now).now?.());
  if (format === 'json') process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (format === 'junit') {
    const { renderJunit } = await import('../../report/junit.js');
    process.stdout.write(renderJunit(result));
  } else {
    const [{ renderTestRun }, { styleFor }] = await Promise.all([
      import('../../report/test-run.js'),
      import('../../report/style.js'),
    ]);
    process.stdout.write(renderTestRun(result, coverage ?? false, styleFor(process.stdout)));
  }
  return result.failed === 0 ? EXIT.done : EXIT.no;
}
