import { createHash } from 'node:crypto';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { SQL_DIALECTS } from '../../runtime/data/sql.js';
import { DECISIONS } from '../../runtime/decision.js';
import type { Decision } from '../../runtime/types.js';
import { Diagnostics, PolicyError } from '../diagnostics/diagnostic.js';
import { CF100, CF109, CF114, CF115, CF116, CF117, CF122, CF123 } from '../diagnostics/messages.js';
import { shownPath } from '../diagnostics/shown-path.js';
import { type Place, Source } from '../diagnostics/source.js';
import type { Syntax } from '../parse/syntax.js';
import { parseYaml } from '../parse/yaml.js';
import { isStricter } from './decision.js';
import { lowerFile, type PolicyFile } from './file.js';
import { checkLabels } from './labels.js';
import type { Limit, Mark, Policy, PolicyPromise, ResultRule, Rule } from './policy.js';
import { homeOf, leadsOut, MAX_BYTES, readPolicyFile, readsAsPolicy, UnreadableFile } from './policy-files.js';
import type { OwnRule } from './rules.js';
import { checkDetectors, checkSize, joinPatterns, withPatterns, withPatternsOfResults } from './secrets.js';
import { withTimezone } from './timezone.js';

const DEFAULT_APPROVAL_SECONDS = 3600;

/** A policy, and the notes and warnings that loading it gave. */
export interface Loaded {
  readonly policy: Policy;
  readonly diagnostics: Diagnostics['list'];
}

interface OwnFile extends PolicyFile {
  readonly source: Source;
  readonly sha256: string;
  readonly path: string;
}

interface LoadedFile extends OwnFile {
  readonly parents: readonly LoadedFile[];
}

/** The parser of the DSL, once a policy has needed it: chevrotain takes a while to load. */
let parseDsl: typeof import('../parse/dsl/index.js').parseDsl | undefined;

/** Thrown inside, where a file needs the parser of the DSL and it is not loaded. */
class NeedsDsl extends Error {}

/**
 * Loads a policy file, YAML or DSL, and all it extends.
 *
 * @param path As a person gives it; files are named in messages relative to the current folder.
 * @throws PolicyError with every problem found.
 */
export async function loadPolicy(path: string): Promise<Loaded> {
  return withDsl(() => loadPolicySync(path));
}

/** Loads the parser of the DSL, so that the functions that do not wait can read it. */
export async function useDsl(): Promise<void> {
  parseDsl = (await import('../parse/dsl/index.js')).parseDsl;
}

/**
 * The same for a path or a text: what holds a line break is a text.
 *
 * @param name Names a text in messages, and by its ending its syntax.
 */
export async function loadSource(source: string, name?: string): Promise<Loaded> {
  const isText = name !== undefined || source.includes('\n');
  return isText ? withDsl(() => loadPolicyText(source, name)) : loadPolicy(source);
}

/** Calls again with the parser of the DSL loaded, where that turns out to be needed. */
async function withDsl<T>(load: () => T): Promise<T> {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof NeedsDsl)) throw error;
    await useDsl();
    return load();
  }
}

/**
 * Loads a YAML policy file and all it extends.
 *
 * @param path As a person gives it; files are named in messages relative to the current folder.
 * @throws PolicyError with every problem found.
 */
export function loadPolicySync(path: string): Loaded {
  const own = resolve(path);
  return assemble(own, (file) => readPolicyFile(file, file !== own || !OPEN_ALREADY.test(file)));
}

/** What a shell has opened for this process: `<(…)`, standard input. Any other pipe might never be written to. */
const OPEN_ALREADY = /^\/(?:dev\/(?:fd\/|stdin$)|proc\/(?:self|\d+)\/fd\/)/;

/**
 * The same for a text that stands in no file.
 *
 * @param name Names it in messages; `extends` is relative to its folder.
 * @param unsaved The text of a file that an editor has open.
 * @param read What the text says, where it was read without an error before.
 */
export function loadPolicyText(
  text: string,
  name = 'policy.yaml',
  unsaved: (file: string) => string | undefined = () => undefined,
  read?: Syntax,
): Loaded {
  const path = resolve(name);
  const bytesOf = (file: string): Buffer => {
    const known = file === path ? text : unsaved(file);
    return known === undefined ? readPolicyFile(file, true) : Buffer.from(known);
  };
  return assemble(path, bytesOf, read);
}

