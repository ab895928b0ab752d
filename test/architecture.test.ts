import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './support/gateway.js';

/** What each part may import beside itself. Data tables and plain types are leaves that all may read. */
const MAY_IMPORT: Record<string, string[]> = {
  'runtime/data': ['runtime/decide/types.ts'],
  'runtime/decide': ['runtime/data'],
  'runtime/wire': ['runtime/decide/names.ts', 'runtime/decide/fold.ts', 'runtime/data'],
  'runtime/audit': ['runtime/wire', 'runtime/data', 'runtime/decide/select.ts'],
  'runtime/approvals': ['runtime/wire', 'runtime/data'],
  'runtime/gateway': ['runtime/wire', 'runtime/decide', 'runtime/audit', 'runtime/approvals', 'runtime/data'],
  'compiler/parse': ['compiler/diagnostics'],
  'compiler/diagnostics': ['compiler/parse/source.ts'],
  // Conditions hold all their meanings side by side, so they meet the runtime's data types and the parser of patterns.
  'compiler/conditions': [
    'compiler/parse',
    'compiler/diagnostics',
    'compiler/emit/code.ts',
    'runtime/decide/number.ts',
    'runtime/decide/regex.ts',
    'runtime/decide/packed.ts',
  ],
  'compiler/ir': [
    'compiler/parse',
    'compiler/diagnostics',
    'compiler/conditions',
    'runtime/data',
    'runtime/decide/types.ts',
  ],
  'compiler/interpret': ['compiler/ir', 'compiler/conditions', 'runtime/data', 'runtime/decide/types.ts'],
  'compiler/emit': ['compiler/ir', 'compiler/conditions', 'compiler', 'runtime'],
  'compiler/analyse': [
    'compiler/interpret',
    'compiler/emit',
    'compiler/ir',
    'compiler/conditions',
    'compiler/diagnostics',
    'compiler/parse',
    'runtime/data',
    'runtime/decide',
  ],
  'compiler/report': [
    'compiler/analyse',
    'compiler/check.ts',
    'compiler/diff.ts',
    'compiler/ir/decision.ts',
    'compiler/version.ts',
    'compiler/diagnostics',
    'compiler/parse',
    'compiler/explain.ts',
    'compiler/fixtures',
    'runtime/gateway/escape.ts',
    'runtime/gateway/tool-lock.ts',
    'runtime/approvals/approval.ts',
    'runtime/audit/read.ts',
    'runtime/wire/members.ts',
    'runtime/decide/types.ts',
    'compiler/emit',
    'compiler/interpret',
    'compiler/ir',
    'compiler/in-memory.ts',
    'compiler/package.ts',
  ],
  'compiler/start': [
    'compiler/analyse',
    'compiler/interpret',
    'compiler/ir',
    'compiler/replay.ts',
    'compiler/report/visible.ts',
    'runtime/data',
    'runtime/decide/types.ts',
    'runtime/gateway/escape.ts',
    'runtime/gateway/masking.ts',
    'runtime/gateway/places.ts',
    'runtime/gateway/tool-lock.ts',
    'runtime/data/sha256.ts',
    'runtime/wire/envelope.ts',
  ],
  // What carries records or requests elsewhere, over packages that the runtime does without.
  sinks: ['runtime/audit', 'runtime/wire'],
  stores: ['runtime/approvals'],
};

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesOf(path) : path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, specifier]) => {
    const name = specifier as string;
    return name.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(file), name))
          .replaceAll('\\', '/')
          .replace(/\.js$/, '.ts')
      : name;
  });
}

test('imports run one way', () => {
  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    for (const file of filesOf(folder)) {
      for (const imported of importsOf(file)) {
        if (!/^(compiler|runtime)\//.test(imported)) continue;
        const ok = [folder, ...allowed].some(
          (part) =>
            imported === part ||
            (part.endsWith('.ts')
              ? false
              : imported.startsWith(`${part}/`) && (part !== 'compiler' || dirname(imported) === 'compiler')),
        );
        assert.ok(ok, `${file} imports ${imported}`);
      }
    }
  }
});

test('the runtime imports nothing but Node and itself', () => {
  for (const file of filesOf('runtime')) {
    for (const imported of importsOf(file)) assert.match(imported, /^(node:|runtime\/)/, file);
  }
});

test('the interpreter shares data with the runtime, and no function', () => {
  for (const file of filesOf('compiler/interpret')) {
    for (const imported of importsOf(file)) {
      assert.ok(
        !/^runtime\//.test(imported) || /^runtime\/(data\/|decide\/types\.ts$)/.test(imported),
        `${file} imports ${imported}`,
      );
    }
  }
});
