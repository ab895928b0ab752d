// Every command block (```sh) of README.md and docs/ is run, in order, in a folder of its own for each document.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { CONDITIONS } from '../compiler/conditions/index.js';
import { FACTS } from '../compiler/parse/dsl/vocabulary.js';
import { allRecords } from '../runtime/audit/read.js';
import { CATALOGUE, CATALOGUE_VERSION } from '../runtime/data/catalogue.js';
import { ATOMS } from './support/arbitrary.js';
import { CLI, ROOT, runCapfence } from './support/capfence.js';
import { temporaryFolder } from './support/folder.js';
import { toolCall } from './support/gateway.js';
import { SEED } from './support/seed-policy.js';

const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const RECORDER = join(ROOT, 'test/support/recorder.mjs');

/** Lines that are run elsewhere, or can't be here. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^npm start/, 'test/compiler/cli/start.test.ts runs it'],
  [/^npm test/, 'this is it'],
];

interface Sandbox {
  readonly folder: string;
  run(command: string): { status: number | null; output: string };
}

/** A folder as a reader might have it: policies, a server, a session that was recorded, and two calls that wait. */
function sandbox(): Sandbox {
  const folder = temporaryFolder();
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'capfence'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  // What a registry would have brought.
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 0\n');
  const server = join(ROOT, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
  writeFileSync(join(bin, 'mcp-server-filesystem'), `#!/bin/sh\nexec "${process.execPath}" "${server}" "$@"\n`);
  const npx = '#!/bin/sh\n[ "$1" = -y ] && shift\nname="$1"; shift\n';
  writeFileSync(
    join(bin, 'npx'),
    `${npx}[ "$name" = @modelcontextprotocol/server-filesystem ] && name=mcp-server-filesystem\nexec "$name" "$@"\n`,
  );
  for (const name of readdirSync(bin)) chmodSync(join(bin, name), 0o755);
  for (const name of ['dist', 'node_modules']) symlinkSync(join(ROOT, name), join(folder, name));
  for (const name of ['policies', 'generated']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'main'));
  for (const name of ['policy.yaml', 'new.yaml', 'main/policy.yaml']) writeFileSync(join(folder, name), SEED);
  cpSync(RECORDER, join(folder, 'server.js'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const paths = ['/data/staging/a', '/data/prod/a', '/data/prod/b', '/etc/passwd', ...GRANTED];
  const calls = paths.map((path, i) => toolCall(i, 'write_file', { path, content: 'x' }));
  writeFileSync(join(folder, 'session.jsonl'), calls.map((call) => `${JSON.stringify(call)}\n`).join(''));
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: folder,
    XDG_STATE_HOME: join(folder, '.state'),
    XDG_CONFIG_HOME: join(folder, '.config'),
    NO_COLOR: '1',
  };
  const run = (command: string) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
      cwd: folder,
      env,
      encoding: 'utf8',
      input: '',
      timeout: 60_000,
    });
    return { status, output: stdout + stderr };
  };
  assert.equal(run('capfence run --policy policy.yaml --audit-payloads -- node server.js < session.jsonl').status, 0);
  return { folder, run };
}

/** What is waiting to be granted. */
const GRANTED = ['/data/prod/reports/c', '/data/prod/reports/d'];

/** What stands for something that only the reader has. */
function filledIn(line: string, { folder }: Sandbox): string {
  const records = [...allRecords(join(folder, '.state/capfence/audit'))];
  const asked = records.filter(({ state }) => state === 'pending').map(({ approval }) => String(approval));
  const granted = records.find(({ state }) => state === 'granted')?.['grant'];
  return ['3b9f5c22bbb7460b', '1f0d93a45e6b2c78', '5e0a77c1d2934b68', '71c9e0b4a6d25f13']
    .reduce((text, id, i) => text.replace(id, asked[i] ?? ''), line)
    .replace('9d2c41e07a5b8f36', String(granted))
    .replace(/\bID$/, String(records.find(({ kind }) => kind === 'call')?.['id']))
    .replace(/-- COMMAND$/, '-- node server.js')
    .replace(/^(.*--follow.*)$/, 'timeout --preserve-status -s INT 2 $1 || [ $? -eq 130 ]');
}

const blocksOf = (text: string): string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);

for (const document of DOCUMENTS) {
  const blocks = blocksOf(readFileSync(join(ROOT, document), 'utf8'));
  if (blocks.length === 0) continue;
  test(`the command blocks of ${document}`, { timeout: 300_000 }, () => {
    const place = sandbox();
    for (const line of blocks.flatMap((block) => block.trim().split('\n'))) {
      if (ELSEWHERE.some(([pattern]) => pattern.test(line))) continue;
      const { status, output } = place.run(filledIn(line, place));
      assert.equal(status, 0, `$ ${line}\n${output}`);
    }
  });
}

