import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readlinkSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { realPath } from '../../../../runtime/gateway/judge/real-path.js';
import { temporaryFolder } from '../../../support/folder.js';
import { check } from '../../../support/seed.js';

const folder = realpathSync(temporaryFolder());
mkdirSync(join(folder, 'a/b'), { recursive: true });
mkdirSync(join(folder, 'c'));
writeFileSync(join(folder, 'a/file'), '');
symlinkSync('a/b', join(folder, 'link'));
symlinkSync(join(folder, 'c'), join(folder, 'a/b/out'));
symlinkSync('nowhere/x', join(folder, 'dangling'));
symlinkSync('loop', join(folder, 'loop'));
symlinkSync('../link/out', join(folder, 'c/back'));

/** One look at each name on the way, as a kernel has it; what is not there stays as it is written. */
function slowly(path: string, links = 0): string | undefined {
  let at = '/';
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (const [i, segment] of segments.entries()) {
    if (segment === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, segment);
    let isLink = false;
    try {
      isLink = lstatSync(next).isSymbolicLink();
    } catch {}
    if (isLink) {
      if (links > 40) return undefined;
      const rest = segments.slice(i + 1).join('/');
      // Not joined: `..` behind a link is the parent of where that leads.
      const target = readlinkSync(next);
      return slowly(`${target.startsWith('/') ? target : `${at}/${target}`}/${rest}`, links + 1);
    }
    at = next;
  }
  return at;
}

const segment = fc.constantFrom(
  'a',
  'b',
  'c',
  'file',
  'link',
  'out',
  'back',
  'dangling',
  'loop',
  'gone',
  '..',
  '.',
  '',
);

test('links are followed as one look at each name does, however few looks are taken', () => {
  check(
    fc.property(fc.array(segment, { maxLength: 7 }), (segments) => {
      const path = `${folder}/${segments.join('/')}`;
      assert.equal(realPath(path), slowly(path), path);
    }),
    1500,
  );
});

test('what is not there, loops, or may not be named', () => {
  assert.equal(realPath(`${folder}/dangling`), `${folder}/nowhere/x`, 'to write through it makes it');
  assert.equal(realPath(`${folder}/gone/../link`), `${folder}/a/b`, 'beside what is not there');
  assert.equal(realPath(`${folder}/gone/x/../../link/out/new`), `${folder}/c/new`);
  assert.equal(realPath(`${folder}/loop`), undefined);
  assert.equal(realPath(`${folder}/a\0b`), undefined);
  const long = `${folder}/${'x'.repeat(5000)}`;
  assert.equal(realPath(long), resolve(long));
});
