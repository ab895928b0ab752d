import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import type { Policy } from '../ir/policy.js';
import { secretsAsked } from '../ir/secrets.js';
import { built } from '../package/built.js';
import { VERSION } from '../package/version.js';

/** What to build in that most gateways do without, since it is larger than all the rest. */
export interface BundleOptions {
  /** For `--otlp`. */
  readonly otlp?: boolean;
  /** For `--approvals postgres://…` and `--ledger postgres://…`. */
  readonly postgres?: boolean;
}

const IMPORT = /^import \{ ([\w, ]+) \} from 'capfence\/runtime';$/m;

/**
 * One self-contained gateway in a single ES module with no dependency: the decision module as everybody can read it,
 * and the runtime, compressed.
 *
 * @param js The policy's decision module.
 */
export async function bundleGateway(policy: Policy, js: string, options: BundleOptions = {}): Promise<string> {
  const needed = IMPORT.exec(js)?.[1] as string;
  const runtime = await bundleRuntime(needed, {
    ...options,
    results: hasResults(policy),
    history: HISTORY.test(js),
  });
  const name = policy.name.replace(/[^\x20-\x7e]/g, '?');
  return `#!/usr/bin/env node
// CapFence ${VERSION} gateway for the policy ${name}, sha256 ${policy.sha256}
// First the decisions of this policy, then what runs it: the same in every gateway of this version, compressed.
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { brotliDecompressSync } from 'node:zlib';

const capfence = unpack();

${js.replace(IMPORT, 'const { $1 } = capfence;').trimEnd()}

process.exit(await capfence.main({ manifest, bind }, process.argv.slice(2), import.meta.url));

function unpack() {
  const code = brotliDecompressSync(Buffer.from(packed(), 'base64')).toString();
  const module = { exports: {} };
  const run = compileFunction(code, ['module', 'require', 'url'], { filename: 'capfence-runtime.cjs' });
  run(module, createRequire(import.meta.url), import.meta.url);
  return module.exports;
}

function packed() {
  return '${packedText(runtime)}';
}
`;
}

/** Brotli (RFC 7932): an eighth less than deflate, and as fast to unpack. */
function packedText(runtime: string | Uint8Array): string {
  const bytes = Buffer.from(runtime);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).toString('base64');
}

/** The manifest of a module whose policy asks of the past. */
const HISTORY = /^ {2}history: \{/m;

/** Does it say anything of results, or keep them without secrets? */
function hasResults(policy: Policy): boolean {
  return policy.results.length > 0 || secretsAsked(policy).length > 0;
}

/** @param needed What the decision module imports. @returns a CommonJS module that exports it, and `main`. */
async function bundleRuntime(
  needed: string,
  { otlp, postgres, results, history }: BundleOptions & { readonly results: boolean; readonly history: boolean },
): Promise<string> {
  const parts = [...(otlp ? ['otlpSink'] : []), ...(postgres ? ['postgresStore', 'postgresLedger'] : [])];
  const entry = [
    `import { main as start } from 'capfence:gateway-main';`,
    ...(otlp ? [`import { otlpSink } from 'capfence:otlp';`] : []),
    ...(postgres ? [`import { postgresLedger, postgresStore } from 'capfence:postgres';`] : []),
    `export { ${needed} } from 'capfence/runtime';`,
    `export const main = (policy, argv, self) => start(policy, argv, self, { ${parts.join(', ')} });`,
  ].join('\n');
  const real = new Map([
    ['capfence:gateway-main', built('slim/gateway-main.js')],
    ['capfence/runtime', built('slim/runtime.js')],
    ['capfence:otlp', built('otlp.js')],
    ['capfence:postgres', built('postgres.js')],
  ]);
  const result = await build({
    stdin: { contents: entry, sourcefile: 'capfence-entry.js', resolveDir: '/' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    define: {
      'import.meta.url': 'url',
      ...(!results && { 'globalThis.CAPFENCE_WITHOUT_RESULTS': 'true' }),
      ...(!history && { 'globalThis.CAPFENCE_WITHOUT_HISTORY': 'true' }),
    },
    supported: { 'dynamic-import': false }, // Made into require, which a function has.
    plugins: [
      {
        name: 'capfence',
        setup({ onResolve }) {
          onResolve({ filter: /^capfence[:/]/ }, ({ path }) => ({ path: real.get(path) as string }));
        },
      },
    ],
  });
  return result.outputFiles[0]?.text ?? '';
}
