import { spawnSync } from 'node:child_process';

/**
 * A program that a test drives, and that Debian has. Where tests may install, it is installed.
 *
 * @returns why it is not there; undefined where it is.
 */
export function installed(program: string, name: string): string | undefined {
  const isThere = () => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  if (isThere()) return undefined;
  if (process.env['CAPFENCE_TEST_INSTALL'] && process.getuid?.() === 0) {
    const options = {
      stdio: 'ignore',
      timeout: 180_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    } as const;
    spawnSync('apt-get', ['update', '-q'], options);
    spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], options);
  }
  return isThere() ? undefined : `${program} is not here: apt-get install ${name}`;
}
