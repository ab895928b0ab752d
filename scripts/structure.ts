// npm run structure: folders with their files, the imports between them, what imports in a circle, and sizes.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

interface FunctionSize {
  readonly name: string;
  readonly place: string;
  readonly lines: number;
  readonly parameters: number;
}

interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** Files of the project. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
  readonly functions: readonly FunctionSize[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
export const SOURCE_FOLDERS = ['compiler', 'runtime', 'sinks', 'stores'];

/** Every source file, with the files that it imports, types and `import()` included. */
export function sourceFiles(folders: readonly string[] = SOURCE_FOLDERS): SourceFile[] {
  return folders.flatMap(filesBelow).map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
    const imports = imported
      .filter((name) => name.startsWith('.'))
      .map((name) => join(dirname(path), name).replaceAll('\\', '/').replace(/\.js$/, '.ts'));
    return {
      path,
      lines: text.split('\n').length - 1,
      imports: [...new Set(imports)],
      packages: imported.filter((name) => !name.startsWith('.')),
      functions: functionsOf(source),
    };
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(path);
    // Generated from docs/diagnostics.
    return entry.name.endsWith('.ts') && !path.endsWith('diagnostics/messages.ts') ? [path] : [];
  });
}

function functionsOf(source: ts.SourceFile): FunctionSize[] {
  const found: FunctionSize[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = (at: number) => source.getLineAndCharacterOfPosition(at).line + 1;
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

/** Files that import each other, over any number of steps (Tarjan's strongly connected components). */
export function circlesOf(files: readonly Pick<SourceFile, 'path' | 'imports'>[]): string[][] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const seen = new Map<string, State>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): State => {
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
    for (const member of circle) (seen.get(member) as State).isOpen = false;
    if (circle.length > 1) circles.push(circle.sort());
    return state;
  };
  for (const { path } of files) if (!seen.has(path)) visit(path);
  return circles;
}

interface State {
  readonly index: number;
  low: number;
  isOpen: boolean;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function spread(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `median ${at(0.5)}, nine in ten up to ${at(0.9)}, largest ${sorted.at(-1)}`;
}

function main(): void {
  const files = sourceFiles();
  const folderOf = (path: string) => dirname(path).replaceAll('\\', '/');
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

function list(functions: readonly FunctionSize[], size: (one: FunctionSize) => number): string {
  if (functions.length === 0) return '0';
  const lines = [...functions]
    .sort((a, b) => size(b) - size(a))
    .map((one) => `\n  ${size(one)}  ${one.name}  ${one.place}`);
  return `${functions.length}${lines.join('')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
