import type { KeyObject } from 'node:crypto';
import { nodeCrypto } from '../text/sha256.js';

/** Signs records. */
export interface Signer {
  /** @param hash A record's hash, 64 hexadecimal characters. @returns base64 of the signature over them (RFC 8032). */
  sign(hash: string): string;
}

/** The first record of a segment, and every one so many behind it, is signed; so are the footer and what retention took away. */
export const SIGNED_EVERY = 1000;

/** @param pem An Ed25519 private key, PKCS#8 PEM. @throws where it is none. */
export function signerOf(pem: string | Buffer): Signer {
  const { createPrivateKey, sign } = nodeCrypto();
  const key = ed25519(() => createPrivateKey(pem), 'private key (PKCS#8 PEM)');
  return { sign: (hash) => sign(null, Buffer.from(hash), key).toString('base64') };
}

/** @param pem An Ed25519 public key, SPKI PEM. @throws where it is none. */
export function verifierOf(pem: string | Buffer): (hash: string, signature: string) => boolean {
  const { createPublicKey, verify } = nodeCrypto();
  if (String(pem).includes('PRIVATE KEY')) throw new Error('this is a private key: verify needs only the public one');
  const key = ed25519(() => createPublicKey(pem), 'public key (SPKI PEM)');
  return (hash, signature) => verify(null, Buffer.from(hash), key, Buffer.from(signature, 'base64'));
}

/** What OpenSSL says of a bad key names neither the file nor what was wanted, and keys have no place in messages. */
function ed25519(read: () => KeyObject, wanted: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {
    // Told below.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`not an Ed25519 ${wanted}`);
  return key;
}
