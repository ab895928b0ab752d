import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Decision } from '../../runtime/decide/types.js';
import { Diagnostics, PolicyError } from '../diagnostics/diagnostic.js';
import { CF100, CF109, CF114, CF115, CF116, CF117 } from '../diagnostics/messages.js';
import { type Place, Source } from '../parse/source.js';
import { parseYaml } from '../parse/yaml.js';
import { lowerFile, type PolicyFile } from './file.js';
import type { Policy, Rule } from './policy.js';
import type { OwnRule } from './rules.js';

const MAX_BYTES = 8 * 1024 * 1024;
const DEFAULT_APPROVAL_SECONDS = 3600;
const PRECEDENCE: readonly Decision[] = ['deny', 'require_approval', 'warn', 'allow'];

/** A policy, and the notes and warnings that loading it gave. */
export interface Loaded {
  readonly policy: Policy;
  readonly diagnostics: Diagnostics['list'];
}

interface LoadedFile extends PolicyFile {
  readonly source: Source;
  readonly sha256: string;
  readonly path: string;
}

/**
 * Loads a policy file and all it extends.
 *
 * @param path As a person gives it; files are named in messages relative to the current folder.
 * @throws PolicyError with every problem found.
 */
export function loadPolicy(path: string): Loaded {
  return assemble(resolve(path), (file) => readFileSync(file));
}

/** The same for a text that stands in no file. @param name Names it in messages; `extends` is relative to its folder. */
export function loadPolicyText(text: string, name = 'policy.yaml'): Loaded {
  const path = resolve(name);
  return assemble(path, (file) => (file === path ? Buffer.from(text) : readFileSync(file)));
}

function assemble(path: string, read: (file: string) => Buffer): Loaded {
  const diagnostics = new Diagnostics();
  const files = readChain(path, read, diagnostics);
  if (diagnostics.hasErrors) throw new PolicyError(diagnostics.list);
  const policy = join(files, diagnostics);
  if (diagnostics.hasErrors) throw new PolicyError(diagnostics.list);
  return { policy, diagnostics: diagnostics.list };
}

/** The file, then what it extends (later parents before earlier), each file once. */
function readChain(path: string, read: (file: string) => Buffer, diagnostics: Diagnostics): LoadedFile[] {
  const done = new Map<string, LoadedFile>();
  const visit = (file: string, chain: readonly string[], from: Place | undefined): void => {
    if (chain.includes(file)) {
      const names = [...chain.slice(chain.indexOf(file)), file].map(shownPath).join(' → ');
      diagnostics.add(CF116({ file: shownPath(file), chain: names }), from as Place);
      return;
    }
    if (done.has(file)) return;
    const loaded = readOne(file, read, from, diagnostics);
    if (!loaded) return;
    done.set(file, loaded);
    for (const parent of loaded.extends.toReversed()) {
      visit(resolve(dirname(file), parent.path), [...chain, file], parent.place);
    }
  };
  visit(path, [], undefined);
  return [...done.values()];
}

