import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Something that a test needs, and that Debian has. Where tests may install, it is installed.
 *
 * @returns why it is not there; undefined where it is.
 */
export function installed(name: string, isThere: () => boolean): string | undefined {
  if (isThere()) return undefined;
  const isRoot = process.getuid?.() === 0;
  if (process.env['CAPFENCE_TEST_INSTALL'] && isRoot && existsSync('/usr/bin/apt-get')) {
    const options = {
      stdio: 'ignore',
      timeout: 180_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    } as const;
    spawnSync('apt-get', ['update', '-q'], options);
    spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], options);
  }
  return isThere() ? undefined : `not here: apt-get install ${name}`;
}
