import { type ExtensionContext, window, workspace } from 'vscode';
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
  context.subscriptions.push(client);
  try {
    await client.start();
  } catch (error) {
    void window.showErrorMessage(
      `CapFence: ${command} can't be started (${(error as Error).message}): npm i -g capfence, or say where it is in capfence.command`,
    );
  }
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
