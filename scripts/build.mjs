// Builds dist/: the bundled executable and library entries (esbuild) and their types (tsc).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { writeMessages } from './messages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

writeMessages();
// Built beside the old one, and put in its place whole.
const target = `${root}dist.new`;
rmSync(target, { recursive: true, force: true });
/** @satisfies {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: /** @type {const} */ ('esm'),
  platform: /** @type {const} */ ('node'),
  target: 'node20',
  // What is published as a dependency stays outside; everything else is bundled, so that a start is fast.
  external: ['esbuild', 'ts-morph', '@opentelemetry/*', 'pg'],
  // Its main entry looks for its parts at run time, where they are not.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  define: { __VERSION__: JSON.stringify(version) },
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: /** @type {const} */ ('warning'),
};
await build({
  ...common,
  entryPoints: {
    cli: 'compiler/cli/main.ts',
    index: 'index.ts',
    compiler: 'compiler/index.ts',
    gateway: 'runtime/gateway/index.ts',
    runtime: 'runtime/decide/index.ts',
    otlp: 'sinks/otlp.ts',
    postgres: 'stores/index.ts',
    'report-page': 'compiler/report/page/live.js',
  },
  outdir: 'dist.new',
  external: [...common.external, 'capfence:policy'],
  legalComments: 'linked',
  // Bundled CommonJS packages ask for Node's own modules by require.
  banner: {
    js: "import { createRequire as capfenceRequire } from 'node:module';\nconst require = capfenceRequire(import.meta.url);",
  },
});
// The protocol's library has half of this chunk, and much white space.
for (const name of readdirSync('dist.new/chunks').filter((one) => /^lsp-.*\.js$/.test(one))) {
  const file = `dist.new/chunks/${name}`;
  writeFileSync(file, (await transform(readFileSync(file, 'utf8'), { minifyWhitespace: true, format: 'esm' })).code);
}
// What prebuilt gateways and pages are made of.
await build({
  ...common,
  entryPoints: {
    'gateway-main': 'runtime/gateway/main.ts',
    runtime: 'runtime/decide/index.ts',
    'approvals-page': 'compiler/approvals/desk/live.js',
  },
  external: [...common.external, 'capfence:policy'],
  outdir: 'dist.new/slim',
  minifyWhitespace: true, // Read by the bundler of gateways and pages alone.
});
await build({
  ...common,
  splitting: false,
  entryPoints: { 'in-browser': 'compiler/report/page/in-browser.js' },
  outdir: 'dist.new/slim',
  minify: true,
  legalComments: 'linked',
});
const types = spawnSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.types.json', '--outDir', 'dist.new/types'],
  { cwd: root, stdio: 'inherit' },
);
if (types.status !== 0) {
  console.error('the types do not fit: dist/ is as it was');
  process.exit(1);
}
pruneTypes();
writeFileSync(`${target}/.stamp`, new Date().toISOString());
// The schema that editors complete policies with, made of the loader's own.
const { policyJsonSchema } = await import(new URL('../dist.new/compiler.js', import.meta.url).href);
const schema = `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
if (
  !existsSync(`${root}docs/policy.schema.json`) ||
  readFileSync(`${root}docs/policy.schema.json`, 'utf8') !== schema
) {
  writeFileSync(`${root}docs/policy.schema.json`, schema);
}
rmSync(`${root}dist`, { recursive: true, force: true });
renameSync(target, `${root}dist`);

/** Declarations that no entry of the package leads to are nobody's to read. */
function pruneTypes() {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const todo = Object.values(exports).flatMap(({ types }) => (types ? [types.replace('./dist', target)] : []));
  const reached = new Set(todo);
  for (const file of todo) {
    const text = readFileSync(file, 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)\.js['"]/g)) {
      const next = resolve(dirname(file), `${path}.d.ts`);
      // An example in a comment may look like one.
      if (!reached.has(next) && existsSync(next)) {
        reached.add(next);
        todo.push(next);
      }
    }
  }
  for (const name of readdirSync(`${target}/types`, { recursive: true })) {
    const file = resolve(`${target}/types`, String(name));
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}
