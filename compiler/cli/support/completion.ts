import type { Command } from 'commander';

/** A verb and its flags; where no flag is typed, files are completed. */
interface Verb {
  readonly name: string;
  readonly flags: readonly string[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * What a shell is to read: `eval "$(capfence completion bash)"`, the same for zsh, and for fish
 * `capfence completion fish | source`.
 *
 * @param runFlags The flags of `run`, which has a parser of its own.
 */
export function completionFor(shell: Shell, root: Command, runFlags: readonly string[]): string {
  const verbs = root.commands.map((verb) => ({
    name: verb.name(),
    flags: verb.name() === 'run' ? runFlags : [...verb.options.map(({ long }) => long ?? ''), '--help'],
  }));
  return { bash, zsh, fish }[shell](verbs);
}

function bash(verbs: readonly Verb[]): string {
  const cases = verbs.map(({ name, flags }) => `    ${name}) words='${flags.join(' ')}' ;;`);
  return `_capfence() {
  local words='' current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')} help --help --version' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    help) COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')}' -- "$current")); return ;;
    *) return ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o default -F _capfence capfence
`;
}

function zsh(verbs: readonly Verb[]): string {
  const cases = verbs.map(({ name, flags }) => `    ${name}) flags=(${flags.join(' ')}) ;;`);
  return `#compdef capfence
_capfence() {
  local -a verbs flags
  verbs=(${verbs.map(({ name }) => name).join(' ')} help)
  if (( CURRENT == 2 )); then
    compadd -- $verbs --help --version
    return
  fi
  case "$words[2]" in
${cases.join('\n')}
    help) compadd -- $verbs; return ;;
    *) return ;;
  esac
  if [[ "$words[CURRENT]" == -* ]]; then compadd -- $flags; else _files; fi
}
compdef _capfence capfence
`;
}

function fish(verbs: readonly Verb[]): string {
  const names = verbs.map(({ name }) => name).join(' ');
  return [
    `complete -c capfence -n __fish_use_subcommand -f -a '${names} help'`,
    `complete -c capfence -n '__fish_seen_subcommand_from help' -f -a '${names}'`,
    ...verbs.flatMap(({ name, flags }) =>
      flags.map(
        (flag) => `complete -c capfence -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^--/, '')}`,
      ),
    ),
    '',
  ].join('\n');
}
