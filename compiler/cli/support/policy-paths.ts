import { readPolicyFile, readsAsFixture } from '../../ir/policy-files.js';
import { tell } from './tell.js';

/** The policies among files that a shell has listed: their tests stand beside them, and `policies/*.yaml` names both. */
export function policyPaths(paths: readonly string[]): string[] {
  const tests = paths.filter((path) => /\.test\.ya?ml$/.test(path) && isFixture(path));
  const policies = paths.filter((path) => !tests.includes(path));
  // One who names nothing but tests is told why they are no policies.
  if (tests.length === 0 || policies.length === 0) return [...paths];
  tell(`${tests.join(', ')}: ${tests.length === 1 ? 'tests, not a policy' : 'tests, not policies'}; passed over`);
  return policies;
}

function isFixture(path: string): boolean {
  try {
    return readsAsFixture(readPolicyFile(path, true).toString('utf8'));
  } catch {
    return false; // Whoever reads it as a policy says why it can't be read.
  }
}
