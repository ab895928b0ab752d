import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { CommandError, EXIT } from '../support/failure.js';

interface Options {
  readonly out: string;
}

/** `capfence keygen`: an Ed25519 key pair to sign with. Keys are written, never shown, and never over others. */
export async function run(_args: string[], { out }: Options): Promise<number> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  for (const file of [`${out}.key`, `${out}.pub`]) {
    if (existsSync(file)) throw new CommandError(`${file} is there already, and a key is not written over another`);
  }
  write(`${out}.key`, privateKey, 0o600);
  write(`${out}.pub`, publicKey, 0o644);
  process.stderr.write(
    `wrote ${out}.key (the secret: capfence run --sign ${out}.key) and ${out}.pub (capfence verify --key ${out}.pub)\n`,
  );
  return EXIT.done;
}

function write(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError(`${file} is there already, and a key is not written over another`);
    throw new CommandError(`can't write ${file}: ${code}`);
  }
}
