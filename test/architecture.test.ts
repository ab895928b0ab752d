import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { circlesOf, sourceFiles } from '../scripts/structure.js';
import { ROOT } from './support/capfence.js';

/** What the files of each folder may import beside each other: folders, or with `/*` a folder and all below it. */
const MAY_IMPORT: Record<string, string> = {
  // What ships inside a gateway.
  runtime: '',
  'runtime/text': '',
  'runtime/data': 'runtime',
  'runtime/files': '',
  'runtime/decide/paths': 'runtime runtime/data runtime/text',
  'runtime/decide/urls': 'runtime/data',
  'runtime/decide/commands': 'runtime/data',
  'runtime/decide/sql': 'runtime/data',
  'runtime/decide/recipients': 'runtime/decide/urls',
  'runtime/decide/secrets': 'runtime runtime/data runtime/text',
  'runtime/decide/facts':
    'runtime runtime/data runtime/text runtime/decide/paths runtime/decide/urls runtime/decide/commands runtime/decide/sql ' +
    'runtime/decide/recipients',
  'runtime/decide/conditions':
    'runtime runtime/data runtime/text runtime/decide/paths runtime/decide/facts runtime/decide/urls runtime/decide/commands ' +
    'runtime/decide/sql runtime/decide/secrets',
  'runtime/decide/table': 'runtime/decide/facts runtime/decide/conditions',
  'runtime/decide/effects': 'runtime runtime/text runtime/decide/facts runtime/decide/conditions',
  'runtime/decide': 'runtime runtime/data runtime/text runtime/decide/*',
  'runtime/wire': 'runtime/text',
  'runtime/audit': 'runtime/files runtime/text runtime/wire',
  // What happened before: the ledger, and what it says to a policy.
  'runtime/history': 'runtime runtime/files runtime/text',
  'runtime/approvals': 'runtime/text runtime/wire',
  'runtime/gateway/process': '',
  // The way of a message: read, judge, record; a person is asked, and it is judged again; the root delivers.
  'runtime/gateway/read': 'runtime/text runtime/wire',
  'runtime/gateway/judge': 'runtime runtime/data runtime/text runtime/wire runtime/gateway/read',
  'runtime/gateway/options':
    'runtime runtime/text runtime/wire runtime/audit runtime/approvals runtime/history runtime/gateway/judge',
  // What is done about what comes back.
  'runtime/gateway/results': 'runtime runtime/text runtime/wire runtime/gateway/judge',
  'runtime/gateway/record':
    'runtime runtime/gateway/results runtime/text runtime/wire runtime/audit runtime/approvals runtime/history runtime/gateway/read ' +
    'runtime/gateway/judge',
  'runtime/gateway/history':
    'runtime runtime/gateway/results runtime/text runtime/wire runtime/history runtime/gateway/read runtime/gateway/judge runtime/gateway/record',
  'runtime/gateway/approval':
    'runtime runtime/text runtime/wire runtime/audit runtime/approvals runtime/gateway/read ' +
    'runtime/gateway/judge runtime/gateway/record',
  'runtime/gateway':
    'runtime runtime/text runtime/wire runtime/audit runtime/approvals runtime/history runtime/gateway/*',
  // What carries records or requests elsewhere, over packages that the runtime does without.
  sinks: 'runtime/audit runtime/wire',
  stores: 'runtime/approvals runtime/history',
  // The compiler. Data tables and plain types of the runtime are leaves that all may read.
  'compiler/package': '',
  'compiler/diagnostics': '',
  'compiler/emit/code': 'runtime/text',
  'compiler/parse': 'compiler/diagnostics runtime runtime/text',
  'compiler/parse/dsl': 'compiler/diagnostics compiler/parse compiler/conditions runtime',
  // Conditions hold all their meanings side by side, so they meet the runtime's parsers of numbers and patterns.
  'compiler/conditions':
    'compiler/diagnostics compiler/emit/code runtime runtime/data runtime/text runtime/decide/facts runtime/decide/conditions ' +
    'runtime/decide/secrets',
  'compiler/ir': 'compiler/diagnostics compiler/parse compiler/parse/dsl compiler/conditions runtime runtime/data',
  // The oracle: data is shared with the runtime, and no function.
  // The list of what happened is data as well.
  'compiler/interpret':
    'compiler/interpret/histories compiler/ir compiler/conditions runtime runtime/data runtime/history',
  'compiler/interpret/histories': 'compiler/conditions compiler/ir runtime runtime/history',
  'compiler/emit':
    'compiler/package compiler/emit/code compiler/conditions compiler/ir runtime runtime/data runtime/decide runtime/decide/conditions ' +
    'runtime/decide/secrets',
  'compiler/fixtures':
    'compiler/diagnostics compiler/conditions compiler/parse compiler/ir compiler/interpret/* compiler/emit runtime ' +
    'runtime/history runtime/gateway/results',
  'compiler/analyse/regions':
    'compiler/conditions compiler/ir compiler/interpret runtime runtime/data runtime/decide/facts runtime/decide/conditions',
  'compiler/analyse/calls':
    'compiler/analyse/regions compiler/conditions compiler/ir compiler/interpret/* compiler/emit runtime runtime/data ' +
    'runtime/history',
  // What calls lead to: abstractly, for what is certain, and call by call, for what is shown.
  'compiler/analyse/histories':
    'compiler/analyse/regions compiler/analyse/calls compiler/conditions compiler/diagnostics compiler/ir ' +
    'compiler/interpret/* compiler/emit runtime runtime/history',
  'compiler/analyse/diff':
    'compiler/analyse compiler/analyse/findings compiler/analyse/histories compiler/analyse/regions compiler/analyse/calls compiler/diagnostics compiler/conditions compiler/ir compiler/interpret compiler/emit runtime ' +
    'runtime/data',
  'compiler/analyse':
    'compiler/analyse/histories compiler/analyse/regions compiler/analyse/calls compiler/diagnostics compiler/ir compiler/interpret compiler/emit runtime',
  'compiler/analyse/programs': 'compiler/analyse compiler/analyse/calls compiler/conditions compiler/ir runtime/data',
  'compiler/analyse/findings':
    'compiler/analyse compiler/analyse/histories compiler/analyse/programs compiler/analyse/regions compiler/analyse/calls compiler/diagnostics ' +
    'compiler/conditions compiler/ir ' +
    'compiler/interpret compiler/emit runtime runtime/data runtime/decide/conditions',
  // What an editor asks.
  'compiler/lsp':
    'compiler compiler/analyse compiler/analyse/calls compiler/analyse/diff compiler/analyse/regions compiler/conditions compiler/diagnostics ' +
    'compiler/fixtures compiler/interpret compiler/ir compiler/mutate compiler/package compiler/parse compiler/parse/dsl compiler/report ' +
    'compiler/report/diff compiler/report/playground runtime runtime/data',
  // Small changes, and who notices them.
  'compiler/mutate':
    'compiler/analyse/diff compiler/analyse/calls compiler/diagnostics compiler/fixtures compiler/ir compiler/parse runtime',
  // Whole pipelines, each a file: compile, check, diff, explain, replay, format.
  compiler:
    'compiler/analyse/* compiler/diagnostics compiler/emit compiler/interpret/* compiler/ir compiler/parse compiler/parse/dsl ' +
    'compiler/conditions runtime runtime/audit runtime/history runtime/wire',
  'compiler/report':
    'compiler compiler/analyse compiler/analyse/calls compiler/diagnostics compiler/fixtures compiler/interpret compiler/interpret/histories compiler/ir compiler/mutate compiler/package ' +
    'runtime/approvals runtime/gateway/judge runtime/text runtime/wire',
  'compiler/report/check': 'compiler compiler/analyse compiler/analyse/calls compiler/diagnostics compiler/report',
  'compiler/report/diff': 'compiler compiler/ir compiler/report',
  'compiler/report/log': 'compiler/report compiler/conditions runtime/audit runtime/history runtime/text runtime/wire',
  'compiler/report/page':
    'compiler compiler/analyse compiler/analyse/calls compiler/analyse/regions compiler/diagnostics compiler/interpret compiler/ir ' +
    'compiler/emit compiler/package compiler/report compiler/report/playground runtime runtime/text',
  // Where calls are tried: on that page, and in an editor.
  'compiler/report/playground': 'compiler/analyse/calls compiler/ir compiler/report runtime',
  'compiler/start':
    'compiler compiler/interpret compiler/ir compiler/report runtime runtime/data runtime/text runtime/wire ' +
    'runtime/gateway/judge runtime/gateway/options',
  // The person who decides: on a terminal, and on a page.
  'compiler/approvals': 'compiler/cli/support compiler/report runtime/* stores',
  'compiler/approvals/desk': 'compiler/approvals compiler/cli/support compiler/package compiler/report runtime/*',
  'compiler/cli/support':
    'compiler/conditions compiler/diagnostics compiler/ir compiler/package compiler/parse compiler/report compiler/start runtime/* stores',
  'compiler/cli/commands': 'compiler/* runtime/* sinks',
  'compiler/cli': 'compiler/package compiler/cli/support compiler/cli/commands',
};

