import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeLens, Command, Diagnostic } from 'vscode-languageserver/node';
import { readFixture } from '../fixtures/fixture.js';
import { capabilityMatches } from '../interpret/capability-match.js';
import { toolUses } from '../interpret/capability-uses.js';
import type { FindingData } from './diagnostics.js';
import { toolNames } from './names.js';
import type { PolicyText } from './policy-text.js';

/** Opens a file: `{"uri": …}`. */
export const OPEN = 'capfence.server.open';
/** Opens what calls change against the last commit: `{"uri": …}` of the policy. */
export const SHOW_CHANGES = 'capfence.server.showChanges';

/** What analysis has said of the policy as it stands. */
export interface Analysed {
  readonly findings: readonly Diagnostic[];
  /** Calls that change against the last commit. */
  readonly changes: number;
}

/**
 * Over each rule, of how many tools it decides calls; over the policy, how many calls change against the last commit and how
 * many cases test it. null: it can't be read.
 */
export function codeLenses(text: PolicyText, { findings, changes }: Analysed): CodeLens[] | null {
  const { policy } = text;
  if (!policy) return null;
  const whole = text.document.getText();
  const { uri } = text.document;
  const tools = toolNames(text);
  const uses = tools.map((tool) => toolUses(policy, tool));
  const idle = new Set(
    findings.map(({ data }) => data as FindingData).flatMap(({ kind, rule }) => (IDLE.has(kind) ? rule : [])),
  );
  const rules = policy.rules
    .filter(({ place }) => place.source.text === whole)
    .map(({ id, place, capability }) => {
      const count = uses.filter((own) => own.some(({ parts }) => capabilityMatches(capability, parts))).length;
      // Without a lock file, those that some server is known to have.
      const of = `${tools.length} ${text.snapshot ? '' : 'known '}tools`;
      return lens(text, place.offset, {
        title: idle.has(id) ? 'decides no call' : `decides ${count} of ${of}`,
        command: '',
      });
    });
  const { count, first } = testsOf(text);
  return [
    ...(changes > 0
      ? [
          lens(text, 0, {
            title: `${changes} ${changes === 1 ? 'call changes' : 'calls change'} against HEAD`,
            command: SHOW_CHANGES,
            arguments: [{ uri }],
          }),
        ]
      : []),
    ...(first === undefined
      ? []
      : [
          lens(text, 0, {
            title: `${count} ${count === 1 ? 'test' : 'tests'}`,
            command: OPEN,
            arguments: [{ uri: pathToFileURL(first).href }],
          }),
        ]),
    ...rules,
  ];
}

/** Kinds of findings that say that a rule decides nothing. */
const IDLE: ReadonlySet<string> = new Set(['shadowed', 'unsatisfiable', 'expired']);

function lens(text: PolicyText, offset: number, command: Command): CodeLens {
  return { range: text.range(offset, offset), command };
}

/** How many cases of fixtures beside the policy test it, and the first of these fixtures. */
function testsOf(text: PolicyText): { readonly count: number; readonly first?: string } {
  const folder = dirname(text.path);
  const found = namesIn(folder)
    .filter((name) => /\.test\.ya?ml$/.test(name))
    .map((name) => join(folder, name))
    .map((path) => ({ path, count: casesIn(path).filter(({ policy }) => policy === text.path).length }))
    .filter(({ count }) => count > 0);
  const [first] = found;
  return { count: found.reduce((sum, { count }) => sum + count, 0), ...(first && { first: first.path }) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // It is in no folder yet.
  }
}

function casesIn(path: string): ReturnType<typeof readFixture> {
  try {
    return readFixture(path);
  } catch {
    return []; // A fixture that can't be read has no cases.
  }
}
