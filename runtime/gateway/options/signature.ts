import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Signer, verifierOf } from '../../audit/sign.js';
import { canonicalJson } from '../../text/canonical-json.js';
import { sha256 } from '../../text/sha256.js';
import { isObject } from '../../wire/envelope.js';
import { parsed } from '../../wire/json.js';

/** What must be signed is not, or as something else, or by somebody else. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/** What a signature says: so that what was signed as one thing is not taken for another. */
export interface Statement {
  /** The policy's name. */
  readonly policy: string;
  /** The name of the file, without its folder. */
  readonly file: string;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  readonly compiler: string;
  /** When it was signed, ISO 8601. */
  readonly issued: string;
}

/** What the file must be. */
export interface Expected {
  /** An Ed25519 public key (SPKI PEM). */
  readonly keyFile: string;
  /** Default: any. */
  readonly policy?: string | undefined;
  /** Older signatures are refused. Milliseconds since 1970. */
  readonly notBefore?: number | undefined;
}

/** The file beside a compiled policy or gateway with its signature: `{"statement":{…},"signature":"…"}`. */
export function signatureFile(file: string): string {
  return `${file}.sig`;
}

/** The text of a signature: Ed25519 (RFC 8032) over the statement's canonical JSON (RFC 8785), base64. */
export function signatureText(statement: Statement, signer: Signer): string {
  const text = canonicalJson(statement);
  return `{"signature":${JSON.stringify(signer.sign(text))},"statement":${text}}\n`;
}

/** The statement of a signature file's text, unchecked; undefined where it has none. */
export function statementIn(text: string): Statement | undefined {
  const value = parsed(text);
  const statement = isObject(value) ? value['statement'] : undefined;
  const names = ['policy', 'file', 'sha256', 'compiler', 'issued'];
  const isWhole = isObject(statement) && names.every((name) => typeof statement[name] === 'string');
  return isWhole ? (statement as unknown as Statement) : undefined;
}

/**
 * @param bytes What was read of the file, and will be run.
 * @throws SignatureError
 */
export function checkSignature(bytes: string, file: string, { keyFile, policy, notBefore }: Expected): void {
  let statement: Statement | undefined;
  let isSigned = false;
  try {
    const text = readFileSync(signatureFile(file), 'utf8');
    statement = statementIn(text);
    const signature = (parsed(text) as { readonly signature?: unknown } | undefined)?.signature;
    isSigned =
      statement !== undefined &&
      typeof signature === 'string' &&
      verifierOf(readFileSync(keyFile))(canonicalJson(statement), signature);
  } catch (error) {
    throw new SignatureError(`the signature of ${file} can't be checked: ${(error as Error).message}`);
  }
  if (!statement || !isSigned) throw new SignatureError(`${file} is not what was signed, or not by ${keyFile}`);
  const problem =
    statement.sha256 !== sha256(bytes)
      ? 'is not what was signed'
      : statement.file !== basename(file)
        ? `was signed as ${JSON.stringify(statement.file)}`
        : policy !== undefined && statement.policy !== policy
          ? `is the policy ${JSON.stringify(statement.policy)}, not ${JSON.stringify(policy)}`
          : notBefore !== undefined && !(Date.parse(statement.issued) >= notBefore)
            ? `was signed at ${statement.issued}, before ${new Date(notBefore).toISOString()}`
            : undefined;
  if (problem) throw new SignatureError(`${file} ${problem}`);
}