const FILES = sourceFiles();
const KNOWN = new Set(FILES.map(({ path }) => path));
const folderOf = (path: string) => dirname(path).replaceAll('\\', '/');

test('every folder imports what its rule says, and nothing else', () => {
  const wrong: string[] = [];
  for (const { path, imports } of FILES) {
    const folder = folderOf(path);
    const rule = MAY_IMPORT[folder];
    assert.ok(rule !== undefined, `${folder} has no rule: say in MAY_IMPORT what it may import`);
    const allowed = rule.split(' ');
    for (const imported of imports.filter((other) => KNOWN.has(other))) {
      const from = folderOf(imported);
      const ok =
        from === folder ||
        allowed.some((one) => (one.endsWith('/*') ? `${from}/`.startsWith(one.slice(0, -1)) : from === one));
      if (!ok) wrong.push(`${path} imports ${imported}; ${folder} may import ${rule || 'nothing'}`);
    }
  }
  assert.ok(wrong.length === 0, wrong.join('\n'));
});

test('no rule is for a folder that is gone', () => {
  const folders = new Set(FILES.map(({ path }) => folderOf(path)));
  assert.deepEqual(
    Object.keys(MAY_IMPORT).filter((folder) => !folders.has(folder)),
    [],
  );
});

test('no files and no folders import each other', () => {
  const circles = circlesOf(FILES).map((circle) => wayAround(circle, FILES));
  assert.ok(circles.length === 0, circles.join('\n'));
  const folders = [...new Set(FILES.map(({ path }) => folderOf(path)))];
  const graph = folders.map((path) => {
    const files = FILES.filter((file) => folderOf(file.path) === path);
    return { path, imports: files.flatMap(({ imports }) => imports.map(folderOf)).filter((other) => other !== path) };
  });
  const wide = circlesOf(graph).map((circle) => wayAround(circle, graph));
  assert.ok(wide.length === 0, wide.join('\n'));
});

