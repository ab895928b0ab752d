/** A word that makes what follows it a secret. */
const SECRET = /token|secret|pass|key|auth|credential|pwd|bearer/i;
/** Flags, packages, paths and plain words: what else may be a secret in some form that nobody has thought of. */
const PLAIN =
  /^(?:--|--?[A-Za-z][\w-]*|@?[A-Za-z][\w.-]{0,60}(?:\/[A-Za-z][\w.@-]{0,60})?|\.{0,2}(?:\/[\w.@+ -]{1,60})+|\.)$/;
const LONGEST_WORD = 40;

/**
 * A command line of somebody's configuration as it may be shown: only what is certainly no secret.
 *
 * @param command The program and its arguments.
 */
export function shownCommand(command: readonly string[]): string[] {
  return command.map((part, i) => {
    const before = command[i - 1] ?? '';
    if (i > 0 && before.startsWith('-') && SECRET.test(before)) return '***';
    const isPath = /^[./]/.test(part);
    if (!PLAIN.test(part) || (SECRET.test(part) && !part.startsWith('-') && !isPath)) return '***';
    // Random words look like keys.
    const isRandom = part.length > LONGEST_WORD && !isPath && !part.includes('/');
    return isRandom ? '***' : part;
  });
}
