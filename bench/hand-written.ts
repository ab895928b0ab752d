/*
 * What a careful person would write for the seed policy and nothing else: the same answers for every call of the
 * benchmark, clean paths looked at, everything else denied. No policy, no reasons, no other tools.
 */
const PATH_KEYS = new Set([
  'path',
  'file',
  'filename',
  'source',
  'destination',
  'target',
  'dir',
  'directory',
  'folder',
  'uri',
]);
const CLEAN = /^(?!\/proc|\/dev)(?:\/[^\x00-\x1f\x7f-\uffff\\%;/]*[^\x00-\x1f\x7f-\uffff\\%;/. ])+$/;

const verdict = (decision: string, rule: number) => Object.freeze({ decision, rule });
const DENY_DELETE = verdict('deny', 0);
const DENY_ETC = verdict('deny', 1);
const DENY_SHELL = verdict('deny', 2);
const ASK = verdict('require_approval', 3);
const ALLOW_READ = verdict('allow', 4);
const ALLOW_WRITE = verdict('allow', 5);
const DEFAULT = verdict('deny', -1);

function under(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 47);
}

export function decide(tool: string, args: Readonly<Record<string, unknown>>): { decision: string; rule: number } {
  switch (tool) {
    case 'read_file':
    case 'read_text_file':
    case 'list_directory':
      return ALLOW_READ;
    case 'delete_file':
      return DENY_DELETE;
    case 'run_command':
      return DENY_SHELL;
    case 'write_file':
    case 'edit_file': {
      let found = 0;
      let asks = false;
      let allowed = true;
      for (const key in args) {
        if (!PATH_KEYS.has(key)) continue;
        const path = args[key];
        if (typeof path !== 'string' || !CLEAN.test(path) || under(path, '/etc')) return DENY_ETC;
        found++;
        if (under(path, '/data/prod')) asks = true;
        if (!under(path, '/data/staging')) allowed = false;
      }
      if (found === 0) return DENY_ETC;
      if (asks) return ASK;
      return allowed ? ALLOW_WRITE : DEFAULT;
    }
    default:
      return DEFAULT;
  }
}
