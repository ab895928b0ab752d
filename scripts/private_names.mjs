// The names of private members in runtime/ that nothing else is called: bundles may shorten them.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {RegExp} What esbuild's `mangleProps` takes. */
export function privateNames() {
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(
    fileNames.filter((file) => file.includes('/runtime/')),
    { ...options, noEmit: true },
  );
  const checker = program.getTypeChecker();
  const hidden = new Set();
  const open = new Set();
  const isPrivate = (declaration) => (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) !== 0;
  for (const file of program.getSourceFiles().filter(({ fileName }) => fileName.includes('/runtime/'))) {
    const visit = (node) => {
      if (ts.isIdentifier(node)) {
        const declarations = checker.getSymbolAtLocation(node)?.declarations ?? [];
        const isMember = declarations.length > 0 && declarations.every(isPrivate);
        (isMember ? hidden : open).add(node.text);
      } else if (ts.isStringLiteralLike(node)) for (const word of node.text.split(/\W+/)) open.add(word);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  // A parameter that is a property is a variable too, which is renamed in its own way.
  const names = [...hidden].filter((name) => !open.has(name));
  return new RegExp(`^(?:${names.sort().join('|')})$`);
}
