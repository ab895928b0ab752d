import type { Coverage, TestRun } from '../fixtures/run.js';
import type { Style } from './style.js';
import { safe } from './text.js';

/** A test run for a person: what failed and why, then the count. */
export function renderTestRun(run: TestRun, withCoverage: boolean, style: Style): string {
  const lines = run.cases.map(({ name, passed, problem, place }) =>
    passed
      ? `${style.green('ok')}    ${safe(name)}`
      : `${style.red('FAIL')}  ${safe(name)}  ${place.file}:${place.line}\n      ${safe(problem ?? '')}`,
  );
  const count = `${run.passed} passed, ${run.failed} failed`;
  lines.push('', run.failed === 0 ? style.green(count) : style.red(count));
  if (withCoverage) lines.push('', ...coverageLines(run.coverage));
  return `${lines.join('\n')}\n`;
}

function coverageLines({ rules, conditions }: Coverage): string[] {
  return [
    `rules       ${rules.hit} of ${rules.total} matched`,
    ...rules.missed.map((rule) => `  never matched: ${safe(rule)}`),
    `conditions  ${conditions.hit} of ${conditions.total} outcomes seen`,
    ...conditions.missed.map((condition) => `  ${safe(condition)}`),
  ];
}
