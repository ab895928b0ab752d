import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseDocument } from 'yaml';
import { Editor } from '../test/support/editor.js';

/*
 * What an editor waits for on a policy of a thousand rules: a key until the diagnostics of loading, and each request. Beside
 * it, in the same run, what the YAML library alone takes for the same text. The analysis runs meanwhile, in its own process.
 */

const RULES = 1000;
const ROUNDS = process.argv.includes('--quick') ? 5 : 25;

const rule = (i: number) =>
  [
    `  - { id: r${i}, capability: filesystem.write, path_prefix: /data/p${i} }`,
    `  - { id: r${i}, capability: payments.transfer, amount_lte: ${i}, tenant: t${i} }`,
    `  - { id: r${i}, capability: web.read, args: { url: { host: h${i}.example.com } } }`,
    `  - { id: r${i}, capability: shell.execute, command: ["git log", "tool${i} *"] }`,
  ][i % 4] as string;
const text = `version: 1\nallow:\n${Array.from({ length: RULES }, (_, i) => rule(i)).join('\n')}\n`;

const folder = mkdtempSync(join(tmpdir(), 'capfence-bench-'));
writeFileSync(join(folder, 'big.yaml'), text);
const editor = new Editor(folder);
const median = (all: number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] as number;
const shown = (name: string, all: number[], beside: number) =>
  console.log(
    `${name.padEnd(28)} median ${median(all).toFixed(1).padStart(6)} ms   longest ${Math.max(...all)
      .toFixed(1)
      .padStart(6)} ms   ${(median(all) / beside).toFixed(2)} × the YAML library`,
  );

try {
  await editor.ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  editor.tell('initialized');
  editor.open('big.yaml');
  const parsing = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    parseDocument(text).toJS();
    return performance.now() - start;
  });
  const beside = median(parsing);
  console.log(`${RULES} rules, ${text.length} characters; the YAML library takes ${beside.toFixed(1)} ms for them`);

  const keys: number[] = [];
  for (let version = 2; version < ROUNDS + 2; version++) {
    const start = performance.now();
    const isWrong = version % 2 === 0;
    const at = { line: 2 + RULES, character: 0 };
    const end = isWrong ? at : { line: 3 + RULES, character: 0 };
    editor.tell('textDocument/didChange', {
      textDocument: { uri: editor.uri('big.yaml'), version },
      contentChanges: [{ range: { start: at, end }, text: isWrong ? 'wrong: 1\n' : '' }],
    });
    await editor.diagnostics('big.yaml', (all, ofVersion) => ofVersion === version && all.length > 0 === isWrong, 1);
    keys.push(performance.now() - start);
  }
  shown('a key, to its diagnostics', keys, beside);

  const textDocument = { uri: editor.uri('big.yaml') };
  // As somebody types: each answer is about a text that was not read before.
  let version = 1000;
  const requests: Record<string, (i: number) => [string, object]> = {
    hover: (i) => ['textDocument/hover', { textDocument, position: { line: 2 + ((i * 37) % RULES), character: 30 } }],
    completion: (i) => [
      'textDocument/completion',
      { textDocument, position: { line: 2 + ((i * 37) % RULES), character: 22 } },
    ],
    lenses: () => ['textDocument/codeLens', { textDocument }],
    outline: () => ['textDocument/documentSymbol', { textDocument }],
    definition: (i) => [
      'textDocument/definition',
      { textDocument, position: { line: 2 + ((i * 37) % RULES), character: 11 } },
    ],
    references: (i) => [
      'textDocument/references',
      { textDocument, position: { line: 2 + ((i * 37) % RULES), character: 11 }, context: {} },
    ],
    'code actions': (i) => [
      'textDocument/codeAction',
      {
        textDocument,
        range: { start: { line: 2 + i, character: 8 }, end: { line: 2 + i, character: 8 } },
        context: { diagnostics: [] },
      },
    ],
    'a tried call': (i) => [
      'workspace/executeCommand',
      {
        command: 'capfence.server.tryCall',
        arguments: [{ ...textDocument, tool: 'write_file', args: { path: `/data/p${i}/x` } }],
      },
    ],
  };
  for (const [name, request] of Object.entries(requests)) {
    const took: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      editor.tell('textDocument/didChange', {
        textDocument: { ...textDocument, version: ++version },
        contentChanges: [{ text: `${text}# ${i}\n` }],
      });
      await editor.diagnostics('big.yaml', (_, ofVersion) => ofVersion === version, 1);
      const start = performance.now();
      await editor.ask(...request(i));
      took.push(performance.now() - start);
    }
    shown(name, took, beside);
  }
} finally {
  await editor.close();
  rmSync(folder, { recursive: true, force: true });
}