/** The shortest way from a member of a circle back to itself. */
function wayAround(circle: readonly string[], all: readonly { path: string; imports: readonly string[] }[]): string {
  const within = new Set(circle);
  const next = new Map(all.map(({ path, imports }) => [path, imports.filter((one) => within.has(one))]));
  const ways = circle.map((start) => {
    const seen = new Set<string>();
    const queue: string[][] = [[start]];
    for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
      for (const one of next.get(way.at(-1) as string) ?? []) {
        if (one === start) return [...way, one];
        if (!seen.has(one)) queue.push([...way, one]);
        seen.add(one);
      }
    }
    return circle;
  });
  return ways.reduce((a, b) => (b.length < a.length ? b : a)).join(' → ');
}

test('a circle is noticed', () => {
  const files = [
    { path: 'a.ts', imports: ['b.ts'] },
    { path: 'b.ts', imports: ['c.ts'] },
    { path: 'c.ts', imports: ['b.ts'] },
  ];
  assert.deepEqual(circlesOf(files), [['b.ts', 'c.ts']]);
});

test('a circle is told by its shortest way', () => {
  const files = [
    { path: 'a.ts', imports: ['b.ts'] },
    { path: 'b.ts', imports: ['c.ts'] },
    { path: 'c.ts', imports: ['a.ts', 'b.ts'] },
  ];
  assert.equal(wayAround(['a.ts', 'b.ts', 'c.ts'], files), 'b.ts → c.ts → b.ts');
});

test('the runtime imports nothing but Node and itself', () => {
  for (const { path, packages } of FILES) {
    if (!path.startsWith('runtime/')) continue;
    for (const name of packages) {
      assert.ok(name.startsWith('node:'), `${path} imports ${name}; the runtime has no packages`);
    }
  }
});

test('files are named in kebab-case', () => {
  const folders = ['compiler', 'runtime', 'sinks', 'stores', 'test', 'scripts', 'bench', 'ci'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter((path) => /\.(?:ts|mjs|js)$/.test(path) && !path.includes('/node_modules/')),
  );
  assert.ok(files.length > 300);
  const kebab = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
  const wrong = files.filter((path) => !kebab.test(path));
  assert.ok(wrong.length === 0, `not in kebab-case: ${wrong.join(' ')}`);
});
