// What result rules cost: a result that is read, searched by all detectors and passed on, beside JSON.parse and JSON.stringify of
// the same line, taking turns in one run. Nothing is found in it, as mostly.
import { readFileSync } from 'node:fs';
import { evaluateModule } from '../compiler/emit/evaluate.js';
import { loadPolicyText } from '../compiler/ir/load.js';
import { treatMessage } from '../runtime/gateway/results/treated-message.js';
import { treatmentOf } from '../runtime/gateway/results/treatment.js';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 7 : 31;

const { manifest, bind } = evaluateModule(
  loadPolicyText('version: 1\nallow: ["*"]\nresults: [{ capability: "*", redact: { secret: any } }]\n').policy,
);
const treatment = treatmentOf(manifest.results ?? [], bind({}, {}).secrets);
const as = { isResponse: true, isCall: true };

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const prose = [
  'README.md',
  'docs/language.md',
  'docs/gateway.md',
  'docs/analysis.md',
  'docs/history.md',
  'CHANGELOG.md',
]
  .map(read)
  .join('\n')
  .replace(/[^\x00-\x7f]/g, '-');
const source = read('node_modules/commander/lib/command.js');
// A digest in base64 in every entry, each of which is decoded.
const lockFile = JSON.stringify(JSON.parse(read('package-lock.json')));
const rows = Array.from({ length: 2000 }, (_, i) => ({
  id: i,
  name: `user ${i}`,
  mail: `u${i}@example.com`,
  active: i % 2 === 0,
  score: i * 1.5,
  tags: ['a', `b${i}`],
}));
// As even as compressed data is.
let seed = 20261126;
const random = () => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return seed & 0xff;
};
const image = Buffer.from(Uint8Array.from({ length: 75_000 }, random)).toString('base64');

const text = (one: string) => ({ content: [{ type: 'text', text: one }] });
const WORKLOADS: readonly (readonly [string, (size: number) => object])[] = [
  ['prose', (size) => text(prose.repeat(3).slice(0, size))],
  ['prose beyond Latin 1', (size) => text(`日本 ${prose.repeat(3).slice(0, size)}`)],
  ['source code', (size) => text(source.repeat(3).slice(0, size))],
  ['JSON in a text', (size) => text(JSON.stringify(rows).slice(0, size))],
  ['a lock file', (size) => text(lockFile.repeat(3).slice(0, size))],
  ['structured rows', (size) => ({ content: [], structuredContent: { rows: rows.slice(0, size / 100) } })],
  [
    'an image',
    (size) => ({ content: [{ type: 'image', mimeType: 'image/png', data: image.slice(0, size - (size % 4)) }] }),
  ],
];

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

console.log(
  'Reading, searching and passing a result on, beside JSON.parse and JSON.stringify of its line (medians, in turn).',
);
for (const size of [2000, 100_000]) {
  console.log(`\n${size / 1000} kB`);
  for (const [name, of] of WORKLOADS) {
    const line = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: of(size) }));
    const sides = [
      () => void Buffer.from(JSON.stringify(JSON.parse(line.toString()))),
      () => {
        if (treatMessage(line, treatment, as).text !== undefined) throw new Error(`${name}: something is found`);
      },
    ];
    const count = Math.ceil((isQuick ? 200_000 : 1_000_000) / line.length);
    const times = sides.map((): number[] => []);
    for (let round = -3; round < ROUNDS; round++) {
      for (const [i, side] of sides.entries()) {
        const start = process.hrtime.bigint();
        for (let n = 0; n < count; n++) side();
        const micros = Number(process.hrtime.bigint() - start) / 1000 / count;
        if (round >= 0) times[i]?.push(micros);
      }
    }
    const [plain, own] = times.map(median) as [number, number];
    console.log(
      `${name.padEnd(24)} ${(own / plain).toFixed(2).padStart(6)} ×  ${own.toFixed(1).padStart(8)} µs beside ${plain.toFixed(1)}`,
    );
  }
}
