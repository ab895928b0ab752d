import { nodeCrypto } from '../text/sha256.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts and authenticates what a client carries for a gateway (AES-256-GCM), under a key that lives as long as the
 * process: nobody else can read, change or make it.
 *
 * @internal
 */
export class Sealer {
  private readonly key = nodeCrypto().randomBytes(32);

  seal(text: string): string {
    const nonce = nodeCrypto().randomBytes(NONCE_BYTES);
    const cipher = nodeCrypto().createCipheriv('aes-256-gcm', this.key, nonce);
    const sealed = [cipher.update(text), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64url');
  }

  /** @returns undefined for anything that `seal` has not made. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const decipher = nodeCrypto().createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return undefined;
    }
  }
}
