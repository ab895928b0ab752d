import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeLens } from 'vscode-languageserver/node';
import { readFixture } from '../fixtures/fixture.js';
import type { Analysed } from './analyses.js';
import { concernedTools } from './concerned-tools.js';
import type { FindingData } from './diagnostics.js';
import { toolNames } from './names.js';
import type { PolicyText } from './policy-text.js';

/** Opens a file: `{"uri": …}`. */
export const OPEN = 'capfence.server.open';
/** Opens what calls change against the last commit: `{"uri": …}` of the policy. */
export const SHOW_CHANGES = 'capfence.server.showChanges';

/**
 * Over each rule, of how many tools it decides calls; over the policy, how many calls change against the last commit and how
 * many cases test it. null: it can't be read.
 */
export function codeLenses(text: PolicyText, { findings, changes }: Analysed): CodeLens[] | null {
  const { policy } = text;
  if (!policy) return null;
  const whole = text.document.getText();
  const tools = toolNames(text);
  const said = findings.map(({ data }) => data as FindingData);
  const idle = new Set(said.flatMap(({ kind, rule }) => (IDLE.has(kind) ? rule : [])));
  // Without a lock file, those that some server is known to have.
  const all = `${tools.length} ${text.snapshot ? '' : 'known '}tools`;
  const rules = policy.rules
    .filter(({ place }) => place.source.text === whole)
    .map((rule) => {
      const count = concernedTools(policy, rule, tools).length;
      return lens(text, rule.place.offset, idle.has(rule.id) ? 'decides no call' : `decides ${count} of ${all}`);
    });
  return [...changesLens(text, changes?.count ?? 0), ...testsLens(text), ...rules];
}

function changesLens(text: PolicyText, count: number): CodeLens[] {
  if (count === 0) return [];
  const title = `${count} ${count === 1 ? 'call changes' : 'calls change'} against HEAD`;
  return [lens(text, 0, title, SHOW_CHANGES, text.document.uri)];
}

function testsLens(text: PolicyText): CodeLens[] {
  const { count, first } = testsOf(text);
  if (first === undefined) return [];
  return [lens(text, 0, `${count} ${count === 1 ? 'test' : 'tests'}`, OPEN, pathToFileURL(first).href)];
}

/** Kinds of findings that say that a rule decides nothing. */
const IDLE: ReadonlySet<string> = new Set(['shadowed', 'unsatisfiable', 'expired']);

/** @param uri What the command is about; without a command, there is nothing to press. */
function lens(text: PolicyText, offset: number, title: string, command = '', uri?: string): CodeLens {
  const own = uri === undefined ? {} : { arguments: [{ uri }] };
  return { range: text.range(offset, offset), command: { title, command, ...own } };
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