test('the reference has every command, with its help as it is', () => {
  const run = (...args: string[]) =>
    runCapfence([...args], { env: { ...process.env, COLUMNS: '110', NO_COLOR: '1' } }).stdout;
  const commands = [...run('--help').matchAll(/^ {2}([a-z]+) /gm)]
    .map(([, name]) => name as string)
    .filter((name) => name !== 'help');
  assert.ok(commands.length >= 20, commands.join());
  const sections = commands.map((name) => `## ${name}\n\n\`\`\`text\n${run(name, '--help').trim()}\n\`\`\`\n`);
  const text = `# Commands\n\nEach command's own help, as \`capfence COMMAND --help\` prints it. Exit codes: 0 done, 1 the answer is no, 2 it can't be\ncarried out; \`run\` ends with the server's own.\n\n${sections.join('\n')}`;
  const file = join(ROOT, 'docs/commands.md');
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
  assert.equal(readFileSync(file, 'utf8'), text, 'UPDATE_GOLDEN=1 writes it anew');
});

test('the table of well-known tools is the catalogue', () => {
  const rows = CATALOGUE.map(({ names, uses }) => {
    const tools = names.split(' ').map((name) => `\`${name}\``);
    const details = uses.map(({ capability, ...more }) => {
      const parts = Object.entries(more).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
      return `\`${[capability, ...parts].join(' ')}\``;
    });
    return `| ${tools.join(', ')} | ${details.join(' and ')} |`;
  });
  const text = `# Well-known tools\n\nWhat a tool of one of these names exercises, unless a policy's \`tools\` says otherwise (version ${CATALOGUE_VERSION} of the table). Without\n\`paths\`, \`text\` and \`amounts\` the defaults of [the language](language.md) hold. \`noOptions\`: a string that begins with \`-\` is\nunknown, since the tool would take it for an option. Names are never guessed: any other tool is \`mcp.tool.NAME\`.\n\n| tools | exercise |\n|---|---|\n${rows.join('\n')}\n`;
  const file = join(ROOT, 'docs/catalogue.md');
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
  assert.equal(readFileSync(file, 'utf8'), text, 'UPDATE_GOLDEN=1 writes it anew');
});

test('links between documents lead somewhere, in the package, too', () => {
  const packed = [...JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).files, 'package.json'] as string[];
  for (const document of DOCUMENTS) {
    const folder = join(ROOT, document, '..');
    for (const [, target] of readFileSync(join(ROOT, document), 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target as string)) continue;
      const path = join(folder, target as string);
      assert.ok(existsSync(path), `${document}: ${target}`);
      const [top] = relative(ROOT, path).split(sep);
      const own = relative(ROOT, path);
      const isPacked = packed.some((name) => own === name || top === name) && !packed.includes(`!${own}`);
      assert.ok(isPacked, `${document}: ${target} is not in the package`);
    }
  }
});

test('comments that cite a document name one of its headings', () => {
  const headings = new Map(
    DOCUMENTS.map((document) => [
      document,
      [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading as string),
    ]),
  );
  let cited = 0;
  for (const folder of ['compiler', 'runtime', 'sinks', 'stores', 'test', 'scripts']) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:ts|mjs)$/.test(file)) continue;
      const text = read(join(folder, file)).replace(/\n\s*(?:\*|\/\/) /g, ' ');
      for (const [, document, rest] of text.matchAll(/(docs\/[a-z-]+\.md), ([A-Z][^)]*)/g)) {
        cited++;
        const found = headings.get(document as string)?.some((heading) => rest?.startsWith(heading));
        assert.ok(found, `${folder}/${file} cites ${document}, ${rest?.slice(0, 40)}`);
      }
    }
  }
  assert.ok(cited > 10);
});

test('the page of the DSL has the words of every condition', () => {
  const page = read('docs/dsl.md');
  for (const [fact, forms] of FACTS) {
    const words = forms.map(({ operator }) => (operator && /^[a-z]/.test(operator) ? `${fact} ${operator}` : fact));
    for (const word of words) assert.ok(new RegExp(`\\b${word}\\b`).test(page), `docs/dsl.md lacks "${word}"`);
  }
});

test('every condition stands in the page of the language', () => {
  const page = read('docs/language.md');
  for (const key of CONDITIONS.keys()) assert.ok(page.includes(`\`${key}\``), `docs/language.md lacks \`${key}\``);
});

test('every finding stands in the page of the analysis', () => {
  const page = read('docs/analysis.md');
  const codes = readdirSync(join(ROOT, 'docs/diagnostics')).flatMap((name) => /^CF2\d\d/.exec(name) ?? []);
  assert.ok(codes.length > 10);
  for (const code of codes) assert.ok(page.includes(code), `docs/analysis.md lacks ${code}`);
});

test('random policies have every condition', () => {
  for (const key of CONDITIONS.keys()) assert.ok(ATOMS.includes(key), `test/support/arbitrary.ts lacks ${key}`);
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
