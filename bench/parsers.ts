// What a condition's parse costs: `npm run bench parsers`. Beside parsers that people would take, in one run.

import { parseShell } from '../runtime/decide/commands/shell-text.js';
import { sqlStatements } from '../runtime/decide/sql/sql-statements.js';
import { sqlTokens } from '../runtime/decide/sql/sql-tokens.js';
import { readUrl } from '../runtime/decide/urls/url-reader.js';

const { parse: shellQuote } = (await import('shell-quote' as string)) as { parse: (text: string) => unknown };
const { default: sqlParser } = (await import('node-sql-parser' as string)) as {
  default: { Parser: new () => { astify(text: string, options: object): unknown } };
};

type Run = (text: string) => unknown;

/** Nanoseconds a text: the median of rounds that take turns. */
function race(contenders: Readonly<Record<string, Run>>, texts: readonly string[]): Record<string, number> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < 9; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const start = process.hrtime.bigint();
      let count = 0;
      do {
        // Fresh strings, as from the wire.
        for (const text of texts) run(JSON.parse(text));
        count += texts.length;
      } while (process.hrtime.bigint() - start < 60_000_000n);
      times[name] ??= [];
      if (round > 1) times[name].push(Number(process.hrtime.bigint() - start) / count);
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => [name, all.sort((a, b) => a - b)[all.length >> 1] as number]),
  );
}

const texts = (make: (i: number) => string) => Array.from({ length: 200 }, (_, i) => JSON.stringify(make(i)));
const parser = new sqlParser.Parser();
const none: ReadonlySet<string> = new Set();
const SUITES: readonly (readonly [string, readonly string[], Readonly<Record<string, Run>>])[] = [
  [
    'URL',
    texts((i) => `https://api-${i}.example.com/v1/items/${i}?page=${i}`),
    { capfence: readUrl, 'new URL': (text) => new URL(text), 'reading alone': (text) => text },
  ],
  [
    'URL, unusual',
    texts((i) => `https://Api-${i}.Exämple.com:8443/v1/../items/${i}`),
    { capfence: readUrl, 'new URL': (text) => new URL(text) },
  ],
  [
    'command of 200 bytes',
    texts((i) =>
      `git log --oneline --since='${i} days ago' -- src/a-${i}.ts src/b.ts && npm run build --workspace=packages/core | grep -v "warning: ${'x'.repeat(60)}"`.padEnd(
        200,
        ' x',
      ),
    ),
    { capfence: (text) => parseShell(text, false), 'shell-quote': shellQuote },
  ],
  [
    'statement of 200 bytes',
    texts(
      (i) =>
        `SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.created_at > '2026-01-${10 + (i % 18)}' AND lower(c.name) LIKE 'a%' ORDER BY o.total DESC LIMIT ${i + 1}`,
    ),
    {
      capfence: (text) => sqlStatements(sqlTokens(text, 'postgres', false) ?? [], 'postgres', none),
      'node-sql-parser': (text) => parser.astify(text, { database: 'postgresql' }),
    },
  ],
];

console.log('| text | who | ns | ratio |\n|---|---|---:|---:|');
for (const [name, list, contenders] of SUITES) {
  const found = race(contenders, list);
  for (const [who, ns] of Object.entries(found))
    console.log(`| ${name} | ${who} | ${Math.round(ns)} | ${(ns / (found['capfence'] as number)).toFixed(2)} |`);
}
