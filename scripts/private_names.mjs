// The names of members in runtime/ that nobody outside can see: bundles may shorten them.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Private members of classes, and all members of classes and interfaces whose comment says `@internal`, unless something else bears the
 * same name anywhere: a member of another type, a value that is not typed, a text.
 *
 * @returns {RegExp} What esbuild's `mangleProps` takes.
 */
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

  const isHidden = (declaration) =>
    (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) !== 0 ||
    ((ts.isInterfaceDeclaration(declaration.parent) || ts.isClassDeclaration(declaration.parent)) &&
      isInternal(declaration.parent)) ||
    (ts.isParameter(declaration) && isInternal(declaration.parent.parent));
  const isInternal = (node) => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');

  /** Where the type that an object literal is to have declares this property: each of a union's types may. */
  const contextOf = (literal, name) => {
    const type = checker.getContextualType(literal);
    const types = type === undefined ? [] : type.isUnion() ? type.types : [type];
    return types.flatMap((one) => checker.getPropertyOfType(one, name)?.declarations ?? []);
  };

  /** The property that a name stands for, where it stands for one. */
  const propertyOf = (node) => {
    const { parent } = node;
    if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)) {
      if ((parent.propertyName ?? parent.name) !== node) return undefined;
      return { of: checker.getTypeAtLocation(parent.parent).getProperty(node.text) };
    }
    if (ts.isShorthandPropertyAssignment(parent) || (ts.isPropertyAssignment(parent) && parent.name === node)) {
      return { of: { declarations: contextOf(parent.parent, node.text) } };
    }
    const isParameterProperty = ts.isParameter(parent) && ts.isParameterPropertyDeclaration(parent, parent.parent);
    if (
      isParameterProperty ||
      (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
      (ts.isClassElement(parent) && parent.name === node) ||
      (ts.isTypeElement(parent) && parent.name === node) ||
      ts.isEnumMember(parent)
    ) {
      return { of: isParameterProperty ? { declarations: [parent] } : checker.getSymbolAtLocation(node) };
    }
    return undefined;
  };

  for (const file of program.getSourceFiles().filter(({ fileName }) => fileName.includes('/runtime/'))) {
    const visit = (node) => {
      if (ts.isIdentifier(node)) {
        const property = propertyOf(node);
        if (property) {
          const declarations = property.of?.declarations ?? [];
          (declarations.length > 0 && declarations.every(isHidden) ? hidden : open).add(node.text);
        }
      } else if (ts.isStringLiteralLike(node) && !ts.isLiteralTypeNode(node.parent)) open.add(node.text);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  const names = [...hidden].filter((name) => !open.has(name));
  return new RegExp(`^(?:${names.sort().join('|')})$`);
}
