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
 * Sources: the documentation of Claude Desktop and Claude Code, Cursor, Visual Studio Code and Windsurf, 2026.
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
  return [
    { client: 'claude-desktop', path: join(support, 'Claude', 'claude_desktop_config.json') },
    { client: 'claude-code', path: join(home, '.claude.json') },
    { client: 'claude-code', path: join(folder, '.mcp.json') },
    { client: 'cursor', path: join(home, '.cursor', 'mcp.json') },
    { client: 'cursor', path: join(folder, '.cursor', 'mcp.json') },
    { client: 'vscode', path: join(support, 'Code', 'User', 'mcp.json') },
    { client: 'vscode', path: join(folder, '.vscode', 'mcp.json') },
    { client: 'windsurf', path: join(home, '.codeium', 'windsurf', 'mcp_config.json') },
    { client: 'mcp', path: join(folder, 'mcp.json') },
  ];
}
