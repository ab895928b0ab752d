import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { validateModule } from '../../compiler/analyse/validate.js';
import { emitModule } from '../../compiler/emit/module.js';
import { proveModule } from '../../compiler/emit/prove.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import { ROOT } from '../support/capfence.js';

/*
 * A folder a sample: a policy, and the module it compiles to. UPDATE_GOLDEN=1 writes them anew; what changes is for the
 * review to read.
 */
const FOLDER = join(ROOT, 'test/golden');

for (const name of readdirSync(FOLDER).filter((entry) => existsSync(join(FOLDER, entry, 'policy.yaml')))) {
  test(`golden: ${name}`, () => {
    const policy = readFileSync(join(FOLDER, name, 'policy.yaml'), 'utf8');
    const golden = join(FOLDER, name, 'module.ts.txt');
    const loaded = loadPolicyText(policy, 'policy.yaml').policy;
    const emitted = emitModule(loaded, 'ts');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, emitted);
    assert.equal(emitted, readFileSync(golden, 'utf8'));
    proveModule(emitted);
    validateModule(loaded);
  });
}

test('the module of the seed policy fits on two screens', () => {
  const lines = readFileSync(join(FOLDER, 'seed/module.ts.txt'), 'utf8').split('\n');
  assert.ok(lines.length <= 120, `${lines.length} lines`);
});
