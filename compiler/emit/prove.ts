import { Node, Project, SyntaxKind, ts } from 'ts-morph';
import { built } from '../package/built.js';

/** The emitted module is not what it must be. A defect of the compiler, never of a policy. */
export class UnprovedModule extends Error {
  override readonly name = 'UnprovedModule';
}

/**
 * Proves of the emitted TypeScript that it type-checks under `strict`, imports nothing but the runtime, and branches nowhere
 * but where it looks up the rules of a capability.
 *
 * @throws UnprovedModule
 */
export function proveModule(text: string): void {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ['lib.es2023.d.ts'],
      types: [],
      paths: { 'capfence/runtime': [built('types/runtime/decide/index.d.ts')] },
    },
  });
  const file = project.createSourceFile('capfence-emitted-module.ts', text, { overwrite: true });
  const problems = project.getPreEmitDiagnostics().map((diagnostic) => {
    const message = diagnostic.getMessageText();
    return `line ${diagnostic.getLineNumber() ?? '?'}: ${typeof message === 'string' ? message : message.getMessageText()}`;
  });
  for (const declaration of file.getImportDeclarations()) {
    const from = declaration.getModuleSpecifierValue();
    if (from !== 'capfence/runtime') problems.push(`it imports ${from}`);
  }
  for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
    const callee = call.getExpression().getText();
    if (callee === 'eval' || callee === 'Function' || callee === 'import') problems.push(`it calls ${callee}`);
  }
  // Only the look-ups of what concerns a capability branch: they grow with the capabilities that are named, not with rules.
  const bind = file.getFunction('bind');
  const lookups = ['rulesFor', 'effectsFor'].map((name) => bind?.getFunction(name)).filter((one) => one !== undefined);
  for (const branch of bind?.getDescendants().filter(isBranch) ?? []) {
    if (!branch.getAncestors().some((ancestor) => lookups.includes(ancestor as never)))
      problems.push(`line ${branch.getStartLineNumber()} branches`);
  }
  if (problems.length > 0) throw new UnprovedModule(`the emitted module is not sound: ${problems.join('; ')}`);
}

function isBranch(node: Node): boolean {
  if (Node.isBinaryExpression(node)) {
    const operator = node.getOperatorToken().getKind();
    return (
      operator === SyntaxKind.AmpersandAmpersandToken ||
      operator === SyntaxKind.BarBarToken ||
      operator === SyntaxKind.QuestionQuestionToken
    );
  }
  return (
    Node.isIfStatement(node) ||
    Node.isConditionalExpression(node) ||
    Node.isSwitchStatement(node) ||
    Node.isIterationStatement(node)
  );
}
