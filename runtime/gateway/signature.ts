import { readFileSync } from 'node:fs';
import { verifierOf } from '../audit/sign.js';

/** What must be signed is not, or by somebody else. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/** The file beside a compiled policy or gateway with its signature: Ed25519 over the file's bytes, base64. */
export function signatureFile(file: string): string {
  return `${file}.sig`;
}

/**
 * @param bytes What was read of the file, and will be run.
 * @param keyFile An Ed25519 public key (SPKI PEM).
 * @throws SignatureError
 */
export function checkSignature(bytes: string, file: string, keyFile: string): void {
  let isSigned: boolean;
  try {
    const signature = readFileSync(signatureFile(file), 'utf8').trim();
    isSigned = verifierOf(readFileSync(keyFile))(bytes, signature);
  } catch (error) {
    throw new SignatureError(`the signature of ${file} can't be checked: ${(error as Error).message}`);
  }
  if (!isSigned) throw new SignatureError(`${file} is not what was signed, or not by ${keyFile}`);
}
