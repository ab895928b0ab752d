// Checks, tests and compares policies with those of a base branch: what action.yml and the pre-commit hook run.
//
//   ci/policies.sh (check | test | mutate | diff | all) [--] [POLICY…]
//
// POLICIES   policy files, one a line, where none are named; without any: all below policies/ and every .capfence file
// CAPFENCE   a file to run instead of this package's own build: never one that a pull request could bring along
// BASE       the branch or commit to compare with; nothing is compared where it is empty
// FAIL_ON    for check: error, warning (default), note, never
// FAIL_ON_DIFF  for diff: widened (default; a policy that is gone counts), changed, never
// FORMAT     text (default) or github
// REPORT     a file that Markdown for a pull-request comment is added to
// SARIF      a file for GitHub code scanning
//
// What the files of a pull request are called and hold is data: names come from git as NUL-separated lists, reach
// capfence as single arguments behind `--`, and are escaped wherever they are shown.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, lstatSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = process.env.CAPFENCE || fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const {
  BASE = '',
  FAIL_ON = 'warning',
  FAIL_ON_DIFF = 'widened',
  FORMAT = 'text',
  REPORT = '',
  SARIF = '',
} = process.env;
const isGithub = FORMAT === 'github';
let status = 0;
const worse = (code) => {
  status = Math.max(status, code);
};

/** A name or a text from the repository, so that nothing in it is a command, markup or a control code. */
const shown = (text) =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u${Number(c.codePointAt(0)).toString(16).padStart(4, '0')}`,
  );
const span = (text) => {
  const plain = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ').replace(/\|/g, '\\|');
  const fence = '`'.repeat(1 + Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length)));
  return `${fence} ${plain} ${fence}`;
};

