import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeLens,
  CodeLensRefreshRequest,
  createConnection,
  type Diagnostic,
  ErrorCodes,
  type InitializeResult,
  ProposedFeatures,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { formatText } from '../format.js';
import { useDsl } from '../ir/load.js';
import { VERSION } from '../package/version.js';
import { Analyses } from './analyses.js';
import { codeActions, findingsAt } from './code-actions.js';
import { codeLenses, OPEN, SHOW_CHANGES } from './code-lens.js';
import { completions } from './completion.js';
import { loadDiagnostics } from './diagnostics.js';
import { hoverAt } from './hover.js';
import { definitionsAt, referencesAt, renameAt, type Surroundings } from './navigation.js';
import { OpenTexts } from './open-texts.js';
import { foldingOf, symbolsOf } from './outline.js';
import { type PolicyText, pathOf } from './policy-text.js';
import { semanticTokens, TOKEN_TYPES } from './semantic-tokens.js';
import { PLAYGROUND, runCommand, TRY_CALL } from './try-call.js';
import { policyFiles } from './workspace.js';

/**
 * A language server for policies, on this process's standard streams (Language Server Protocol 3.17).
 *
 * @param command How `capfence` is started, for analysis in a process of its own.
 */
export async function serve(command: readonly string[]): Promise<void> {
  await useDsl();
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  );
  const texts = new OpenTexts();
  let refreshesLenses = false;
  const publish = ({ document: { uri, version } }: PolicyText, diagnostics: Diagnostic[]): void =>
    void connection.sendDiagnostics({ uri, version, diagnostics });
  const analyses = new Analyses(command, texts, (text, { findings }) => {
    publish(text, [...loadDiagnostics(text), ...findings]);
    if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type);
  });
  /** While a policy does not load, its lenses stay: lines that jump at each key are worse than old words. */
  const lenses = new Map<string, CodeLens[]>();
  let folders: readonly string[] = [];
  const filesAround = (path: string, kind: 'policy' | 'fixture') =>
    policyFiles(path, folders, kind).flatMap((file) => texts.byPath(file) ?? []);
  const around: Surroundings = {
    open: texts.byPath,
    policies: (path) => filesAround(path, 'policy'),
    fixtures: (path) => filesAround(path, 'fixture'),
  };

  connection.onInitialize(({ capabilities: { general, workspace }, workspaceFolders }): InitializeResult => {
    folders = (workspaceFolders ?? []).flatMap(({ uri }) => pathOf(uri) ?? []);
    refreshesLenses = workspace?.codeLens?.refreshSupport ?? false;
    texts.isUtf8 = general?.positionEncodings?.includes('utf-8') ?? false;
    return {
      serverInfo: { name: 'capfence', version: VERSION },
      capabilities: {
        positionEncoding: texts.isUtf8 ? 'utf-8' : 'utf-16',
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [':', ' ', '-', '.', '['] },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: true,
        documentSymbolProvider: true,
        foldingRangeProvider: true,
        documentFormattingProvider: true,
        codeActionProvider: { codeActionKinds: ['quickfix'] },
        codeLensProvider: {},
        executeCommandProvider: { commands: [TRY_CALL, PLAYGROUND, OPEN, SHOW_CHANGES] },
        semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [] }, full: true },
      },
    };
  });

  const { documents } = texts;
  const refresh = (text: PolicyText): void => {
    publish(text, loadDiagnostics(text));
    analyses.begin(text);
  };
  documents.onDidChangeContent(({ document: { uri } }) => {
    const text = texts.at(uri);
    if (!text) return;
    refresh(text);
    for (const heir of texts.heirsOf(text.path)) refresh(heir);
  });
  documents.onDidClose(({ document: { uri } }) => {
    for (const known of [texts, analyses]) known.forget(uri);
    lenses.delete(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
    // What extends it has it as it is on the disk again.
    for (const heir of texts.heirsOf(pathOf(uri))) refresh(heir);
  });

  const at = <T>(uri: string, otherwise: T, use: (text: PolicyText) => T): T => {
    const text = texts.at(uri);
    return text ? use(text) : otherwise;
  };
  connection.onCompletion(({ textDocument: { uri }, position }) =>
    at(uri, [], (text) => completions(text, position, texts.byPath)),
  );
  connection.onHover(({ textDocument: { uri }, position }) =>
    at(uri, null, (text) => hoverAt(text, text.document.offsetAt(position), texts.byPath)),
  );
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    at(uri, [], (text) => definitionsAt(text, text.document.offsetAt(position), around)),
  );
  connection.onReferences(({ textDocument: { uri }, position }) =>
    at(uri, [], (text) => referencesAt(text, text.document.offsetAt(position), around)),
  );
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) => {
    const edit = at(uri, null, (text) => renameAt(text, text.document.offsetAt(position), newName, around));
    return typeof edit === 'string' ? new ResponseError(ErrorCodes.InvalidParams, edit) : edit;
  });
  connection.onDocumentSymbol(({ textDocument: { uri } }) => at(uri, [], symbolsOf));
  connection.onFoldingRanges(({ textDocument: { uri } }) => at(uri, [], foldingOf));
  connection.onCodeAction(({ textDocument: { uri }, range, context }) =>
    at(uri, [], (text) => {
      const known = findingsAt(text, range, analyses.of(text).findings);
      return codeActions(text, [...context.diagnostics, ...known], texts.byPath);
    }),
  );
  connection.onCodeLens(({ textDocument: { uri } }) =>
    at(uri, [], (text) => {
      const own = codeLenses(text, analyses.of(text));
      if (own) lenses.set(uri, own);
      return own ?? (text.kind === 'policy' ? (lenses.get(uri) ?? []) : []);
    }),
  );
  const show = async (uri: string): Promise<void> => {
    await connection.window.showDocument({ uri, takeFocus: true });
  };
  connection.onExecuteCommand(async ({ command, arguments: [argument] = [] }) => {
    const { uri = '' } = (argument ?? {}) as { readonly uri?: string };
    if (command === OPEN) return show(uri);
    if (command === SHOW_CHANGES) {
      const changes = at(uri, undefined, (text) => analyses.of(text).changes);
      if (!changes) return new ResponseError(ErrorCodes.InvalidParams, 'no call changes against the last commit');
      return show(written(`${basename(pathOf(uri) ?? 'policy')}.changes.md`, changes.report));
    }
    const answer = runCommand(command, argument, (one) => texts.at(one));
    return typeof answer === 'string' ? new ResponseError(ErrorCodes.InvalidParams, answer) : answer;
  });
  connection.languages.semanticTokens.on(({ textDocument: { uri } }) => at(uri, { data: [] }, semanticTokens));
  connection.onDocumentFormatting(async ({ textDocument: { uri } }) => {
    const text = texts.at(uri);
    if (!text?.policy) return [];
    const whole = text.document.getText();
    const formatted = await formatText(whole, text.path, text.isDsl ? 'capfence' : 'yaml');
    return formatted === whole ? [] : [{ range: text.range(0, whole.length), newText: formatted }];
  });
  documents.listen(connection);
  connection.listen();
  await new Promise<void>((resolve) => connection.onExit(resolve));
}

/** A file that editors can open, as long as the server runs. @returns its address. */
function written(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'capfence-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name)).href;
}
