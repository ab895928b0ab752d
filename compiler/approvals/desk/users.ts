import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
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
const MIN_PASSWORD = 12;

const LINE = /^([^\s:]{1,64}):\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** The people who may decide: a file with a line each, `name:$scrypt$ln=15,r=8,p=3$SALT$HASH`. Changes of it count at once. */
export class Users {
  private constructor(
    private readonly file: string,
    private hashes: ReadonlyMap<string, PasswordHash>,
    private stamp: string,
  ) {}

  /** @throws CommandError where the file can't be read, or a line of it. */
  static read(file: string): Users {
    const stamp = stampOf(file);
    return new Users(file, readHashes(file), stamp);
  }

  has(name: string): boolean {
    return this.current().has(name);
  }

  /** Is this that person's password? Somebody unknown takes as long. */
  async accepts(name: string, password: string): Promise<boolean> {
    const known = this.current().get(name);
    const { ln, r, p, salt, hash } = known ?? UNKNOWN;
    const found = await derive(password, salt, { ln, r, p }, hash.length);
    return timingSafeEqual(found, hash) && known !== undefined && this.has(name);
  }

  /** As the file is now; where it can't be read, nobody may decide. */
  private current(): ReadonlyMap<string, PasswordHash> {
    const stamp = stampOf(this.file);
    if (stamp !== this.stamp) {
      this.stamp = stamp;
      try {
        this.hashes = readHashes(this.file);
      } catch {
        this.hashes = new Map();
      }
    }
    return this.hashes;
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : '';
}

function readHashes(file: string): ReadonlyMap<string, PasswordHash> {
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
  return hashes;
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
  const isStrong =
    one.ln >= 14 && one.r >= 8 && one.p >= 1 && one.salt.length >= 8 && one.hash.length >= 16 && one.hash.length <= 64;
  return isStrong && memory(one) <= MAX_MEMORY ? [name, one] : undefined;
}

/** The line of the file for somebody new. */
export async function userLine(name: string, password: string): Promise<string> {
  if (!/^[^\s:#][^\s:]{0,63}$/.test(name))
    throw new CommandError(
      '--add-user takes a name of at most 64 characters, without blanks and colons, and not with # first',
    );
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
