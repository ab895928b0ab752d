/** What a tool does, strictest last but one: `use` is what nobody knows. */
export type Action = 'read' | 'fetch' | 'write' | 'send' | 'execute' | 'pay' | 'delete' | 'use';

interface Row {
  readonly action: Action;
  /** Why such a word says so. */
  readonly why: string;
  readonly words: ReadonlySet<string>;
}

const row = (action: Action, why: string, words: string): Row => ({ action, why, words: new Set(words.split(' ')) });

/** Words of a tool's name, strictest first: the first row that has any of them decides. */
export const VERBS: readonly Row[] = [
  row(
    'delete',
    'takes something away',
    'delete remove drop destroy purge erase clear wipe truncate kill terminate revoke uninstall prune unlink reset rollback',
  ),
  row('pay', 'moves money', 'pay transfer refund charge payout withdraw purchase buy checkout'),
  row(
    'execute',
    'runs what it is given',
    'run exec execute eval evaluate shell command cmd script sql query invoke ssh repl spawn interact',
  ),
  row('send', 'tells others', 'send post publish reply email mail message notify share invite tweet broadcast'),
  row(
    'write',
    'changes something',
    'write edit create update add set put append insert push upload save move rename copy merge fork fill type select submit ' +
      'toggle start stop restart click press drag drop hover patch replace install upgrade apply scale rollout cordon drain ' +
      'configure config enable disable assign close reopen handle resize import export download generate commit checkout ' +
      'stage stash rebase tag sync migrate deploy build register subscribe unsubscribe lock unlock archive approve reject ' +
      'cancel complete schedule mark force forward emulate cleanup init attach detach connect switch',
  ),
  row(
    'fetch',
    'goes where its address leads',
    'fetch navigate goto open visit browse crawl scrape extract map request',
  ),
  row(
    'read',
    'only looks',
    'get list search find show describe view count lookup read inspect check status info explain resolve retrieve screenshot ' +
      'snapshot capture echo ping validate lint parse analyze analyse compare diff summarize summarise calculate compute ' +
      'convert format think thinking sequentialthinking wait watch tail head stat exists whoami help version preview tree ' +
      'log logs trace history verify suggest estimate recommend docs discover locate match ask',
  ),
];

/** Words that are things behind a word of looking: `get_run`, `list_script`. None of them takes something away. */
const THINGS: ReadonlySet<string> = new Set(
  (
    'script query command run post set merge fork copy message mail email reply share comment start type press tag commit build ' +
    'config stage import export download upload lock archive request charge transfer refund purchase checkout schedule mark ' +
    'release invite update'
  ).split(' '),
);

export interface SaidByName {
  readonly action: Action;
  /** The word that says so; undefined: none does. */
  readonly verb: string | undefined;
  readonly why: string;
}

/** What a tool's name says, by its words in lower case. */
export function saidByName(parts: readonly string[]): SaidByName {
  const looks = VERBS.at(-1) as Row;
  const isLooking = looks.words.has(parts[0] ?? '') && !parts.includes('and') && !parts.includes('or');
  for (const { action, why, words } of VERBS) {
    const verb = parts.find((part, i) => words.has(part) && !(isLooking && i > 0 && THINGS.has(part)));
    if (verb !== undefined) return { action, verb, why: `"${verb}" ${why}` };
  }
  return { action: 'use', verb: undefined, why: 'nothing but its server says what it does' };
}

/** What nobody but its owner should read: as words of a name. */
export const SECRET_WORDS: ReadonlySet<string> = new Set(
  (
    'secret secrets credential credentials password passwords token tokens apikey apikeys keychain keyvault kubeconfig ' +
    'appsettings connectionstring connectionstrings env environ'
  ).split(' '),
);

/** Arguments that say what kind of thing is looked at (in lower case without `_` and `-`). */
export const KIND_NAMES: ReadonlySet<string> = new Set(
  'resourcetype resource resources kind objecttype entitytype'.split(' '),
);

/** What comes from strangers: as words of a name. */
export const STRANGE_WORDS: ReadonlySet<string> = new Set(
  'web page pages site browser url issue issues comment comments email emails mail inbox message messages review reviews'.split(
    ' ',
  ),
);
