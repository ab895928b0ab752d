import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPolicy } from '../compiler/analyse/findings/check.js';
import { validateModule } from '../compiler/analyse/validate.js';
import { PolicyError } from '../compiler/diagnostics/diagnostic.js';
import { emitModule } from '../compiler/emit/module.js';
import { proveModule } from '../compiler/emit/prove.js';
import { readFixture } from '../compiler/fixtures/fixture.js';
import { runCases } from '../compiler/fixtures/run.js';
import { loadPolicy } from '../compiler/ir/load.js';
import { ROOT } from './support/capfence.js';
import { SHARED, without } from './support/shared.js';
import { yamlBelow } from './support/yaml-below.js';

test('every policy pack decides its cases as it says', async () => {
  const fixtures = yamlBelow(join(ROOT, 'policies')).filter((path) => path.endsWith('.test.yaml'));
  const { cases, coverage } = await runCases(fixtures.flatMap(readFixture));
  for (const { passed, name, problem, place } of cases) assert.ok(passed, `${place.file}: ${name}: ${problem}`);
  const packs = yamlBelow(join(ROOT, 'policies')).filter(
    (path) => !/\.test\.yaml$|mcp_policy\.yaml$|cookbook|history|agentdojo/.test(path),
  );
  assert.equal(packs.length, 18, 'six packs, each baseline, strict and permissive');
  const { hit, total } = coverage.rules;
  assert.ok(hit / total > 0.75, `rules matched: ${hit} of ${total}`);
});

test('every policy of the cookbook is short and clean, and stands in its page with what it says', async () => {
  const folder = join(ROOT, 'policies/cookbook');
  const recipes = yamlBelow(folder).filter((path) => !path.endsWith('.test.yaml'));
  const page = readFileSync(join(ROOT, 'docs/cookbook.md'), 'utf8');
  assert.ok(recipes.length >= 24, `${recipes.length} recipes`);
  for (const path of recipes) {
    const text = readFileSync(path, 'utf8');
    const [sentence = '', ...lines] = text.trimEnd().split('\n');
    const body = lines.filter((line) => !/^(?:tools|timezone|sql):|^ {2}\w+: (?:\w+\.\w+|\{ capability)/.test(line));
    assert.ok(body.length <= 6, `${path} has ${body.length} lines`);
    assert.ok(page.includes(sentence.slice(2)) && page.includes(lines.join('\n')), path);
    const { policy } = await loadPolicy(path);
    const { findings } = checkPolicy(policy, { environment: { now: () => Date.UTC(2026, 10, 26) } });
    const grave = findings.filter(({ message }) => message.severity !== 'note');
    assert.deepEqual(
      grave.map(({ message }) => message.message),
      [],
      path,
    );
  }
});

test('every recipe of a past is clean, and stands in its page with what it says', async () => {
  const page = readFileSync(join(ROOT, 'docs/history.md'), 'utf8');
  const recipes = yamlBelow(join(ROOT, 'policies/history')).filter((path) => !path.endsWith('.test.yaml'));
  assert.ok(recipes.length >= 6);
  for (const path of recipes) {
    const [sentence = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
    assert.ok(page.includes(`${sentence.slice(2)}\n\n\`\`\`yaml\n${lines.join('\n')}\n`), path);
    // Paths of marks need to know where relative ones begin.
    const { findings } = checkPolicy((await loadPolicy(path)).policy, { environment: { roots: [ROOT] } });
    const grave = findings.filter(({ message }) => message.severity !== 'note');
    assert.deepEqual(
      grave.map(({ message }) => message.message),
      [],
      path,
    );
  }
});

test('every policy pack compiles, and its module is proved', async () => {
  const packs = yamlBelow(join(ROOT, 'policies')).filter((path) => !path.endsWith('.test.yaml'));
  for (const path of packs) {
    const { policy } = await loadPolicy(path);
    proveModule(emitModule(policy, 'ts'));
    assert.ok(validateModule(policy).calls > 0, path);
  }
});

test("upstream's fixture cases pass", { skip: without('upstream') }, async () => {
  const fixture = join(SHARED, 'upstream/tests/fixtures/policy-packs/starter_pack_cases.yaml');
  const { passed, cases } = await runCases(readFixture(fixture));
  for (const { name, problem } of cases) assert.equal(problem, undefined, name);
  assert.equal(passed, 25);
});

test("upstream's policies load, or say what is wrong with them", { skip: without('upstream') }, async () => {
  const files = ['policies', 'recipes'].flatMap((folder) => yamlBelow(join(SHARED, 'upstream', folder)));
  const refused: string[] = [];
  for (const file of files) {
    try {
      await loadPolicy(file);
    } catch (error) {
      assert.ok(error instanceof PolicyError, String(error));
      const errors = error.diagnostics.filter(({ severity }) => severity === 'error');
      refused.push(...errors.map(({ code }) => `${file.split(/[\\/]/).at(-1)} ${code}`));
    }
  }
  // A look-ahead, which no engine of linear time has.
  assert.deepEqual(refused, ['filesystem_guard.yaml CF112']);
});
