// A node:test reporter: one line a test, failures in full, and a last line that counts.
export default async function* report(source) {
  let passed = Number(process.env.CAPFENCE_CHECKS_PASSED ?? 0);
  let failed = Number(process.env.CAPFENCE_CHECKS_FAILED ?? 0);
  let skipped = 0;
  const failures = [];
  for await (const { type, data } of source) {
    if (
      type === 'test:diagnostic' &&
      !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(data.message)
    ) {
      yield `     ${data.message}\n`;
    }
    if (type === 'test:stdout' && data.message.startsWith('property: ')) yield `     ${data.message}`;
    if (type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const isSkip = data.skip !== undefined && data.skip !== false;
    if (isSkip) skipped++;
    else if (type === 'test:pass') passed++;
    else failed++;
    const word = isSkip ? 'skip' : type === 'test:pass' ? 'ok  ' : 'FAIL';
    const milliseconds = Math.round(data.details?.duration_ms ?? 0);
    const reason = typeof data.skip === 'string' ? ` (${data.skip})` : '';
    yield `${word} ${'  '.repeat(data.nesting)}${data.name}${reason}${milliseconds > 500 ? ` (${milliseconds} ms)` : ''}\n`;
    if (type === 'test:fail' && !isSkip) failures.push(data);
  }
  for (const { name, file, details } of failures) {
    const cause = details?.error?.cause ?? details?.error;
    const lines = String(cause?.stack ?? cause?.message ?? cause).split('\n');
    // Node's own frames, and those of test-limits.mjs through which every test is called, tell nothing.
    const own = lines.filter((line) => !/^\s+at .*(?:\(|\s)(?:node:|.*test-limits\.mjs)/.test(line));
    const place = own
      .find((line) => /^\s+at .*\/test\//.test(line))
      ?.match(/(?:file:\/\/)?(\/[^()]*\/test\/[^():]*)/)?.[1];
    yield `\nFAIL ${name}\n  ${place ?? file ?? ''}\n${own.join('\n').replace(/^/gm, '  ')}\n`;
  }
  yield `\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
}
