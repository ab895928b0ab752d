import { mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type Signer, signerOf } from '../../../runtime/audit/sign.js';
import { parseContext } from '../../../runtime/gateway/options/flags.js';
import { signatureFile, signatureText, statementIn } from '../../../runtime/gateway/options/signature.js';
import { sha256 } from '../../../runtime/text/sha256.js';
import { checkPolicy } from '../../analyse/findings/check.js';
import { type CompiledPolicy, compile } from '../../compile.js';
import { PolicyError, type Severity } from '../../diagnostics/diagnostic.js';
import type { Policy } from '../../ir/policy.js';
import { readSnapshot, type Snapshot } from '../../ir/tool-snapshot.js';
import { VERSION } from '../../package/version.js';
import { renderText } from '../../report/check/text.js';
import { styleFor } from '../../report/style.js';
import { renderDiagnostic } from '../../report/text.js';
import { CommandError, EXIT, reportFailure } from '../support/failure.js';
import { policyPaths } from '../support/policy-paths.js';
import { progressOn } from '../support/progress.js';
import { failLevel } from './check.js';

interface Options {
  readonly out: string;
  readonly gateway?: string;
  readonly otlp?: boolean;
  readonly sign?: string;
  readonly postgres?: boolean;
  readonly context?: string[];
  readonly tools?: string;
  readonly failOn: string;
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly together?: boolean;
}

interface Output {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
  /** It is run, and so it is signed. */
  readonly isRun?: boolean;
}

/** `capfence compile`: writes, or with `--check` compares, what policies compile to. */
export async function run(given: string[], options: Options): Promise<number> {
  const policies = policyPaths(given);
  const names = policies.map(nameOf);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new CommandError(`two policies would both be written as ${twice}: compile them to two folders`);
  if (options.gateway !== undefined && policies.length > 1) throw new CommandError('--gateway takes one policy');
  if (!options.watch) return compileAll(policies, options);
  if (options.check) throw new CommandError('--watch and --check exclude each other');
  return keepCompiling(policies, options);
}

async function compileAll(policies: readonly string[], options: Options): Promise<number> {
  const context = parseContext(options.context ?? [], {});
  const tools = options.tools === undefined ? undefined : readSnapshot(options.tools);
  const failOn = failLevel(options.failOn);
  const failures: PolicyError[] = [];
  const all: CompiledPolicy[] = [];
  let refused = false;
  const outputs: Output[] = [];
  for (const path of policies) {
    try {
      const compiled = await compile(path, { context, progress: progressOn(process.stderr), ...(tools && { tools }) });
      for (const diagnostic of compiled.diagnostics) {
        process.stderr.write(`${renderDiagnostic(diagnostic, styleFor(process.stderr))}\n`);
      }
      all.push(compiled);
      outputs.push(...(await outputsOf(path, compiled, options)));
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      failures.push(error);
    }
  }
  for (const compiled of all) {
    const companions = options.together ? all.filter((other) => other !== compiled).map(({ policy }) => policy) : [];
    refused = refusal(compiled, failOn, tools, companions) || refused;
  }
  if (refused) {
    process.stderr.write('nothing was written: see the findings above, or choose another --fail-on\n');
    if (options.json) report([], []);
    return EXIT.no;
  }
  if (failures.length > 0) throw new PolicyError(failures.flatMap((failure) => failure.diagnostics));
  return options.check ? compare(outputs, options.json) : write(outputs, options.json);
}

/** Says what analysis found at or above the level. @returns whether there was anything. */
function refusal(
  { policy }: CompiledPolicy,
  failOn: readonly Severity[],
  tools: Snapshot | undefined,
  companions: readonly Policy[],
): boolean {
  if (failOn.length === 0) return false;
  const { findings: found, promises } = checkPolicy(policy, {
    progress: progressOn(process.stderr),
    ...(tools && { tools }),
    companions,
  });
  const findings = found.filter(({ message }) => failOn.includes(message.severity));
  if (findings.length === 0) return false;
  process.stderr.write(
    renderText(
      [{ policy, file: policy.sources[0]?.file ?? policy.name, diagnostics: [], findings, promises }],
      styleFor(process.stderr),
    ),
  );
  return true;
}

