import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installed } from './debian.js';
import { temporaryFolder } from './folder.js';

const INSTALLED = '/usr/lib/postgresql';

/** Why there is no PostgreSQL server to test with; undefined where there is one. */
export function missingPostgres(): string | undefined {
  return installed('postgresql', () => binaries() !== undefined);
}

function binaries(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  const [newest] = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
  const folder = join(INSTALLED, newest ?? '', 'bin');
  return existsSync(join(folder, 'postgres')) ? folder : undefined;
}

export interface PostgresServer {
  /** The URL of an empty database of this name. */
  database(name: string): string;
  stop(): Promise<void>;
}

/** A server of its own on loopback, in a folder that goes with it. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries() as string;
  const folder = temporaryFolder();
  // It refuses to run as root.
  const uid = process.getuid?.() === 0 ? Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })) : undefined;
  if (uid !== undefined) chownSync(folder, uid, -1);
  const as = uid === undefined ? {} : { uid };
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'capfence', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'];
  const server: ChildProcess = spawn(join(bin, 'postgres'), args, { ...as, cwd: folder, stdio: 'ignore' });
  const psql = (sql: string) =>
    spawnSync(
      join(bin, 'psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'capfence', '-d', 'postgres', '-c', sql],
      {
        stdio: 'ignore',
      },
    ).status;
  for (let i = 0; i < 200 && psql('SELECT 1') !== 0; i++) await sleep(50);
  return {
    database: (name) => {
      if (psql(`CREATE DATABASE ${name}`) !== 0) throw new Error(`no database ${name}`);
      return `postgres://capfence@127.0.0.1:${port}/${name}`;
    },
    stop: async () => {
      const ended = once(server, 'close');
      server.kill('SIGINT'); // Ends its connections, and itself.
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
