import { build } from 'esbuild';
import type { Policy } from '../ir/policy.js';
import { built } from '../package.js';
import { VERSION } from '../version.js';

const REQUIRE =
  "import { createRequire as capfenceRequire } from 'node:module';const require = capfenceRequire(import.meta.url);";

/**
 * One self-contained gateway: the compiled policy and the runtime in a single ES module with no dependency.
 *
 * @param js The policy's decision module.
 * @param withOtlp Build in what `--otlp` needs, which is larger than all the rest.
 */
export async function bundleGateway(policy: Policy, js: string, withOtlp = false): Promise<string> {
  const entry = [
    `import * as policy from 'capfence:policy';`,
    `import { main } from 'capfence:gateway-main';`,
    ...(withOtlp ? [`import { otlpSink } from 'capfence:otlp';`] : []),
    `process.exit(await main(policy, process.argv.slice(2), import.meta.url${withOtlp ? ', otlpSink' : ''}));`,
  ].join('\n');
  const virtual = new Map([
    ['capfence:entry', entry],
    ['capfence:policy', js],
  ]);
  const real = new Map([
    ['capfence:gateway-main', built('slim/gateway-main.js')],
    ['capfence/runtime', built('slim/runtime.js')],
    ['capfence:otlp', built('otlp.js')],
  ]);
  const result = await build({
    entryPoints: ['capfence:entry'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    // The packages of OpenTelemetry ask for Node's own modules by require.
    ...(withOtlp && { banner: { js: REQUIRE } }),
    plugins: [
      {
        name: 'capfence',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^capfence[:/]/ }, ({ path }) => {
            const file = real.get(path);
            return file ? { path: file } : { path, namespace: 'capfence' };
          });
          onLoad({ filter: /.*/, namespace: 'capfence' }, ({ path }) => ({
            contents: virtual.get(path) ?? '',
            loader: 'js',
          }));
        },
      },
    ],
  });
  const code = result.outputFiles[0]?.text ?? '';
  const name = policy.name.replace(/[^\x20-\x7e]/g, '?');
  return `#!/usr/bin/env node\n// CapFence ${VERSION} gateway for the policy ${name}, sha256 ${policy.sha256}\n${code}`;
}
