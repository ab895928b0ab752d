import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../../compiler/check.js';
import { verdictOf } from '../../support/decide.js';

/** The finding of a policy that allows this pattern, with its call, which must pass as the finding says. */
async function escapeOf(pattern: unknown): Promise<string | undefined> {
  const policy = JSON.stringify({
    tools: { run: 'shell.execute' },
    allow: [{ capability: 'shell.execute', command: [pattern] }],
  });
  const { findings } = await check(policy, { name: 'p.yaml', environment: { platform: 'linux' } });
  const found = findings.find(({ kind }) => kind === 'command-escape');
  if (found === undefined) return undefined;
  assert.equal(found.code, 'CF217');
  assert.equal(found.severity, 'warning');
  const { args } = found.witness ?? assert.fail('no witness');
  assert.equal(verdictOf(policy, 'run', { ...args }), 'allow');
  return args['command'] as string;
}

test('a pattern that lets a program run another, write or reach out is found, with the command', async () => {
  for (const pattern of [
    'git log ...',
    'git push ...',
    'find . ...',
    'tar ...',
    'env ...',
    'ssh **',
    'docker run ...',
  ]) {
    assert.ok(await escapeOf(pattern), pattern);
  }
});

test('so is one that leaves open what a program that runs others is told, or which program it is', async () => {
  for (const [pattern, command] of Object.entries({
    'npx ...': 'npx id',
    'npx *': 'npx id',
    'sudo ...': 'sudo id',
    'timeout **': 'timeout 1 id',
    'bash ...': 'bash -c id',
    'sh -c *': 'sh -c id',
    'python3 -c *': 'python3 -c pass',
    'node **': 'node x',
    '...': 'sh -c id',
    '* ...': 'sh -c id',
  })) {
    assert.equal(await escapeOf(pattern), command, pattern);
  }
});

test('a pattern that says which program, and what it is told, is not', async () => {
  for (const pattern of [
    'npm test',
    'git status',
    'ls **',
    'npx eslint **',
    'bash build.sh ...',
    'node x.js',
    'timeout * ls',
    'rm **',
    { run: 'git log ...', no_flags: ['--output', '--ext-diff', '-O', '--textconv'] },
  ]) {
    if (typeof pattern === 'string') assert.equal(await escapeOf(pattern), undefined, pattern);
    else assert.notEqual(await escapeOf(pattern), 'git log --output=out.txt');
  }
});
