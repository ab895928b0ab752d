import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PathDimension, PathRegion } from '../../../../compiler/analyse/regions/paths.js';
import { FALSE, TRUE } from '../../../../compiler/analyse/regions/region.js';
import { pathWorld } from '../../../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../../../compiler/ir/load.js';

const world = pathWorld(loadPolicyText('allow: [x.y]\npaths: { case: sensitive }\n').policy, {
  platform: 'win32',
  home: 'c:/home',
});
const like = (...globs: string[]) => PathRegion.like(globs, world, false);
const drive = like('c:/a/b*');

/** A path that the first takes, and the other for certain doesn't. */
const solve = (inside: PathRegion, outside: PathRegion) =>
  new PathDimension([inside, outside], world).solve([
    { region: inside, allowed: TRUE },
    { region: outside, allowed: FALSE },
  ]);

test('a path on a drive may lie below a root: which drive is nobody says', () => {
  assert.equal(solve(drive, like('/a/**')), 'none');
});

test('a share may lead to a drive', () => {
  assert.equal(solve(drive, PathRegion.under(['\\\\server\\share\\a'], world, false)), 'none');
});

test('a name that no glob of the root takes is apart from it, on any drive', () => {
  const taken = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.'].map((name) => `/${name}`);
  const found = solve(like('c:/?'), like(...taken)) as { readonly value: { readonly start: string } };
  assert.equal(found.value.start, 'c:');
});