function git(...args) {
  // Hooks and pagers of the repository are none of ours.
  const all = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false', '-c', 'core.fsmonitor=false', ...args];
  return spawnSync('git', all, { env, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What git tells its hooks (an index, a folder) is not meant for the commands that they run themselves. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^GIT_(INDEX_FILE|DIR|WORK_TREE|PREFIX)$/.test(name)),
);

const list = ({ stdout }) => stdout.split('\0').filter((name) => name !== '');

/** Says something of our own: it begins with a word of ours, so that no name begins a line. */
function tell(text, level) {
  process.stdout.write(isGithub && level ? `::${level}::${text.replace(/%/g, '%25')}\n` : `${text}\n`);
}

/** Runs capfence with files behind `--`. @returns its output where that is wanted, and its exit code. */
function capfence(args, files, keep = false) {
  const {
    stdout,
    stderr,
    status: code,
    error,
  } = spawnSync(process.execPath, [CLI, ...args, '--', ...files.map(named)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error) throw error;
  const isCommands = isGithub && args.includes('github');
  quietly(stderr);
  if (!keep && isCommands) process.stdout.write(stdout);
  else if (!keep) quietly(stdout);
  return { code: code ?? 2, stdout };
}

/** Text that is to be read by people alone: GitHub takes commands from any line of a log. */
function quietly(text) {
  if (text === '') return;
  const token = randomBytes(16).toString('hex');
  const body = text.endsWith('\n') ? text : `${text}\n`;
  process.stdout.write(isGithub ? `::stop-commands::${token}\n${body}::${token}::\n` : body);
}

/** No name is an option, or standard input. */
const named = (file) => (file.startsWith('/') ? file : `./${file}`);
const isFixture = (file) => /\.test\.ya?ml$/.test(file);

/** Is this the name of a policy that is looked at where none are named? */
const isWatched = (file) => /^policies\/.*\.ya?ml$|\.capfence$/s.test(file) && !isFixture(file);

/** Were policies named? Then those, and no others, are looked at. */
let isChosen = false;

/** The policies to look at, named from the top of the repository; one that can't be read is an error. */
function policiesOf(given) {
  const lines = (process.env.POLICIES ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const named = given.length > 0 ? given : lines;
  const here = process.cwd();
  const top = git('rev-parse', '--show-toplevel').stdout.replace(/\n$/, '');
  if (top !== '') process.chdir(top);
  isChosen = named.length > 0;
  const all = isChosen
    ? [
        ...new Set(
          named.map((file) =>
            relative(realpathSync('.'), fromTop(resolve(here, file)))
              .split(sep)
              .join('/'),
          ),
        ),
      ]
    : list(git('ls-files', '-z', '--')).filter(isWatched);
  return all.filter((file) => !isFixture(file)).filter(isReadable);
}

/** The same file by the real name of its folder, which may be a link above the repository. */
function fromTop(path) {
  const folder = resolve(path, '..');
  return existsSync(folder) ? join(realpathSync(folder), path.slice(folder.length)) : path;
}

/** Is there a file of this name, be it a link that leads nowhere? */
function isThere(file) {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}

function isReadable(file) {
  // Removed: told by diff.
  if (!isThere(file) && git('ls-files', '--error-unmatch', '--', file).status === 0) return false;
  const problem = problemOf(file);
  if (problem === undefined) return true;
  tell(`${isFixture(file) ? 'fixture' : 'policy'} ${shown(file)} can't be read: ${problem}`, 'error');
  worse(2);
  return false;
}

/** A policy and a fixture are regular files of the repository: what a link leads to elsewhere may be anything. */
function problemOf(file) {
  try {
    const inside = relative(realpathSync('.'), realpathSync(file));
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      return lstatSync(file).isSymbolicLink()
        ? 'it is a link that leads out of the repository'
        : 'it lies outside the repository';
    }
    if (inside.split(sep)[0] === '.git') return 'it belongs to git';
    return statSync(file).isFile() ? undefined : 'it is no regular file';
  } catch (thrown) {
    const error = /** @type {NodeJS.ErrnoException} */ (thrown);
    return error.code ?? error.message;
  }
}

function checkPolicies(files) {
  if (files.length === 0) return;
  worse(capfence(['check', '--format', FORMAT, '--fail-on', FAIL_ON], files).code);
  if (SARIF) {
    const { stdout, code } = capfence(['check', '--format', 'sarif', '--fail-on', 'never'], files, true);
    writeFileSync(SARIF, stdout);
    worse(code);
  }
  if (REPORT) {
    const { stdout, code } = capfence(['check', '--format', 'markdown', '--fail-on', 'never'], files, true);
    appendFileSync(REPORT, stdout);
    worse(code);
  }
}

function testPolicies(files) {
  for (const file of files) {
    const base = file.replace(/\.[^./]+$/, '');
    for (const fixture of [`${base}.test.yaml`, `${base}.test.yml`]) {
      if (isThere(fixture) && isReadable(fixture)) worse(capfence(['test'], [fixture]).code);
    }
  }
}

/** Of policies that differ from the base, or of all where nothing is compared: what their tests would not notice. Told, and no failure. */
function mutatePolicies(files) {
  const commit = BASE === '' ? '' : commitOf(BASE);
  const changed = commit === '' ? files : list(git('diff', '-z', '--name-only', commit, '--'));
  for (const file of files.filter((one) => changed.includes(one))) {
    const base = file.replace(/\.[^./]+$/, '');
    const fixtures = [`${base}.test.yaml`, `${base}.test.yml`, `${base}.edges.test.yaml`].filter(
      (one) => isThere(one) && isReadable(one),
    );
    if (fixtures.length === 0) {
      tell(`policy ${shown(file)} has no tests`);
      continue;
    }
    const tests = fixtures.map((fixture) => `--tests=${named(fixture)}`);
    const { stdout } = capfence(['mutate', '--format', 'markdown', ...tests], [file], true);
    if (REPORT) appendFileSync(REPORT, `\n${stdout}`);
    quietly(stdout);
  }
}

function diffPolicies(files) {
  if (BASE === '') {
    tell('no base branch: nothing to compare with');
    return;
  }
  const commit = commitOf(BASE);
  if (!/^[0-9a-f]{40,64}$/.test(commit)) {
    tell(`the base ${shown(BASE)} is no commit that is here: fetch it (actions/checkout with fetch-depth: 0)`, 'error');
    worse(2);
    return;
  }
  // The whole tree of the base, so that what a policy extends is there too.
  const base = join(git('rev-parse', '--git-dir').stdout.trim(), 'capfence-base');
  git('worktree', 'remove', '--force', base);
  const added = git('worktree', 'add', '--quiet', '--detach', '--force', base, commit);
  if (added.status !== 0) throw new Error(`the base can't be checked out: ${added.stderr}`);
  try {
    const { renamed, gone } = movedSince(commit, files);
    for (const file of files) compare(base, renamed.get(file) ?? file, file);
    for (const [before, after] of gone) deleted(before, after);
  } finally {
    git('worktree', 'remove', '--force', base);
  }
}

/** @returns the commit's hash; nothing where there is no such commit here. */
function commitOf(name) {
  return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).stdout.trim();
}

/** Where the policies of the base are now: under another name, out of what is looked at, or nowhere. */
function movedSince(commit, files) {
  const pieces = list(git('diff', '-z', '--name-status', '--find-renames=40%', '--diff-filter=RD', commit, '--'));
  const renamed = new Map();
  for (let i = 0; i < pieces.length; ) {
    if (pieces[i].startsWith('R')) {
      renamed.set(pieces[i + 2], pieces[i + 1]);
      i += 3;
    } else i += 2;
  }
  const to = new Map([...renamed].map(([after, old]) => [old, after]));
  const before = list(git('ls-tree', '-r', '-z', '--name-only', commit)).filter(
    (file) => !isFixture(file) && (isChosen ? files.includes(file) || files.includes(to.get(file)) : isWatched(file)),
  );
  // Whatever stands in its place now: what is not looked at any more is gone.
  const gone = before
    .filter((file) => !files.includes(file) && !(to.has(file) && files.includes(to.get(file))))
    .map((file) => [file, to.get(file)]);
  return { renamed, gone };
}

function compare(base, before, after) {
  const old = join(base, before);
  if (!existsSync(old)) {
    tell(`policy ${shown(after)} is new`);
    return;
  }
  tell(before === after ? `policy ${shown(after)}` : `policy ${shown(after)}, which was ${shown(before)}`);
  worse(capfence(['diff', '--format', FORMAT, '--fail-on', FAIL_ON_DIFF], [old, after]).code);
  if (REPORT) {
    const { stdout, code } = capfence(['diff', '--format', 'markdown', '--fail-on', 'never'], [old, after], true);
    appendFileSync(REPORT, `\n${span(after)}\n\n${stdout}`);
    worse(code);
  }
}

function deleted(file, after) {
  const fails = FAIL_ON_DIFF !== 'never';
  tell(
    after === undefined
      ? `policy ${shown(file)} is deleted: what it denied is denied no longer where it was used`
      : `policy ${shown(file)} was moved to ${shown(after)}, where no policy is looked for: it counts as deleted`,
    fails ? 'error' : 'warning',
  );
  if (REPORT) appendFileSync(REPORT, `\n${span(file)}\n\n### ⚠️ The policy is deleted.\n`);
  if (fails) worse(1);
}

if (!existsSync(CLI)) {
  // A fresh clone of this package, such as pre-commit's.
  const { setUp } = await import('../scripts/setup.mjs');
  setUp();
}
const [verb, ...rest] = process.argv.slice(2);
const steps = {
  check: [checkPolicies],
  test: [testPolicies],
  mutate: [mutatePolicies],
  diff: [diffPolicies],
  all: [checkPolicies, testPolicies, diffPolicies],
};
if (!Object.hasOwn(steps, verb ?? '')) {
  process.stderr.write('usage: ci/policies.sh (check | test | mutate | diff | all) [--] [POLICY…]\n');
  process.exit(2);
}
const files = policiesOf(rest[0] === '--' ? rest.slice(1) : rest);
if (files.length === 0 && verb !== 'diff' && verb !== 'all') tell('no policies to look at');
for (const step of steps[verb]) step(files);
process.exitCode = status;
