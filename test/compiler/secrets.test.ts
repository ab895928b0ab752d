import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { detectorAutomaton } from '../../compiler/conditions/detector-automaton.js';
import type { PolicyError } from '../../compiler/diagnostics/diagnostic.js';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { formatText } from '../../compiler/format.js';
import { loadPolicyText, loadSource } from '../../compiler/ir/load.js';
import { DETECTORS, DETECTORS_VERSION } from '../../runtime/data/detectors.js';
import { type DetectorEntry, SecretFinder } from '../../runtime/decide/secrets/secret-finder.js';
import { ROOT } from '../support/capfence.js';
import { SHARED, without } from '../support/shared.js';

const finder = new SecretFinder(
  detectorAutomaton(DETECTORS),
  DETECTORS.map(({ name, check, lead }) => [name, check, lead] as unknown as DetectorEntry),
);
const namesIn = (text: string): string[] => [...finder.found(text)].map((at) => finder.names[at] as string);

test('the table: at least forty, each with all that it must have, and on its page', () => {
  assert.ok(DETECTORS.length >= 40);
  assert.equal(new Set(DETECTORS.map(({ name }) => name)).size, DETECTORS.length);
  const page = readFileSync(join(ROOT, 'docs/secrets.md'), 'utf8');
  assert.ok(page.includes(`Version ${DETECTORS_VERSION}.`));
  for (const { name, what, source, harmless, check, lead } of DETECTORS) {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.ok(
      page.includes(`| \`${name}\` | ${what} |`) && page.includes(`| ${source} |`),
      `${name} is not on the page`,
    );
    assert.ok(harmless.length > 0, name);
    assert.equal(check === 'lead', lead !== undefined, name);
  }
});