/** What a policy's own file says, as a tree, and the same file with another tree in its place. */
export interface EditablePolicy {
  readonly syntax: Syntax;
  /** @throws PolicyError where the policy does not load so. */
  readonly withSyntax: (syntax: Syntax) => Policy;
}

/** Reads a policy's file once, to load it changed, again and again. @throws PolicyError where it does not load. */
export async function editablePolicy(path: string): Promise<EditablePolicy> {
  await loadPolicy(path);
  const own = resolve(path);
  const diagnostics = new Diagnostics();
  const files = new Map<string, Buffer>();
  const read = (file: string): Buffer => {
    const known = files.get(file) ?? readPolicyFile(file, true);
    files.set(file, known);
    return known;
  };
  const source = new Source(shownPath(own), read(own).toString('utf8'));
  const syntax = parseSyntax(own, source, diagnostics);
  if (!syntax || diagnostics.hasErrors) throw new PolicyError(diagnostics.list);
  return { syntax, withSyntax: (other) => assemble(own, read, other).policy };
}

/** @param given Instead of what the file itself says. */
function assemble(path: string, read: (file: string) => Buffer, given?: Syntax): Loaded {
  const diagnostics = new Diagnostics();
  const files = readChain(path, read, diagnostics, given);
  if (diagnostics.hasErrors) throw new PolicyError(diagnostics.list);
  const policy = join(files, diagnostics);
  if (!diagnostics.hasErrors) checkSize(policy, (files[0] as LoadedFile).source.place(0), diagnostics);
  if (diagnostics.hasErrors) throw new PolicyError(diagnostics.list);
  return { policy, diagnostics: diagnostics.list };
}

/**
 * The file, then all it extends: each once, before what it extends itself, later parents before earlier. (The reverse of
 * a depth-first postorder, so that it holds for a parent that several share, too.)
 */
function readChain(
  path: string,
  read: (file: string) => Buffer,
  diagnostics: Diagnostics,
  given: Syntax | undefined,
): LoadedFile[] {
  const done = new Map<string, LoadedFile | undefined>();
  const order: LoadedFile[] = [];
  const home = homeOf(path);
  const visit = (file: string, chain: readonly string[], from: Place | undefined): LoadedFile | undefined => {
    if (chain.includes(file)) {
      const names = [...chain.slice(chain.indexOf(file)), file].map(shownPath).join(' → ');
      diagnostics.add(CF116({ file: shownPath(file), chain: names }), from as Place);
      return undefined;
    }
    if (done.has(file)) return done.get(file);
    const problem = from && leadsOut(file, home);
    if (problem !== undefined) {
      diagnostics.add(CF123({ file: shownPath(file), problem }), from as Place);
      return undefined;
    }
    const own = readOne(file, read, from, diagnostics, file === path ? given : undefined);
    const parents = own?.extends.flatMap(
      (parent) => visit(resolve(dirname(file), parent.path), [...chain, file], parent.place) ?? [],
    );
    const loaded = own && { ...own, parents: parents ?? [] };
    done.set(file, loaded);
    if (loaded) order.push(loaded);
    return loaded;
  };
  visit(path, [], undefined);
  return order.reverse();
}

function readOne(
  path: string,
  read: (file: string) => Buffer,
  from: Place | undefined,
  diagnostics: Diagnostics,
  given: Syntax | undefined,
): OwnFile | undefined {
  const file = shownPath(path);
  const place = from ?? new Source(file, '').place(0);
  let bytes: Buffer;
  try {
    bytes = read(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const problem = error instanceof UnreadableFile ? error.message : (READ_PROBLEMS[code] ?? code);
    diagnostics.add(CF100({ file, problem, hint: '' }), place);
    return undefined;
  }
  if (bytes.length > MAX_BYTES) {
    diagnostics.add(CF114({ file, limit: '8 MiB' }), place);
    return undefined;
  }
  const text = bytes.toString('utf8');
  if (!readsAsPolicy(text)) {
    diagnostics.add(CF122({ file }), place);
    return undefined;
  }
  const source = new Source(file, text);
  const syntax = given ?? parseSyntax(path, source, diagnostics);
  const policyFile = syntax && lowerFile(syntax, diagnostics);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return policyFile ? { ...policyFile, source, path, sha256 } : undefined;
}

function parseSyntax(path: string, source: Source, diagnostics: Diagnostics): Syntax | null | undefined {
  return extname(path) === '.capfence' ? dsl()(source, diagnostics) : parseYaml(source, diagnostics);
}

function dsl(): NonNullable<typeof parseDsl> {
  if (!parseDsl) throw new NeedsDsl();
  return parseDsl;
}

const READ_PROBLEMS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ERR_INVALID_ARG_VALUE: 'its name can not be the name of a file',
};

