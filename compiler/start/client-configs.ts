import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A file in which a client keeps the servers that it starts. */
export interface ClientConfig {
  readonly client: string;
  readonly path: string;
}

/**
 * Where clients keep their servers, for this user and in this folder. Nobody says that they are there.
 *
 * Sources: the documentation of these clients, 2026 (docs/clients.md names them).
 */
export function clientConfigs(
  folder: string,
  home = homedir(),
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): ClientConfig[] {
  const appData = env['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  const support =
    platform === 'darwin'
      ? join(home, 'Library', 'Application Support')
      : platform === 'win32'
        ? appData
        : env['XDG_CONFIG_HOME'] || join(home, '.config');
  const code = join(support, 'Code', 'User');
  const config = platform === 'win32' ? appData : env['XDG_CONFIG_HOME'] || join(home, '.config');
  const zed = platform === 'win32' ? join(appData, 'Zed') : join(config, 'zed');
  const inUserAndFolder = (client: string, ...parts: readonly string[]): ClientConfig[] =>
    [home, folder].map((base) => ({ client, path: join(base, ...parts) }));
  return [
    { client: 'claude-desktop', path: join(support, 'Claude', 'claude_desktop_config.json') },
    { client: 'claude-code', path: join(home, '.claude.json') },
    { client: 'claude-code', path: join(folder, '.mcp.json') },
    ...inUserAndFolder('cursor', '.cursor', 'mcp.json'),
    ...[code, ...profilesIn(code)].flatMap((dir) => [
      { client: 'vscode', path: join(dir, 'mcp.json') },
      { client: 'vscode', path: join(dir, 'settings.json') },
    ]),
    { client: 'vscode', path: join(folder, '.vscode', 'mcp.json') },
    { client: 'vscode', path: join(folder, '.vscode', 'settings.json') },
    {
      client: 'cline',
      path: join(code, 'globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json'),
    },
    { client: 'roo', path: join(code, 'globalStorage', 'rooveterinaryinc.roo-cline', 'settings', 'mcp_settings.json') },
    { client: 'roo', path: join(folder, '.roo', 'mcp.json') },
    { client: 'windsurf', path: join(home, '.codeium', 'windsurf', 'mcp_config.json') },
    { client: 'zed', path: join(zed, 'settings.json') },
    { client: 'zed', path: join(folder, '.zed', 'settings.json') },
    ...inUserAndFolder('gemini-cli', '.gemini', 'settings.json'),
    ...inUserAndFolder('junie', '.junie', 'mcp', 'mcp.json'),
    { client: 'lm-studio', path: join(home, '.lmstudio', 'mcp.json') },
    { client: 'amp', path: join(config, 'amp', 'settings.json') },
    ...['opencode.json', 'opencode.jsonc'].flatMap((name) => [
      { client: 'opencode', path: join(home, '.config', 'opencode', name) },
      { client: 'opencode', path: join(folder, name) },
    ]),
    { client: 'codex', path: join(env['CODEX_HOME'] || join(home, '.codex'), 'config.toml') },
    { client: 'codex', path: join(folder, '.codex', 'config.toml') },
    { client: 'continue', path: join(home, '.continue', 'config.yaml') },
    ...filesIn(join(folder, '.continue', 'mcpServers'), /\.ya?ml$/).map((path) => ({ client: 'continue', path })),
    {
      client: 'goose',
      path:
        platform === 'win32'
          ? join(appData, 'Block', 'goose', 'config', 'config.yaml')
          : join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'goose', 'config.yaml'),
    },
    { client: 'mcp', path: join(folder, 'mcp.json') },
  ];
}

/** The folders of Visual Studio Code's profiles. */
function profilesIn(code: string): string[] {
  return filesIn(join(code, 'profiles'), /./);
}

function filesIn(folder: string, names: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => names.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
