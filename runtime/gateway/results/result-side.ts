import type { ManifestResultRule, SecretSearch } from '../../types.js';
import { ResultGuards } from './result-guard.js';
import { ServerResults, type ServerResultsSetup } from './server-results.js';
import { storedResult } from './stored-result.js';

/** What a session has of result rules: what a gateway does without whose policy says nothing of results. @internal */
export interface ResultSide {
  /** null where the policy says nothing of results. */
  readonly guards: ResultGuards | null;
  readonly server: ServerResults | null;
  /** How results are kept in the audit log. */
  readonly stored: ReturnType<typeof storedResult>;
}

/** @internal */
export function resultSide(
  rules: readonly ManifestResultRule[] | undefined,
  secrets: () => SecretSearch | undefined,
  setup: Omit<ServerResultsSetup, 'guards'>,
): ResultSide {
  const guards = rules ? new ResultGuards({ rules, secrets }) : null;
  return { guards, server: guards && new ServerResults({ ...setup, guards }), stored: storedResult(secrets) };
}