function readOne(
  path: string,
  read: (file: string) => Buffer,
  from: Place | undefined,
  diagnostics: Diagnostics,
): LoadedFile | undefined {
  const file = shownPath(path);
  const place = from ?? new Source(file, '').place(0);
  let bytes: Buffer;
  try {
    bytes = read(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    diagnostics.add(CF100({ file, problem: READ_PROBLEMS[code] ?? code, hint: '' }), place);
    return undefined;
  }
  if (bytes.length > MAX_BYTES) {
    diagnostics.add(CF114({ file, limit: '8 MiB' }), place);
    return undefined;
  }
  const source = new Source(file, bytes.toString('utf8'));
  const syntax = parseYaml(source, diagnostics);
  const policyFile = syntax && lowerFile(syntax, diagnostics);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return policyFile ? { ...policyFile, source, path, sha256 } : undefined;
}

const READ_PROBLEMS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

/** Relative to the current folder, with `/`: the same on every machine for a policy inside the project. */
function shownPath(path: string): string {
  const shown = relative(process.cwd(), path);
  return (shown === '' || isAbsolute(shown) ? basename(path) : shown).split(sep).join('/');
}

function join(files: readonly LoadedFile[], diagnostics: Diagnostics): Policy {
  const own = files[0] as LoadedFile;
  const rules = joinRules(files, diagnostics);
  if (rules.length === 0) diagnostics.add(CF115(), own.source.place(0));
  const sources = files.map(({ source, sha256 }) => ({ file: source.file, sha256 }));
  return {
    name: own.name ?? basename(own.path, extname(own.path)),
    sha256: sources.length === 1 ? own.sha256 : hashSources(sources),
    sources,
    mode: joinMode(files, diagnostics),
    approvalTimeoutSeconds: first(files, (file) => file.approvalTimeoutSeconds) ?? DEFAULT_APPROVAL_SECONDS,
    pathCase: first(files, (file) => file.pathCase) ?? 'platform',
    rules,
    riskLevels: joinRiskLevels(files, diagnostics),
    layers: files.map((file) => file.mappings),
  };
}

/** One hash for several files, in the form `sha256sum` prints. */
function hashSources(sources: Policy['sources']): string {
  const list = sources.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join('');
  return createHash('sha256').update(list).digest('hex');
}

function joinRules(files: readonly LoadedFile[], diagnostics: Diagnostics): Rule[] {
  const all = files.flatMap((file) => file.rules);
  const ids = new Map<string, OwnRule>();
  for (const rule of all) {
    if (rule.id === undefined) continue;
    const earlier = ids.get(rule.id);
    if (earlier) diagnostics.add(CF109({ id: rule.id }), rule.place, [{ place: earlier.place, message: 'taken here' }]);
    else ids.set(rule.id, rule);
  }
  return PRECEDENCE.flatMap((decision) =>
    all
      .filter((rule) => rule.decision === decision)
      .map((rule, i) => ({ ...rule, id: rule.id ?? `${decision}[${i}]` })),
  );
}

function joinMode(files: readonly LoadedFile[], diagnostics: Diagnostics): Policy['mode'] {
  const [own, ...parents] = files as [LoadedFile, ...LoadedFile[]];
  const enforcing = parents.find((file) => (file.mode?.value ?? 'enforce') === 'enforce');
  if (own.mode?.value === 'observe' && enforcing) {
    const what = `it observes, but ${enforcing.source.file}, which it extends, enforces`;
    diagnostics.add(CF117({ what, hint: 'start the gateway with --observe instead' }), own.mode.place);
  }
  if (own.mode) return own.mode.value;
  // Between parents that disagree the stricter wins.
  const given = parents.flatMap((file) => file.mode?.value ?? []);
  return given.length > 0 && !given.includes('enforce') ? 'observe' : 'enforce';
}

function joinRiskLevels(files: readonly LoadedFile[], diagnostics: Diagnostics): Record<string, Decision> {
  const joined = new Map<string, { action: Decision; place: Place }>();
  for (const file of files.toReversed()) {
    for (const [level, given] of file.riskLevels) {
      const parent = joined.get(level);
      if (parent && PRECEDENCE.indexOf(given.action) > PRECEDENCE.indexOf(parent.action)) {
        const what = `risk level ${level} is ${parent.action} in ${parent.place.source.file} and would become ${given.action}`;
        diagnostics.add(CF117({ what, hint: `leave it out, or make it stricter` }), given.place);
      }
      joined.set(level, given);
    }
  }
  return Object.fromEntries([...joined].map(([level, { action }]) => [level, action]));
}

function first<T>(files: readonly LoadedFile[], get: (file: LoadedFile) => T | undefined): T | undefined {
  return files.map(get).find((value) => value !== undefined);
}