function join(files: readonly LoadedFile[], diagnostics: Diagnostics): Policy {
  const own = files[0] as LoadedFile;
  checkLabels(files, diagnostics);
  const timezone = first(files, (file) => file.timezone);
  const patterns = joinPatterns(files, diagnostics);
  checkDetectors(files, patterns, diagnostics);
  // What a file leaves open, all of them together say.
  const whole = <T extends { readonly when: Rule['when'] }>(one: T): T =>
    withPatterns(withTimezone(one, timezone), patterns);
  checkIds(files, diagnostics);
  const rules = joinRules(files).map(whole);
  if (rules.length === 0) diagnostics.add(CF115(), own.source.place(0));
  const sources = files.map(({ source, sha256 }) => ({ file: source.file, sha256 }));
  return {
    name: own.name ?? basename(own.path, extname(own.path)),
    sha256: sources.length === 1 ? own.sha256 : hashSources(sources),
    sources,
    mode: joinMode(own, diagnostics),
    approvalTimeoutSeconds: first(files, (file) => file.approvalTimeoutSeconds) ?? DEFAULT_APPROVAL_SECONDS,
    pathCase: first(files, (file) => file.pathCase) ?? 'platform',
    ...sqlOf(files),
    rules,
    marks: joinMarks(files).map((mark) => withPatternsOfResults(whole(mark), patterns)),
    limits: joinLimits(files).map(whole),
    promises: joinPromises(files).map(whole),
    results: joinResults(files).map((rule) => withPatternsOfResults(whole(rule), patterns)),
    patterns,
    labels: [...new Set(files.flatMap(({ labels }) => labels))],
    riskLevels: Object.fromEntries([...joinRiskLevels(own, diagnostics)].map(([level, { action }]) => [level, action])),
    layers: files.map((file) => file.mappings),
  };
}

function sqlOf(files: readonly LoadedFile[]): Pick<Policy, 'sql'> {
  const dialects = first(files, (file) => file.sqlDialects);
  const functions = first(files, (file) => file.sqlFunctions);
  if (!dialects && !functions) return {};
  return { sql: { dialects: dialects ?? SQL_DIALECTS, functions: functions ?? [] } };
}

/** One hash for several files, in the form `sha256sum` prints. */
function hashSources(sources: Policy['sources']): string {
  const list = sources.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join('');
  return createHash('sha256').update(list).digest('hex');
}

/** Rules, marks, limits, promises and result rules share one space of ids. */
function checkIds(files: readonly LoadedFile[], diagnostics: Diagnostics): void {
  const ids = new Map<string, Pick<OwnRule, 'place'>>();
  for (const rule of files.flatMap(({ rules, marks, limits, promises, results }) => [
    ...rules,
    ...marks,
    ...limits,
    ...promises,
    ...results,
  ])) {
    if (rule.id === undefined) continue;
    const earlier = ids.get(rule.id);
    if (earlier) diagnostics.add(CF109({ id: rule.id }), rule.place, [{ place: earlier.place, message: 'taken here' }]);
    else ids.set(rule.id, rule);
  }
  // A past by hand names labels and limits alike.
  const setters = files.flatMap(({ marks }) => marks).toReversed();
  const labels = new Map(setters.flatMap(({ labels, place }) => labels.map((label) => [label, place] as const)));
  for (const { id, place } of files.flatMap(({ limits }) => limits)) {
    const taken = id === undefined ? undefined : labels.get(id);
    if (taken)
      diagnostics.add(CF109({ id: id as string }), place, [{ place: taken, message: 'a label has this name' }]);
  }
}

