import { commands, type ExtensionContext, type OutputChannel, window, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

/** Starts the language server, once a policy is opened. */
export async function activate(context: ExtensionContext): Promise<void> {
  const settings = workspace.getConfiguration('capfence');
  const [command = 'capfence', ...args] = settings.get<string[]>('command') ?? [];
  const policies = settings.get<string[]>('policies') ?? [];
  const locks = settings.get<string[]>('lockFiles') ?? [];
  client = new LanguageClient(
    'capfence',
    'CapFence',
    { command, args },
    {
      documentSelector: [
        { language: 'capfence' },
        ...policies.map((pattern) => ({ language: 'yaml', pattern })),
        ...locks.map((pattern) => ({ language: 'json', pattern })),
      ],
    },
  );
  const shown = window.createOutputChannel('CapFence: try a call');
  context.subscriptions.push(
    client,
    shown,
    commands.registerCommand('capfence.tryCall', () => tryCall(shown)),
  );
  try {
    await client.start();
  } catch (error) {
    void window.showErrorMessage(
      `CapFence: ${command} can't be started (${(error as Error).message}): npm i -g capfence, or say where it is in capfence.command`,
    );
  }
}

/** Asks for a call, and shows what the open policy, saved or not, decides of it and why. */
async function tryCall(shown: OutputChannel): Promise<void> {
  const uri = window.activeTextEditor?.document.uri.toString();
  if (!client || uri === undefined) return;
  const ask = <T>(command: string, argument: object): Promise<T> =>
    (client as LanguageClient).sendRequest('workspace/executeCommand', { command, arguments: [{ uri, ...argument }] });
  try {
    const tools = await ask<string[]>('capfence.server.tools', {});
    const tool = await window.showQuickPick(tools, { placeHolder: 'Which tool is called?' });
    if (tool === undefined) return;
    const args = await window.showInputBox({
      prompt: `Arguments of ${tool}, as JSON`,
      value: '{ "path": "" }',
      validateInput: (text) => (isObject(text) ? undefined : 'a JSON object such as { "path": "/data/a" }'),
    });
    if (args === undefined) return;
    const { text } = await ask<{ text: string }>('capfence.server.tryCall', { tool, args: JSON.parse(args) });
    shown.append(`${tool} ${args}\n${text}\n`);
    shown.show(true);
  } catch (error) {
    void window.showErrorMessage(`CapFence: ${(error as Error).message}`);
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
