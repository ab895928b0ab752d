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
    'delete remove drop destroy purge erase clear wipe truncate kill terminate revoke uninstall prune unlink reset rollback cleanup trash',
  ),
  row('pay', 'moves money', 'pay transfer refund charge payout withdraw purchase buy'),
  row(
    'execute',
    'runs what it is given',
    'run exec execute eval evaluate shell command cmd script sql query invoke ssh repl spawn interact migration migrations',
  ),
  row('send', 'tells others', 'send post publish reply notify share invite tweet broadcast comment push upload'),
  row(
    'write',
    'changes something',
    'write edit create update modify add set put append insert save move rename copy merge fork fill type select submit ' +
      'toggle start stop restart click press drag drop hover patch replace install upgrade apply scale rollout cordon drain ' +
      'configure config enable disable assign close reopen handle resize import export download generate commit checkout ' +
      'stage stash rebase tag sync migrate deploy build register subscribe unsubscribe lock unlock archive approve reject ' +
      'cancel complete schedule mark force forward emulate init attach detach connect switch',
  ),
  row(
    'fetch',
    'goes where its address leads',
    'fetch navigate goto open visit browse crawl scrape extract map request',
  ),
  row(
    'read',
    'only looks',
    'get list search find show describe view count lookup read inspect status info explain retrieve screenshot ' +
      'snapshot capture echo ping validate lint parse analyze analyse compare diff summarize summarise calculate ' +
      'think thinking sequentialthinking wait watch tail head stat exists whoami help version preview tree ' +
      'log logs trace history verify suggest estimate recommend docs discover locate match ask',
  ),
  // Mostly things: they count where nothing else says what is done.
  row('send', 'tells others', 'email mail message'),
];

/** Words of looking that are no things themselves. */
const FIRST_LOOKS: ReadonlySet<string> = new Set(
  'get list search find show describe view count read fetch retrieve lookup'.split(' '),
);

/** Words that are things behind one of those: `get_run`, `list_scripts`. What they are else asks at most. */
const THINGS: ReadonlySet<string> = new Set(
  (
    'script query command set merge fork copy message mail email reply share comment start type press tag commit build config ' +
    'stage import export lock archive request mark release invite post run push'
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
  const isLooking = FIRST_LOOKS.has(parts[0] ?? '') && !['and', 'or', 'then'].some((word) => parts.includes(word));
  for (const { action, why, words } of VERBS) {
    const verb = parts.find((part, i) => words.has(part) && !(isLooking && i > 0 && THINGS.has(part)));
    if (verb !== undefined) return { action, verb, why: `"${verb}" ${why}` };
  }
  // What a name is looked up as.
  if (parts[0] === 'resolve' && parts.some((part) => ['id', 'library', 'name', 'path', 'dns', 'host'].includes(part)))
    return { action: 'read', verb: 'resolve', why: '"resolve" only looks' };
  return { action: 'use', verb: undefined, why: 'nothing but its server says what it does' };
}

/** What nobody but its owner should read, in a name without what stands between its words. */
export const SECRET_NAME =
  /secrets?(?!ary|ari)|credential|passw(?:or)?d|passphrase|apikey|privatekey|accesskey|accountkey|keychain|keyvault|kubeconfig|appsettings|connectionstring|tokens?(?!iz|_?count)|^(?:get|print|list|show|read|dump)env(?:iron|ironment|vars?)?$/;

/** Arguments that say what kind of thing is looked at (in lower case without `_` and `-`). */
export const KIND_NAMES: ReadonlySet<string> = new Set(
  'resourcetype resourcetypes resource resources kind kinds objecttype entitytype type types'.split(' '),
);

/** What comes from strangers: as words of a name. */
export const STRANGE_WORDS: ReadonlySet<string> = new Set(
  'web page pages site browser url issue issues comment comments email emails mail inbox message messages review reviews'.split(
    ' ',
  ),
);
