import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Diagnostic } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { checkLoaded } from '../check.js';
import { useDsl } from '../ir/load.js';
import { type ChangesAgainstHead, changesAgainstHead } from './changes-against-head.js';
import { findingDiagnostics } from './diagnostics.js';
import { PolicyText } from './policy-text.js';
import { UTF8_DOCUMENTS } from './utf8-document.js';

/*
 * The analysis of a policy, in a process of its own: it takes longer than a key, and whoever goes on writing ends it and
 * waits for nothing. The process reads one request, and writes a line for each part of the answer.
 */

/** As long as a part of an analysis may take while somebody writes, in seconds. */
export const BUDGET = 10;

/** A policy as it stands in an editor. */
interface Request {
  readonly uri: string;
  readonly text: string;
  /** Positions count bytes of UTF-8. */
  readonly isUtf8: boolean;
  /** The texts of other files that stand otherwise in the editor than on the disk, by path. */
  readonly unsaved: Readonly<Record<string, string>>;
}

/** A part of what an analysis finds. */
export interface Answer {
  readonly findings?: readonly Diagnostic[];
  readonly changes?: ChangesAgainstHead;
}

/** A running analysis. */
export interface Analysis {
  readonly cancel: () => void;
}

/**
 * Analyses a policy.
 *
 * @param command How `capfence` is started.
 * @param found Told of each part of the answer.
 */
export function analyse(
  text: PolicyText,
  {
    command,
    found,
    ...request
  }: Pick<Request, 'isUtf8' | 'unsaved'> & {
    readonly command: readonly string[];
    readonly found: (answer: Answer) => void;
  },
): Analysis {
  const [program = '', ...args] = command;
  const child = spawn(program, [...args, 'lsp', '--analysis'], {
    cwd: dirname(text.path),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let isCancelled = false;
  child.on('error', () => {}); // A folder that is not there yet: then nothing is found.
  child.stdin.on('error', () => {}); // It may have been ended.
  child.stdin.end(JSON.stringify({ uri: text.document.uri, text: text.document.getText(), ...request }));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (isCancelled) return;
    try {
      found(JSON.parse(line) as Answer);
    } catch {
      // A line that was cut off.
    }
  });
  return {
    cancel: () => {
      isCancelled = true;
      child.kill('SIGKILL');
    },
  };
}

/** The process's side. */
export async function answerRequest(request: Request, write: (answer: Answer) => void): Promise<void> {
  await useDsl();
  const { uri, text, isUtf8, unsaved } = request;
  const documents = isUtf8 ? UTF8_DOCUMENTS : TextDocument;
  const own = new PolicyText(documents.create(uri, 'capfence', 0, text), (path) => unsaved[path]);
  const { policy, snapshot, roots } = own;
  if (!policy) return;
  const { findings } = checkLoaded(
    { policy, diagnostics: [] },
    { budget: BUDGET, environment: { roots }, ...(snapshot && { tools: snapshot }) },
  );
  write({ findings: findingDiagnostics(own, findings) });
  const changes = changesAgainstHead(own, policy);
  if (changes) write({ changes });
}
