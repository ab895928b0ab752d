import type { Mapping } from '../types.js';

/** Raised whenever a row changes meaning; a compiled policy records the version it was compiled against. */
export const CATALOGUE_VERSION = 2;

/**
 * What well-known tools do, by exact name. Names are never guessed from substrings: a tool that is neither in a
 * policy's `tools` nor here has the capability `mcp.tool.NAME`.
 */
export const CATALOGUE: readonly { names: string; uses: readonly Mapping[] }[] = [
  {
    names:
      'read_file read_text_file read_media_file read_multiple_files get_file_info list_directory ' +
      'list_directory_with_sizes list_files',
    uses: [{ capability: 'filesystem.read' }],
  },
  { names: 'directory_tree search_files', uses: [{ capability: 'filesystem.read', tree: true }] },
  { names: 'list_allowed_directories', uses: [{ capability: 'filesystem.read', paths: [] }] },
  { names: 'write_file create_file append_file create_directory', uses: [{ capability: 'filesystem.write' }] },
  {
    // A dry run shows what is there.
    names: 'edit_file',
    uses: [{ capability: 'filesystem.read' }, { capability: 'filesystem.write' }],
  },
  {
    names: 'copy_file',
    uses: [
      { capability: 'filesystem.read', paths: ['source'], tree: true },
      { capability: 'filesystem.write', paths: ['destination'] },
    ],
  },
  { names: 'delete_file remove_file', uses: [{ capability: 'filesystem.delete' }] },
  { names: 'delete_directory remove_directory', uses: [{ capability: 'filesystem.delete', tree: true }] },
  {
    // What is moved can be read where it comes to lie.
    names: 'move_file rename_file',
    uses: [
      { capability: 'filesystem.read', paths: ['source'], tree: true },
      { capability: 'filesystem.delete', paths: ['source'], tree: true },
      { capability: 'filesystem.write', paths: ['destination'] },
    ],
  },
  {
    names: 'run_command execute_command run_shell_command shell_exec bash shell',
    uses: [{ capability: 'shell.execute', text: [['command?', 'cmd?', 'args?']], otherText: true }],
  },
  {
    names: 'git_status git_diff git_diff_staged git_diff_unstaged git_log git_show',
    uses: [{ capability: 'git.read', paths: ['repo_path'], noOptions: true }],
  },
  {
    names: 'git_add git_commit git_checkout git_branch git_create_branch git_reset git_init',
    uses: [{ capability: 'git.write', paths: ['repo_path'], noOptions: true }],
  },
  {
    names: 'create_entities create_relations add_observations',
    uses: [{ capability: 'memory.write', paths: [] }],
  },
  {
    names: 'delete_entities delete_observations delete_relations',
    uses: [{ capability: 'memory.delete', paths: [] }],
  },
  { names: 'read_graph search_nodes open_nodes', uses: [{ capability: 'memory.read', paths: [] }] },
  { names: 'list_tables describe_table', uses: [{ capability: 'database.read', paths: [] }] },
  { names: 'write_query create_table', uses: [{ capability: 'database.write', paths: [] }] },
  // What takes SQL runs what it is given, whatever it is called.
  { names: 'execute_sql read_query query', uses: [{ capability: 'database.execute', paths: [] }] },
];
