import type { TestRun } from '../fixtures/run.js';

/** A test run as JUnit XML, a suite a policy, as CI systems read it. */
export function renderJunit(run: TestRun): string {
  const policies = [...new Set(run.cases.map(({ policy }) => policy))];
  const suites = policies.map((policy) => {
    const cases = run.cases.filter((one) => one.policy === policy);
    const failures = cases.filter(({ passed }) => !passed).length;
    const lines = cases.map(({ name, place, problem }) => {
      const open = `    <testcase name="${xml(name)}" classname="${xml(policy)}" file="${xml(place.file)}" line="${place.line}"`;
      return problem === undefined
        ? `${open}/>`
        : `${open}>\n      <failure message="${xml(problem)}"/>\n    </testcase>`;
    });
    return [
      `  <testsuite name="${xml(policy)}" tests="${cases.length}" failures="${failures}">`,
      ...lines,
      '  </testsuite>',
    ].join('\n');
  });
  const total = `tests="${run.cases.length}" failures="${run.failed}"`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${total}>`, ...suites, '</testsuites>', ''].join('\n');
}

/** XML 1.0 text: markup escaped, characters that it can't hold replaced. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] as string)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
