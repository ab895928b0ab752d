import type * as Crypto from 'node:crypto';

let crypto: typeof Crypto | undefined;

/** Node's crypto, loaded when it is first needed: a gateway starts its server first, and loads it meanwhile. */
export function nodeCrypto(): typeof Crypto {
  crypto ??= process.getBuiltinModule('node:crypto');
  return crypto;
}

/** SHA-256 (FIPS 180-4), hexadecimal. Text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): string {
  return nodeCrypto().hash('sha256', data, 'hex');
}
