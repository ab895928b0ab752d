import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { diffPolicies } from '../analyse/diff/diff.js';
import { diffReportOf } from '../diff.js';
import { loadPolicyText } from '../ir/load.js';
import type { Policy } from '../ir/policy.js';
import { renderMarkdown } from '../report/diff/markdown.js';
import type { PolicyText } from './policy-text.js';

/** What calls are decided otherwise than by the last commit. */
export interface ChangesAgainstHead {
  readonly count: number;
  /** Markdown, as `capfence diff` writes it. */
  readonly report: string;
}

/** As long as it may take, in seconds. */
const BUDGET = 10;

/** @returns undefined where nothing changes, where there is no commit that has the policy, or where that one does not load. */
export function changesAgainstHead({ path, document }: PolicyText, policy: Policy): ChangesAgainstHead | undefined {
  const before = textAtHead(path);
  if (before === undefined) return undefined;
  try {
    const old = loadPolicyText(before, path, textAtHead).policy;
    // The same texts: nothing is compared.
    if (before === document.getText() && old.sha256 === policy.sha256) return undefined;
    const report = diffReportOf(diffPolicies(old, policy, { budget: BUDGET }));
    const count = report.changes.length;
    return count === 0 ? undefined : { count, report: renderMarkdown(report) };
  } catch {
    return undefined; // What does not load decides nothing.
  }
}

/**
 * A repository may be anybody's: git runs nothing that it names. An object that is not there would be fetched, by whatever
 * command it says (`core.sshCommand`, `remote.*.url` as `ext::`).
 */
const NOTHING_OF_ITS_OWN = [
  'core.sshCommand=false',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
];
const NO_FETCH = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_SSH_COMMAND: 'false',
  GIT_TERMINAL_PROMPT: '0',
};

/** A file as the last commit has it, unchanged by filters of its repository; undefined: it has none. */
function textAtHead(path: string): string | undefined {
  const settings = NOTHING_OF_ITS_OWN.flatMap((one) => ['-c', one]);
  const { status, stdout } = spawnSync('git', [...settings, 'cat-file', 'blob', `HEAD:./${basename(path)}`], {
    cwd: dirname(path),
    env: { ...process.env, ...NO_FETCH },
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}

const MAX_BYTES = 16_000_000;
