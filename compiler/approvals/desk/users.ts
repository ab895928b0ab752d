import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { shownWhole } from '../../../runtime/text/escape.js';
import { CommandError } from '../../cli/support/failure.js';

/** A hash of a password: scrypt (RFC 7914), as a PHC string spells it. */
interface PasswordHash {
  /** The binary logarithm of its cost. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** OWASP's password storage cheat sheet: 32 MB, three times. */
const COST = { ln: 15, r: 8, p: 3 } as const;
const HASH_BYTES = 32;
/** More memory than this is refused, in bytes. */
const MAX_MEMORY = 256 * 2 ** 20;
/** Found out by guessing later than a lock on the account would annoy. */
export const MIN_PASSWORD = 12;

const LINE = /^([^\s:]{1,64}):\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** The people who may decide: a file with a line each, `name:$scrypt$ln=15,r=8,p=3$SALT$HASH`. */
export class Users {
  private constructor(private readonly hashes: ReadonlyMap<string, PasswordHash>) {}

  /** @throws CommandError where the file can't be read, or a line of it. */
  static read(file: string): Users {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new CommandError(
        `--users: ${(error as Error).message}; capfence approvals --add-user NAME --users ${file} makes it`,
      );
    }
    const hashes = new Map<string, PasswordHash>();
    for (const [i, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      const parsed = parseLine(line.trim());
      if (!parsed)
        throw new CommandError(
          `${file}:${i + 1}: not name:$scrypt$ln=…,r=…,p=…$SALT$HASH: capfence approvals --add-user NAME --users ${file} writes one`,
        );
      const [name, hash] = parsed;
      if (hashes.has(name)) throw new CommandError(`${file}:${i + 1}: ${shownWhole(name)} is there twice`);
      hashes.set(name, hash);
    }
    if (hashes.size === 0)
      throw new CommandError(`${file} names nobody: capfence approvals --add-user NAME --users ${file} adds somebody`);
    return new Users(hashes);
  }

  has(name: string): boolean {
    return this.hashes.has(name);
  }

  /** Is this that person's password? Somebody unknown takes as long. */
  async accepts(name: string, password: string): Promise<boolean> {
    const known = this.hashes.get(name);
    const { ln, r, p, salt, hash } = known ?? UNKNOWN;
    const found = await derive(password, salt, { ln, r, p }, hash.length);
    return timingSafeEqual(found, hash) && known !== undefined;
  }
}

const UNKNOWN: PasswordHash = { ...COST, salt: Buffer.alloc(16), hash: Buffer.alloc(HASH_BYTES) };

function parseLine(line: string): readonly [string, PasswordHash] | undefined {
  const found = LINE.exec(line);
  if (!found) return undefined;
  const [, name = '', ln, r, p, salt = '', hash = ''] = found;
  const one = {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  const isStrong = one.ln >= 14 && one.r >= 1 && one.p >= 1 && one.hash.length >= 16 && one.hash.length <= 64;
  return isStrong && memory(one) <= MAX_MEMORY ? [name, one] : undefined;
}

/** The line of the file for somebody new. */
export async function userLine(name: string, password: string): Promise<string> {
  if (!/^[^\s:]{1,64}$/.test(name))
    throw new CommandError('--add-user takes a name of at most 64 characters, without blanks and colons');
  if (password.length < MIN_PASSWORD) throw new CommandError(`a password has at least ${MIN_PASSWORD} characters`);
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST, HASH_BYTES);
  const { ln, r, p } = COST;
  return `${name}:$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function memory({ ln, r }: Pick<PasswordHash, 'ln' | 'r'>): number {
  return 128 * 2 ** ln * r;
}

function derive(
  password: string,
  salt: Buffer,
  { ln, r, p }: Pick<PasswordHash, 'ln' | 'r' | 'p'>,
  length: number,
): Promise<Buffer> {
  const options = { N: 2 ** ln, r, p, maxmem: 2 * memory({ ln, r }) };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
