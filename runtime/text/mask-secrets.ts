/**
 * A command line fit for a log: what looks like a secret is masked. An argument is one when it follows or holds a word
 * like `token`, carries credentials in a URL, or has the form of a well-known key.
 */
export function maskSecrets(args: readonly string[]): string[] {
  return args.map((arg, i) => {
    const before = args[i - 1];
    if (before !== undefined && /^--?[\w-]+$/.test(before) && SECRET_WORD.test(before) && !arg.startsWith('--'))
      return MASK;
    // The path of a webhook is its secret.
    const hook = before === '--notify' ? /^()(.*)$/s.exec(arg) : /^(--notify=)(.*)$/s.exec(arg);
    if (hook)
      return `${hook[1]}${URL.canParse(hook[2] as string) ? `${new URL(hook[2] as string).origin}/` : ''}${MASK}`;
    const header = /^(--?[\w-]+=|-H)?([\w-]+): *(.+)$/s.exec(arg);
    if (header && SECRET_WORD.test(header[2] as string)) return `${header[1] ?? ''}${header[2]}: ${MASK}`;
    const assigned = /^(--?[\w-]+|[\w.-]+)([=:])(.+)$/s.exec(arg);
    if (assigned && SECRET_WORD.test(assigned[1] as string)) return `${assigned[1]}${assigned[2]}${MASK}`;
    return arg
      .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s]*@/gi, `$1${MASK}@`)
      .replace(/([?&][\w-]*(?:token|secret|password|key|auth|sig)[\w-]*=)[^&\s]+/gi, `$1${MASK}`)
      .replace(/\b(Bearer|Basic)\s+\S+/gi, `$1 ${MASK}`)
      .replace(KNOWN_KEY, MASK);
  });
}

/** Values under names like `token` masked. */
export function maskContext(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key, SECRET_WORD.test(key) ? MASK : value]));
}

const MASK = '***';
const SECRET_WORD =
  /token|secret|passw|passphrase|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|bearer|(?:^|[-_.])(?:auth|pass|pwd|pat|pw|key|sig)(?:$|[-_.])/i;
/** Prefixes that vendors give their keys, so that they are found in logs. */
const KNOWN_KEY =
  /\b(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|glpat-[\w-]{16,}|npm_\w{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)/g;
