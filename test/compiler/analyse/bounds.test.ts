import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../../../compiler/check.js';
import { diff } from '../../../compiler/diff.js';
import { compileInMemory } from '../../../compiler/in-memory.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { temporaryFolder } from '../../support/folder.js';

/* Analysis is bounded: it ends whatever the policy is, says where it stopped, and never guesses. */

const letters = (count: number, tail = '') => `'${'\\p{L}'.repeat(count)}${tail}'`;

test('a pattern of large character sets is checked, and a gateway starts with it', { timeout: 60_000 }, async () => {
  const policy = `deny: [{capability: a.b, match_regex: ${letters(30)}}]\nallow: [{capability: a.b, match_regex: ${letters(25, '$')}}]\n`;
  compileInMemory(loadPolicyText(policy).policy);
  await check(policy, { name: 'p.yaml' });
});

test('a pattern whose automaton explodes is not analysed, and said so', { timeout: 60_000 }, async () => {
  const patterns = Array.from({ length: 6 }, (_, i) => `'(${'ab'[i % 2]}|\\p{Lu}).{${14 + i}}\\p{Ll}$'`).join(', ');
  const policy = `deny: [{capability: a.b, match_regex: [${patterns}]}]\nallow: [{capability: a.b, match_regex: '^[a-z].{12}x'}]\n`;
  const { findings } = await check(policy, { name: 'p.yaml' });
  assert.ok(
    findings.some(({ kind }) => kind === 'not-analysed'),
    JSON.stringify(findings.map(({ kind }) => kind)),
  );
});

test('the budget of check and diff ends both, and nothing is called equivalent then', {
  timeout: 120_000,
}, async () => {
  const rules = (seed: number) =>
    Array.from({ length: 400 }, (_, i) => {
      const glob = `**/${'*a'.repeat(1 + ((i * seed) % 7))}*/**/b${i}*`;
      return `  - {capability: filesystem.write, path_glob: ["${glob}", "**/c${i}/**"]}`;
    }).join('\n');
  const policy = (seed: number) => `deny:\n${rules(seed)}\nallow:\n${rules(seed + 1)}\n`;
  const started = performance.now();
  const { findings } = await check(policy(3), { name: 'p.yaml', budget: 1 });
  const stopped = findings.filter(({ code }) => code === 'CF221');
  assert.equal(stopped.length, 1, 'said once');
  assert.equal(stopped[0]?.kind, 'not-analysed');
  const report = await diff(policy(3), policy(5), { names: ['a.yaml', 'b.yaml'], budget: 1 });
  assert.equal(report.equivalent, false);
  assert.ok(report.notAnalysed.length > 0);
  assert.ok(performance.now() - started < 60_000, 'far from what it would take');
});

test('globs of several files: every region that they cut is looked at', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, '.git'));
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  write('base.yaml', 'tools: {"****": a.b}\nallow: [a.b]\n');
  write('middle.yaml', 'extends: base.yaml\ntools: {"***": a.b}\nallow: [a.b, {capability: x.y, id: xy}]\n');
  const before = write('before.yaml', 'extends: middle.yaml\ntools: {"p*": c.d}\nallow: [a.b]\n');
  const after = write('after.yaml', 'extends: middle.yaml\ntools: {"p*": a.b}\nallow: [a.b]\n');
  const report = await diff(before, after);
  assert.equal(report.equivalent, false);
  assert.deepEqual(
    report.changes.map(({ from, to }) => `${from} → ${to}`),
    ['deny → allow'],
  );
  assert.match(report.changes[0]?.witness.tool ?? '', /^p/);
});

test('a longer approval timeout is a change that widens, a shorter one tightens', async () => {
  const policy = (seconds: number) => `approval_timeout_seconds: ${seconds}\nrequire_approval: [a.b]\n`;
  const names = ['a.yaml', 'b.yaml'] as const;
  const longer = await diff(policy(60), policy(61), { names });
  assert.deepEqual([longer.equivalent, longer.widened], [false, true]);
  const shorter = await diff(policy(60), policy(59), { names });
  assert.deepEqual([shorter.equivalent, shorter.widened], [false, false]);
});