test('what has a check counts only if it passes', () => {
  // The first is an example that was published with its checksum, long revoked; put together here.
  const entropy = 'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ';
  assert.deepEqual(namesIn(`ghp_${entropy}0mLq17`), ['github_token']);
  assert.deepEqual(namesIn(`ghp_${entropy}0mLq18`), []);
  assert.deepEqual(namesIn('4012 8888 8888 1881'), ['payment_card']);
  assert.deepEqual(namesIn('4012 8888 8888 1882'), []);
  assert.deepEqual(namesIn('0.4012888888881881, 4012888888881881.5, 94012888888881881'), []);
  const token = (header: object) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.c2ln`;
  assert.deepEqual(namesIn(token({ alg: 'HS256' })), ['jwt']);
  assert.deepEqual(namesIn(token({ note: 'no algorithm' })), []);
  assert.deepEqual(namesIn('-----BEGIN PRIVATE KEY-----\nsee the manual\n'), []);
});

test('an assignment counts where its value is no placeholder', () => {
  for (const secret of [
    'DB_PASSWORD=hunter2',
    'export API_TOKEN="abc-123-def"',
    'CLIENT_SECRET: s3cr3t!',
    "'APP_SECRET' => 'x1y2z3'",
  ])
    assert.deepEqual(namesIn(secret), ['secret_assignment'], secret);
  for (const none of [
    'DB_PASSWORD=${DB_PASSWORD1}',
    'DB_PASSWORD=<password1>',
    'API_TOKEN=process.env.TOKEN1',
    'const SECRET = readSecret1()',
    'TOKEN = OTHER_TOKEN_2',
    'PASSWORD=changeme',
    'MAX_TOKENS=4096',
    'password: hunter2',
  ])
    assert.deepEqual(namesIn(none), [], none);
});

test('the egress corpus: secrets are found, encoded ones as well, and nothing in what is benign', {
  skip: without('data/egress'),
}, () => {
  interface Case {
    readonly id: string;
    readonly expected: string;
    readonly messages: readonly { readonly params?: unknown; readonly result?: unknown }[];
  }
  const cases = JSON.parse(readFileSync(join(SHARED, 'data/egress/mcp.json'), 'utf8')) as Case[];
  const found = new Map(
    cases.map(({ id, messages }) => [
      id,
      [
        ...new Set(messages.flatMap(({ params, result }) => [...finder.foundInResult({ params, result }).detectors])),
      ].map((at) => finder.names[at]),
    ]),
  );
  for (const id of [
    'enc-base64-mcp-arg-007',
    'enc-zero-width-insert-005',
    'mcp-chain-read-write-send-005',
    'mcp-input-base64-secret-004',
    'mcp-input-dlp-001',
    'mcp-input-env-leak-003',
    'mcp-input-hex-apikey-008',
    'mcp-input-ssh-key-006',
  ])
    assert.ok((found.get(id) ?? []).length > 0, id);
  for (const { id, expected } of cases) if (expected === 'allow') assert.deepEqual(found.get(id), [], id);
  // An address is no secret, and which twelve words are one can't be told without a list of all of them.
  for (const id of ['crypto-eth-address-003', 'crypto-seed-phrase-004']) assert.deepEqual(found.get(id), []);
});

test('ordinary text: at most one false alarm in 2 MB of what packages of npm say and do', () => {
  let bytes = 0;
  let alarms = 0;
  let packages = 0;
  const read = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) read(path);
      else if (/\.(?:[cm]?js|ts|md|json)$/.test(entry.name) && statSync(path).size < 500_000) {
        const text = readFileSync(path, 'utf8');
        bytes += text.length;
        alarms += finder.find(text).length;
      }
    }
  };
  const root = join(ROOT, 'node_modules');
  const folders = readdirSync(root)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(root, name)).map((own) => `${name}/${own}`) : [name]))
    .sort();
  for (const name of folders) {
    if (packages >= 100) break;
    if (!statSync(join(root, name)).isDirectory()) continue;
    packages++;
    read(join(root, name));
  }
  console.log(`${alarms} in ${(bytes / 1e6).toFixed(1)} MB of ${packages} packages`);
  assert.ok(alarms <= bytes / 2_000_000, `${alarms} in ${bytes} bytes`);
});

const policy = (text: string) => `version: 1\n${text}\nallow: ["*"]\n`;
const codesOf = (text: string): string[] => {
  try {
    loadPolicyText(policy(text));
    return [];
  } catch (error) {
    return (error as PolicyError).diagnostics.map(({ code }) => code);
  }
};

test('what is wrong with patterns, names and result rules is said', () => {
  assert.deepEqual(codesOf('deny: [{ capability: "*", secret: [private_kye] }]'), ['CF134']);
  assert.deepEqual(codesOf('deny: [{ capability: "*", not: { secret: jwtt } }]'), ['CF134']);
  assert.deepEqual(codesOf('results: [{ capability: "*", withhold: { secret: [nothing] } }]'), ['CF134']);
  assert.deepEqual(codesOf('mark: [{ label: a, capability: "*", result: { secret: nothing } }]'), ['CF134']);
  assert.deepEqual(codesOf('patterns: { jwt: "x1" }'), ['CF135']);
  assert.deepEqual(codesOf('patterns: { any: "x1" }'), ['CF135']);
  assert.deepEqual(codesOf('patterns: { "a b": "x1" }'), ['CF135']);
  assert.deepEqual(codesOf('patterns: { empty: "a*" }'), ['CF135']);
  assert.deepEqual(codesOf('patterns: { ahead: "a(?=b)" }'), ['CF112']);
  assert.deepEqual(codesOf('results: [{ capability: "*" }]'), ['CF103']);
  assert.deepEqual(codesOf('results: [{ capability: "*", redact: {} }]'), ['CF103']);
  assert.deepEqual(codesOf('results: [{ capability: "*", redact: { at: ["/a~2"] } }]'), ['CF118']);
  assert.deepEqual(codesOf('results: [{ capability: "*", max_bytes: 0 }]'), ['CF103']);
  assert.deepEqual(codesOf('mark: [{ label: a, capability: "*", result: { secret: any, at: /x } }]'), ['CF102']);
});

test('result rules and patterns say the same in YAML and in the DSL', async () => {
  const yaml = policy(`patterns: { employee_id: "E[0-9]{6}" }
mark: [{ label: a, capability: web, result: { secret: any } }, { label: b, capability: web, result: { at: secret, eq: 1 } }]
results:
  - { id: one, capability: "*", amount_gt: 5, redact: { secret: [employee_id, jwt], at: [/a, /b] }, reason: r }
  - { capability: web, withhold: { secret: any }, max_bytes: 100, description: d }
deny: [{ capability: "*", secret: any }]`);
  const dsl = await formatText(yaml, 'policy.yaml', 'capfence');
  const back = await formatText(dsl, 'policy.capfence', 'yaml');
  const plain = async (text: string, name: string) => {
    const { rules, marks, results, patterns } = (await loadSource(text, name)).policy;
    return JSON.parse(
      JSON.stringify({ rules, marks, results, patterns }, (key, value) => (key === 'place' ? undefined : value)),
    ) as unknown;
  };
  assert.deepEqual(await plain(dsl, 'policy.capfence'), await plain(yaml, 'policy.yaml'));
  assert.deepEqual(await plain(back, 'policy.yaml'), await plain(yaml, 'policy.yaml'));
});

test("a call's secret is found whatever argument it is in, and a call without text has none", () => {
  const { bind } = evaluateModule(loadPolicyText(policy('deny: [{ capability: "*", secret: [payment_card] }]')).policy);
  const decide = bind({}, {});
  assert.equal(decide('write_file', { path: '/x', content: 'card 4111-1111-1111-1111' }).decision, 'deny');
  assert.equal(decide('write_file', { path: '/x', content: { deep: [4111111111111111] } }).decision, 'deny');
  assert.equal(decide('write_file', { path: '/x', content: 'nothing' }).decision, 'allow');
  assert.equal(decide('list_directory', {}).decision, 'allow');
});
