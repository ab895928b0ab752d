// npm run structure: folders with their files, the imports between them, what imports in a circle, and sizes.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** @typedef {{ readonly name: string, readonly place: string, readonly lines: number, readonly parameters: number }} FunctionSize */
/** @typedef {{ readonly path: string, readonly lines: number, readonly imports: readonly string[], readonly functions: readonly FunctionSize[] }} SourceFile */

const root = fileURLToPath(new URL('..', import.meta.url));
export const SOURCE_FOLDERS = ['compiler', 'runtime', 'sinks', 'stores'];

/** @returns {SourceFile[]} Every source file, with the files that it imports, types and `import()` included. */
export function sourceFiles(folders = SOURCE_FOLDERS) {
  return folders.flatMap(filesBelow).map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const imports = ts
      .preProcessFile(text, true, true)
      .importedFiles.map(({ fileName }) => fileName)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(dirname(path), name).replaceAll('\\', '/').replace(/\.js$/, '.ts'));
    return {
      path,
      lines: text.split('\n').length - 1,
      imports: [...new Set(imports)],
      functions: functionsOf(source),
    };
  });
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(path);
    // Generated from docs/diagnostics.
    return entry.name.endsWith('.ts') && !path.endsWith('diagnostics/messages.ts') ? [path] : [];
  });
}

/**
 * @param {ts.SourceFile} source
 * @returns {FunctionSize[]}
 */
function functionsOf(source) {
  /** @type {FunctionSize[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = (/** @type {number} */ at) => source.getLineAndCharacterOfPosition(at).line + 1;
      const first = line(node.getStart());
      const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
      const name = named?.getText() ?? (ts.isConstructorDeclaration(node) ? 'constructor' : '(anonymous)');
      const parameters = node.parameters.length;
      found.push({ name, place: `${source.fileName}:${first}`, lines: line(node.end) - first + 1, parameters });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Files that import each other, over any number of steps (Tarjan's strongly connected components).
 *
 * @param {readonly { readonly path: string, readonly imports: readonly string[] }[]} files
 * @returns {string[][]}
 */
export function circlesOf(files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  /** @type {Map<string, { index: number, low: number, isOpen: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const open = [];
  /** @type {string[][]} */
  const circles = [];
  /** @param {string} path */
  const visit = (path) => {
    const state = { index: seen.size, low: seen.size, isOpen: true };
    seen.set(path, state);
    open.push(path);
    for (const next of byPath.get(path)?.imports ?? []) {
      if (!byPath.has(next)) continue;
      const known = seen.get(next);
      if (known === undefined) state.low = Math.min(state.low, visit(next).low);
      else if (known.isOpen) state.low = Math.min(state.low, known.index);
    }
    if (state.low !== state.index) return state;
    const circle = open.splice(open.indexOf(path));
    for (const member of circle) /** @type {{ isOpen: boolean }} */ (seen.get(member)).isOpen = false;
    if (circle.length > 1) circles.push(circle.sort());
    return state;
  };
  for (const { path } of files) if (!seen.has(path)) visit(path);
  return circles;
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => string} key
 * @returns {Map<string, T[]>}
 */
function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** @param {readonly number[]} numbers */
function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `median ${at(0.5)}, nine in ten up to ${at(0.9)}, largest ${sorted.at(-1)}`;
}

function main() {
  const files = sourceFiles();
  const folderOf = (/** @type {string} */ path) => dirname(path).replaceAll('\\', '/');
  const folders = groupBy(files, ({ path }) => folderOf(path));
  const known = new Set(files.map(({ path }) => path));
  let arrows = 0;
  let across = 0;
  for (const [folder, members] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const imported = members.flatMap(({ imports }) => imports).filter((path) => known.has(path));
    const others = [...new Set(imported.map(folderOf))].filter((other) => other !== folder).sort();
    arrows += imported.length;
    across += imported.filter((path) => folderOf(path) !== folder).length;
    process.stdout.write(`${String(members.length).padStart(4)}  ${folder} → ${others.join(' ') || '—'}\n`);
  }
  const circles = circlesOf(files);
  const folderGraph = [...folders].map(([path, members]) => ({
    path,
    imports: [...new Set(members.flatMap(({ imports }) => imports.map(folderOf)))].filter((other) => other !== path),
  }));
  const functions = files.flatMap((file) => file.functions);
  process.stdout.write(`
folders        ${folders.size}, the fullest ${Math.max(...[...folders.values()].map(({ length }) => length))} files
files          ${files.length}, lines: ${spread(files.map(({ lines }) => lines))}
imports        ${arrows}, ${across} across folders
file circles   ${circles.length}${circles.map((circle) => `\n  ${circle.map((path) => relative('.', path)).join(' ')}`).join('')}
folder circles ${
    circlesOf(folderGraph)
      .map((circle) => `\n  ${circle.join(' ')}`)
      .join('') || 0
  }
functions      ${functions.length}, lines: ${spread(functions.map(({ lines }) => lines))}
over 60 lines  ${list(
    functions.filter(({ lines }) => lines > 60),
    ({ lines }) => lines,
  )}
over 4 parameters ${list(
    functions.filter(({ parameters }) => parameters > 4),
    ({ parameters }) => parameters,
  )}
not kebab-case ${files.filter(({ path }) => !/^[a-z0-9/-]+\.ts$/.test(path)).length}
`);
}

/**
 * @param {readonly FunctionSize[]} functions
 * @param {(one: FunctionSize) => number} size
 */
function list(functions, size) {
  if (functions.length === 0) return '0';
  const lines = [...functions]
    .sort((a, b) => size(b) - size(a))
    .map((one) => `\n  ${size(one)}  ${one.name}  ${one.place}`);
  return `${functions.length}${lines.join('')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
