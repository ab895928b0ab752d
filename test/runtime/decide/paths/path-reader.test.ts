import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BindError } from '../../../../runtime/bind-error.js';
import { isCleanPath } from '../../../../runtime/decide/paths/clean-path.js';
import { PathReader } from '../../../../runtime/decide/paths/path-reader.js';
import type { Environment } from '../../../../runtime/types.js';
import { check } from '../../../support/seed.js';

const reader = (environment: Environment = {}) =>
  new PathReader({ platform: 'linux', home: '/home/ann', ...environment }, 'platform');
const forms = (text: string, environment: Environment = {}) =>
  reader(environment)
    .read(text, false)
    .map((form) => form && `${form.start}${form.path}`);

test('a clean path is told by one look at each character', () => {
  const clean = ['/a', '/data/staging/notes.txt', '/a b/c', '/a.b/..c', '/procession', '/DATA'];
  const unclean = [
    '',
    'a',
    '/',
    '/a/',
    '//a',
    '/a//b',
    '/a/./b',
    '/a/..',
    '/a.',
    '/a ',
    '/a./b',
    '/a;b',
    '/a%2f',
    '/a\\b',
  ];
  for (const path of clean) assert.ok(isCleanPath(path, false) || path === '/procession', path);
  for (const path of unclean) assert.ok(!isCleanPath(path, false), path);
  for (const path of ['/a\x00b', '/a\x7f', '/é', '/proc/self/root', '/dev/fd/3'])
    assert.ok(!isCleanPath(path, false), path);
  assert.ok(!isCleanPath('/DATA', true), 'where case does not count a capital is another spelling');
});

test('a clean path is its own only reading', () => {
  for (const path of ['/a', '/data/staging/notes.txt', '/a b/c']) {
    assert.ok(reader().isClean(path));
    assert.deepEqual(forms(path), [path]);
  }
});

test('a prefix has the names that the platform gives its place', () => {
  const prefix = (text: string, platform: string) => {
    const read = new PathReader({ platform, home: '/home/ann' }, 'sensitive').readPrefix(text);
    return read.map((form) => form && `${form.start}${form.path}`);
  };
  assert.deepEqual(prefix('/tmp/x', 'linux'), ['/tmp/x']);
  assert.ok(prefix('/private/var/x', 'darwin').includes('/var/x'));
});

test('dots are resolved, and what climbs out of the root stays there', () => {
  assert.ok(forms('/a/../etc/./passwd').includes('/etc/passwd'));
  assert.ok(forms('/../../etc').includes('/etc'));
  assert.deepEqual(forms('../x'), [null], 'out of a relative start: unknown');
});

test('a relative path is resolved against each root, and is unknown where there are more of them', () => {
  assert.deepEqual(forms('x/y'), ['./x/y']);
  assert.deepEqual(forms('x', { roots: ['/one', '/two'] }), ['/one/x', '/two/x']);
  assert.ok(forms('x', { roots: ['/one'], hasUnknownRoots: true }).includes(null));
});

test('a home directory is only known where it is given', () => {
  assert.ok(forms('~/x').includes('/home/ann/x'));
  assert.ok(
    new PathReader({ platform: 'linux' }, 'platform').read('~/x', false).includes(null),
    'without one the path is unknown',
  );
});

test('a root that is relative can not be bound', () => {
  assert.throws(() => reader({ roots: ['data'] }), BindError);
});

test('links are followed where the gateway is asked to', () => {
  const resolveLinks = (path: string) => path.replace(/^\/link(?=\/|$)/, '/etc');
  assert.ok(!reader({ resolveLinks }).isClean('/link/x'), 'no path is its own only reading');
  assert.deepEqual([...new Set(forms('/link/x', { resolveLinks }))].sort(), ['/etc/x', '/link/x']);
});

test('a tidied path is the one that the general way reads, and its only reading', () => {
  const piece = fc.constantFrom(
    '/',
    '/',
    '..',
    '.',
    'a',
    'B',
    'b.',
    ' ',
    'c.d',
    '%',
    '~',
    'proc',
    'dev',
    ';',
    'é',
    '\\\\',
  );
  let tidied = 0;
  check(
    fc.property(fc.array(piece, { maxLength: 9 }), fc.boolean(), (pieces, fold) => {
      const text = `/${pieces.join('')}`;
      const one = new PathReader({ platform: 'linux', home: '/home/ann' }, fold ? 'insensitive' : 'sensitive');
      const path = one.tidied(text);
      if (path === undefined) return;
      tidied++;
      assert.deepEqual([...new Set(one.read(text, false).map((form) => form && form.start + form.path))], [path]);
    }),
    5000,
  );
  assert.ok(tidied > 500, `${tidied}`);
});

test('where links are followed, or a platform has other names for a path, nothing is tidied', () => {
  assert.equal(reader().tidied('/a/../b'), '/b');
  for (const environment of [{ platform: 'darwin' }, { platform: 'win32' }, { resolveLinks: (path: string) => path }]) {
    assert.equal(reader(environment).tidied('/a/../b'), undefined);
  }
});
