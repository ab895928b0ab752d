import { sha256 } from '../text/sha256.js';

/** What an approval is bound to: a change in any of it asks again. */
export interface ApprovalSubject {
  readonly agent: string;
  /** The server's command and its arguments. */
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly method: string;
  readonly tool: string;
  /** Canonical text of the arguments, numbers as they were spelled. */
  readonly arguments: string;
  /** What else the call brings along, such as answers to what its server may ask; canonical text, as the arguments. */
  readonly params: string | undefined;
  /** SHA-256 of the policy, hexadecimal. */
  readonly policy: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly roots: readonly string[];
}

/**
 * One hash for everything an approval is bound to: over its JSON, with the members of every object in the order of their
 * names.
 */
export function subjectDigest(subject: ApprovalSubject): string {
  const { agent, cwd, method, params, policy, roots, tool, upstream } = subject;
  const context = Object.fromEntries(Object.entries(subject.context).sort(([a], [b]) => (a < b ? -1 : 1)));
  // The arguments are a text, so that their numbers stay as they were spelled.
  return sha256(
    JSON.stringify({
      agent,
      arguments: subject.arguments,
      context,
      cwd,
      method,
      params,
      policy,
      roots,
      tool,
      upstream,
    }),
  );
}
