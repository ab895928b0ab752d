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
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { formatText } from '../format.js';
import { useDsl } from '../ir/load.js';
import { VERSION } from '../package/version.js';
import { type Analysis, analyse } from './analysis.js';
import type { ChangesAgainstHead } from './changes-against-head.js';
import { codeActions, findingsAt } from './code-actions.js';
import { codeLenses, OPEN, SHOW_CHANGES } from './code-lens.js';
import { completions } from './completion.js';
import { loadDiagnostics } from './diagnostics.js';
import { hoverAt } from './hover.js';
import { definitionsAt, family, fromDisk, referencesAt, renameAt, type Surroundings } from './navigation.js';
import { foldingOf, symbolsOf } from './outline.js';
import { PolicyText, pathOf } from './policy-text.js';
import { semanticTokens, TOKEN_TYPES } from './semantic-tokens.js';
import { PLAYGROUND, runCommand, TRY_CALL } from './try-call.js';
import { UTF8_DOCUMENTS } from './utf8-document.js';
import { policyFiles } from './workspace.js';

/** Nobody has typed for so long, in milliseconds: then the policy is analysed. */
const PAUSE_MS = 400;

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
  // Which positions a client counts in is only known when it says who it is.
  let isUtf8 = false;
  const documents = new TextDocuments<TextDocument>({
    create: (...given) => (isUtf8 ? UTF8_DOCUMENTS : TextDocument).create(...given),
    update: (...given) => (isUtf8 ? UTF8_DOCUMENTS : TextDocument).update(...given),
  });
  const texts = new Map<string, { readonly version: number; readonly text: PolicyText }>();
  const running = new Map<string, { readonly timer: NodeJS.Timeout; analysis?: Analysis }>();
  const analysed = new Map<
    string,
    { readonly text: PolicyText; findings: readonly Diagnostic[]; changes?: ChangesAgainstHead }
  >();
  /** While a policy does not load, its lenses stay: lines that jump at each key are worse than old words. */
  const lenses = new Map<string, CodeLens[]>();
  let refreshesLenses = false;

  const opened = (path: string) => documents.all().find(({ uri }) => pathOf(uri) === path);
  const textOf = (uri: string): PolicyText | undefined => {
    const document = documents.get(uri);
    if (!document) return undefined;
    const known = texts.get(uri);
    if (known?.version === document.version) return known.text;
    const text = new PolicyText(document, (path) => opened(path)?.getText());
    texts.set(uri, { version: document.version, text });
    return text;
  };
  const open = (path: string): PolicyText | undefined => {
    const own = opened(path);
    return own ? textOf(own.uri) : fromDisk(path, isUtf8);
  };

  let folders: readonly string[] = [];
  const around: Surroundings = {
    open,
    policies: (path) => policyFiles(path, folders).flatMap((file) => open(file) ?? []),
  };

  connection.onInitialize(({ capabilities: { general, workspace }, workspaceFolders }): InitializeResult => {
    folders = (workspaceFolders ?? []).flatMap(({ uri }) => pathOf(uri) ?? []);
    refreshesLenses = workspace?.codeLens?.refreshSupport ?? false;
    isUtf8 = general?.positionEncodings?.includes('utf-8') ?? false;
    return {
      serverInfo: { name: 'capfence', version: VERSION },
      capabilities: {
        positionEncoding: isUtf8 ? 'utf-8' : 'utf-16',
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

  documents.onDidChangeContent(({ document: { uri } }) => {
    refresh(uri);
    // What extends it is another policy from now on.
    const changed = textOf(uri)?.path;
    for (const [other, { text }] of [...texts]) {
      if (other === uri || !family(text, open).some(({ path }) => path === changed)) continue;
      texts.delete(other);
      refresh(other);
    }
  });
  const refresh = (uri: string): void => {
    stop(uri);
    const text = textOf(uri);
    if (!text) return;
    const { version } = text.document;
    const loading = loadDiagnostics(text);
    void connection.sendDiagnostics({ uri, version, diagnostics: loading });
    if (!text.policy) return;
    const timer = setTimeout(() => {
      const unsaved = Object.fromEntries(
        family(text, open).flatMap(({ path }) => {
          const own = path === text.path ? undefined : opened(path)?.getText();
          return own === undefined ? [] : [[path, own]];
        }),
      );
      const found = ({ findings, changes }: Parameters<Parameters<typeof analyse>[1]['found']>[0]): void => {
        // Another key was faster.
        if (texts.get(uri)?.text !== text) return;
        const known = analysed.get(uri);
        const own = known?.text === text ? known : { text, findings: [] };
        analysed.set(uri, { ...own, ...(findings && { findings }), ...(changes && { changes }) });
        if (findings) void connection.sendDiagnostics({ uri, version, diagnostics: [...loading, ...findings] });
        if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type);
      };
      running.set(uri, { timer, analysis: analyse(text, { command, isUtf8, unsaved, found }) });
    }, PAUSE_MS);
    running.set(uri, { timer });
  };
  documents.onDidClose(({ document: { uri } }) => {
    stop(uri);
    for (const known of [texts, analysed, lenses]) known.delete(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  const stop = (uri: string): void => {
    const one = running.get(uri);
    if (one) clearTimeout(one.timer);
    one?.analysis?.cancel();
    running.delete(uri);
  };

  const at = <T>(uri: string, otherwise: T, use: (text: PolicyText) => T): T => {
    const text = textOf(uri);
    return text ? use(text) : otherwise;
  };
  connection.onCompletion(({ textDocument: { uri }, position }) => at(uri, [], (text) => completions(text, position)));
  connection.onHover(({ textDocument: { uri }, position }) =>
    at(uri, null, (text) => hoverAt(text, text.document.offsetAt(position), open)),
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
    at(uri, [], (text) => codeActions(text, [...context.diagnostics, ...findingsAt(text, range, known(uri).findings)])),
  );
  const known = (uri: string) => {
    const found = analysed.get(uri);
    return found && found.text === textOf(uri) ? found : { findings: [], changes: undefined };
  };
  connection.onCodeLens(({ textDocument: { uri } }) =>
    at(uri, [], (text) => {
      const { findings, changes } = known(uri);
      const own = codeLenses(text, { findings, changes: changes?.count ?? 0 });
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
      const changes = analysed.get(uri)?.changes;
      if (!changes) return new ResponseError(ErrorCodes.InvalidParams, 'no call changes against the last commit');
      return show(written(`${basename(pathOf(uri) ?? 'policy')}.changes.md`, changes.report));
    }
    const answer = runCommand(command, argument, textOf);
    return typeof answer === 'string' ? new ResponseError(ErrorCodes.InvalidParams, answer) : answer;
  });
  connection.languages.semanticTokens.on(({ textDocument: { uri } }) => at(uri, { data: [] }, semanticTokens));
  connection.onDocumentFormatting(async ({ textDocument: { uri } }) => {
    const text = textOf(uri);
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
