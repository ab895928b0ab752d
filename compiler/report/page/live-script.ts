import { build } from 'esbuild';
import { Source } from '../../diagnostics/source.js';
import type { Policy } from '../../ir/policy.js';
import { built } from '../../package/built.js';

/** What of Node's the interpreter asks for, as a browser can have it. */
const IN_BROWSER = built('slim/in-browser.js');

/** The page's script: the interpreter, the policy, and the place where calls are tried. */
export async function liveScript(policy: Policy): Promise<string> {
  const result = await build({
    stdin: { contents: "import 'capfence:live';", sourcefile: 'page.js', resolveDir: '/' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    inject: [IN_BROWSER],
    plugins: [
      {
        name: 'capfence',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^capfence:live$/ }, () => ({ path: built('report-page.js') }));
          onResolve({ filter: /^capfence:policy$/ }, ({ path }) => ({ path, namespace: 'capfence' }));
          onResolve({ filter: /^node:/ }, () => ({ path: IN_BROWSER }));
          onLoad({ filter: /.*/, namespace: 'capfence' }, () => ({ contents: policyModule(policy), loader: 'js' }));
        },
      },
    ],
  });
  // Nothing in it may end the script element.
  return (result.outputFiles[0]?.text ?? '').replace(/<(?=\/?script|!--)/gi, '\\x3c').trim();
}

function policyModule(policy: Policy): string {
  // Parsed where it runs: as an object of the language's own, `__proto__` would be no name of a tool.
  return `export default JSON.parse(${JSON.stringify(policyJson(policy))});`;
}

/** A policy as JSON: all of it is plain data, but for the texts that its rules are from. */
export function policyJson(policy: Policy): string {
  return JSON.stringify(policy, (_, value: unknown) => (value instanceof Source ? { file: value.file } : value));
}