async function outputsOf(path: string, compiled: CompiledPolicy, options: Options): Promise<Output[]> {
  const base = join(options.out, nameOf(path));
  const outputs: Output[] = [
    { path: `${base}.ts`, text: compiled.ts },
    { path: `${base}.js`, text: compiled.js, isRun: true },
    { path: `${base}.manifest.json`, text: `${JSON.stringify(compiled.manifest, null, 2)}\n` },
  ];
  if (options.gateway !== undefined) {
    const { bundleGateway } = await import('../../emit/bundle.js');
    outputs.push({
      path: options.gateway,
      text: await bundleGateway(compiled.policy, compiled.js, options),
      mode: 0o755,
      isRun: true,
    });
  }
  if (options.sign === undefined) return outputs;
  return [...outputs, ...signaturesOf(outputs, compiled, options.sign, options.check)];
}

/** A signature beside each file that is run. */
function signaturesOf(
  outputs: readonly Output[],
  { manifest }: CompiledPolicy,
  keyFile: string,
  isCheck = false,
): Output[] {
  const signer = signerIn(keyFile);
  return outputs
    .filter(({ isRun }) => isRun)
    .map(({ path, text }) => {
      const file = signatureFile(path);
      // Compared is what was signed, whenever that was.
      const before = isCheck ? statementIn(readIfThere(file) ?? '')?.issued : undefined;
      const issued = before ?? new Date().toISOString();
      const statement = {
        policy: manifest.policy,
        file: basename(path),
        sha256: sha256(text),
        compiler: VERSION,
        issued,
      };
      return { path: file, text: signatureText(statement, signer) };
    });
}

function signerIn(file: string): Signer {
  try {
    return signerOf(readFileSync(file));
  } catch (error) {
    throw new CommandError(`the signing key ${file} can't be used: ${(error as Error).message}`);
  }
}

/** For programs: which files were written, or are not what their policies compile to. */
function report(written: readonly Output[], stale: readonly Output[]): void {
  const paths = (outputs: readonly Output[]) => outputs.map(({ path }) => path);
  process.stdout.write(`${JSON.stringify({ written: paths(written), stale: paths(stale) })}\n`);
}

function write(outputs: readonly Output[], json = false): number {
  for (const { path, text, mode } of outputs) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, mode === undefined ? {} : { mode });
    process.stderr.write(`wrote ${path}\n`);
  }
  if (json) report(outputs, []);
  return EXIT.done;
}

function compare(outputs: readonly Output[], json = false): number {
  const stale = outputs.filter(({ path, text }) => readIfThere(path) !== text);
  if (json) report([], stale);
  for (const { path } of stale) process.stderr.write(`${path} is not what its policy compiles to\n`);
  if (stale.length > 0) process.stderr.write('run capfence compile without --check to write it anew\n');
  return stale.length === 0 ? EXIT.done : EXIT.no;
}

/** Compiles now and after every change, until it is interrupted. */
async function keepCompiling(policies: readonly string[], options: Options): Promise<number> {
  const attempt = async (): Promise<void> => {
    try {
      await compileAll(policies, options);
    } catch (error) {
      reportFailure(error);
    }
  };
  await attempt();
  // Folders, since editors replace files; a burst of events is one change.
  const folders = new Set(policies.map((path) => dirname(resolve(path))));
  const watchers = [...folders].map((folder) => {
    let timer: NodeJS.Timeout | undefined;
    return watch(folder, (_event, name) => {
      if (name !== null && !['.yaml', '.yml', '.capfence'].includes(extname(name))) return;
      clearTimeout(timer);
      timer = setTimeout(() => void attempt(), 100);
    });
  });
  process.stderr.write('watching for changes; interrupt to stop\n');
  await new Promise<void>((done) => process.once('SIGINT', done));
  for (const watcher of watchers) watcher.close();
  return EXIT.done;
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
