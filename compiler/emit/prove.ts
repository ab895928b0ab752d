import { type FunctionLikeDeclaration, Node, Project, SyntaxKind, ts } from 'ts-morph';
import { built } from '../package.js';

/** Words per branch: one rule set's `decide` may branch once for each so many rules. */
const RULES_PER_BRANCH = 32;

/** The emitted module is not what it must be. A defect of the compiler, never of a policy. */
export class UnprovedModule extends Error {
  override readonly name = 'UnprovedModule';
}

/**
 * Proves of the emitted TypeScript that it type-checks under `strict`, imports nothing but the runtime, and holds no
 * conditional whose number grows with the rules.
 *
 * @throws UnprovedModule
 */
export function proveModule(text: string, ruleCount: number): void {
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
  const allowed = Math.ceil((ruleCount + 1) / RULES_PER_BRANCH);
  for (const method of file.getDescendantsOfKind(SyntaxKind.MethodDeclaration)) {
    const branches = countBranches(method as unknown as FunctionLikeDeclaration & Node);
    if (branches > allowed) problems.push(`${method.getName()} branches ${branches} times over ${ruleCount} rules`);
  }
  if (problems.length > 0) throw new UnprovedModule(`the emitted module is not sound: ${problems.join('; ')}`);
}

function countBranches(node: Node): number {
  return node.getDescendants().filter((inner) => {
    if (Node.isBinaryExpression(inner)) {
      const operator = inner.getOperatorToken().getKind();
      return (
        operator === SyntaxKind.AmpersandAmpersandToken ||
        operator === SyntaxKind.BarBarToken ||
        operator === SyntaxKind.QuestionQuestionToken
      );
    }
    return Node.isIfStatement(inner) || Node.isConditionalExpression(inner) || Node.isSwitchStatement(inner);
  }).length;
}
