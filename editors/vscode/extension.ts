import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { tryCalls } from './try-calls.js';

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
  const server = client;
  const start = server.start().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error ?? '');
    const advice = 'install it with npm i -g capfence, or say in the setting capfence.command where it is';
    void window.showErrorMessage(`CapFence: ${advice}. ${command} can't be started${why ? `: ${why}` : ''}`);
    throw error;
  });
  context.subscriptions.push(
    server,
    commands.registerCommand('capfence.tryCall', async () => {
      try {
        await start;
      } catch {
        return; // It is said already.
      }
      await tryCalls(context, server);
    }),
  );
  await start.catch(() => {});
}

export async function deactivate(): Promise<void> {
  if (client?.isRunning()) await client.stop();
}
