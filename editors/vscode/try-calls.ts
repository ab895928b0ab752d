import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExtensionContext, Range, Uri, ViewColumn, type WebviewPanel, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type Playground, playgroundMarkup } from '../../compiler/report/playground/markup.js';
import { webviewPage } from '../../compiler/report/playground/webview-page.js';

/** One view for each policy. */
const panels = new Map<string, WebviewPanel>();

/** Shows a view in which calls are tried on the policy in the active editor, as it stands there. */
export async function tryCalls(
  { extensionPath, subscriptions }: ExtensionContext,
  client: LanguageClient,
): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document) {
    void window.showInformationMessage('CapFence: open a policy first, then try a call on it.');
    return;
  }
  const uri = document.uri.toString();
  const known = panels.get(uri);
  if (known) {
    known.reveal(ViewColumn.Beside);
    return;
  }
  const ask = <T>(command: string, argument: object): Promise<T> =>
    client.sendRequest('workspace/executeCommand', { command, arguments: [{ ...argument, uri }] });
  let about: Playground;
  try {
    about = await ask<Playground>('capfence.server.playground', {});
  } catch (error) {
    const { message } = error as Error;
    const advice = /is not open$/.test(message)
      ? `${workspace.asRelativePath(document.uri)} is no policy by the setting capfence.policies`
      : message;
    void window.showErrorMessage(`CapFence: ${advice}`);
    return;
  }
  const name = workspace.asRelativePath(document.uri);
  const panel = window.createWebviewPanel('capfence.tryCall', `Try a call: ${name}`, ViewColumn.Beside, {
    enableScripts: true,
    retainContextWhenHidden: true,
    localResourceRoots: [],
  });
  panels.set(uri, panel);
  const script = readFileSync(join(extensionPath, 'dist/webview.js'), 'utf8');
  panel.webview.html = webviewPage(playgroundMarkup(about), script, randomBytes(16).toString('base64'));
  const changes = workspace.onDidChangeTextDocument((event) => {
    if (event.document.uri.toString() === uri) void panel.webview.postMessage({ changed: true });
  });
  panel.onDidDispose(() => {
    changes.dispose();
    panels.delete(uri);
  });
  panel.webview.onDidReceiveMessage(async ({ id, call, open }) => {
    if (open) {
      await window.showTextDocument(Uri.parse(open.uri), {
        viewColumn: ViewColumn.One,
        selection: new Range(open.line - 1, 0, open.line - 1, 0),
      });
      return;
    }
    try {
      await panel.webview.postMessage({ id, tried: await ask('capfence.server.tryCall', call) });
    } catch (error) {
      await panel.webview.postMessage({ id, problem: (error as Error).message });
    }
  });
  subscriptions.push(panel);
}