function joinRules(files: readonly LoadedFile[]): Rule[] {
  const all = files.flatMap((file) => file.rules);
  return DECISIONS.flatMap((decision) =>
    all
      .filter((rule) => rule.decision === decision)
      .map((rule, i) => ({ ...rule, id: rule.id ?? `${decision}[${i}]` })),
  );
}

function joinMarks(files: readonly LoadedFile[]): Mark[] {
  return files.flatMap((file) => file.marks).map((mark, i) => ({ ...mark, id: mark.id ?? `mark[${i}]` }));
}

/** A base policy binds all that extend it. */
function joinPromises(files: readonly LoadedFile[]): PolicyPromise[] {
  return files.flatMap((file) => file.promises).map((promise, i) => ({ ...promise, id: promise.id ?? `prove[${i}]` }));
}

function joinResults(files: readonly LoadedFile[]): ResultRule[] {
  return files.flatMap((file) => file.results).map((rule, i) => ({ ...rule, id: rule.id ?? `results[${i}]` }));
}

function joinLimits(files: readonly LoadedFile[]): Limit[] {
  const home = homeOf((files[0] as LoadedFile).path);
  const own = files.flatMap((file) => file.limits.map((limit, i) => ({ file, limit, i })));
  return own.map(({ file, limit, i }, at) => ({
    ...limit,
    id: limit.id ?? `limits[${at}]`,
    key: limitKey(limit, relative(home, file.path).replaceAll('\\', '/'), i),
  }));
}

/**
 * Names a limit in every ledger: its file, from the root of the repository on, in whatever syntax, and its id. Totals that
 * are kept in another way are others.
 */
function limitKey({ id, per, of, by, isShared }: LoadedFile['limits'][0], file: string, at: number): string {
  const ways = [per, of === undefined ? '' : `of ${of}`, by === undefined ? '' : `by ${by}`, isShared ? 'shared' : ''];
  const name = file.replace(/\.(?:ya?ml|capfence)$/, '');
  return [`${name}#${id ?? `limits[${at}]`}`, ...ways].filter((part) => part !== '').join(' ');
}

/** The mode of a file with all it extends. What is not said is `enforce`; between parents the stricter wins. */
function joinMode(file: LoadedFile, diagnostics: Diagnostics): Policy['mode'] {
  const parents = file.parents.map((parent) => [parent, joinMode(parent, diagnostics)] as const);
  const enforcing = parents.find(([, mode]) => mode === 'enforce')?.[0];
  if (file.mode?.value === 'observe' && enforcing) {
    const what = `it observes, but ${enforcing.source.file}, which it extends, enforces`;
    diagnostics.addOnce(CF117({ what, hint: 'start the gateway with --observe instead' }), file.mode.place);
  }
  if (file.mode) return file.mode.value;
  return parents.length > 0 && !enforcing ? 'observe' : 'enforce';
}

type RiskLevels = ReadonlyMap<string, { readonly action: Decision; readonly place: Place }>;

/** The risk levels of a file with all it extends. A child may tighten what it extends; between parents the stricter wins. */
function joinRiskLevels(file: LoadedFile, diagnostics: Diagnostics): RiskLevels {
  const joined = new Map<string, { action: Decision; place: Place }>();
  for (const [level, given] of file.parents.flatMap((parent) => [...joinRiskLevels(parent, diagnostics)])) {
    const other = joined.get(level);
    if (!other || isStricter(given.action, other.action)) joined.set(level, given);
  }
  for (const [level, given] of file.riskLevels) {
    const parent = joined.get(level);
    if (parent && isStricter(parent.action, given.action)) {
      const what = `risk level ${level} is ${parent.action} in ${parent.place.source.file} and would become ${given.action}`;
      diagnostics.addOnce(CF117({ what, hint: 'leave it out, or make it stricter' }), given.place);
    }
    joined.set(level, given);
  }
  return joined;
}

function first<T>(files: readonly LoadedFile[], get: (file: LoadedFile) => T | undefined): T | undefined {
  return files.map(get).find((value) => value !== undefined);
}
