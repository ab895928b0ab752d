import type { JSONPath } from 'jsonc-parser';

/** A server that a client starts, as its configuration has it. */
export interface ConfiguredServer {
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: JSONPath;
  /** Undefined where it is no stdio server. */
  readonly command: readonly string[] | undefined;
  /** Where its client reaches it, where that is an address. */
  readonly url?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Why its command can't be written anew; undefined: it can. */
  readonly problem?: string;
}

/** A client's configuration, of which only what is changed is written anew. */
export interface ServerTable {
  readonly text: string;
  /** All servers, wherever they stand. */
  servers(): ConfiguredServer[];
  /** The text of an entry. */
  textAt(path: JSONPath): string | undefined;
  /** The file with another text in the place of an entry. */
  withText(path: JSONPath, text: string): string;
  /** The file with another command for a server. */
  withCommand(path: JSONPath, whole: readonly string[]): string;
  /** An entry's value, without its command and arguments. */
  restAt(path: JSONPath): unknown;
}

/** A configuration that can't be read, with the place. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What an entry says of a server, in whatever format: Goose calls the command `cmd`, and its variables `envs`. */
export function configured(name: string, path: JSONPath, value: unknown, problem?: string): ConfiguredServer {
  const entry = (value ?? {}) as Record<string, unknown>;
  const { cmd, command = cmd, envs, env = envs, environment = env } = entry;
  const url = [entry['url'], entry['httpUrl'], entry['serverUrl'], entry['uri']].find((one) => typeof one === 'string');
  // A key without a value has none.
  const args = entry['args'] ?? [];
  const whole = Array.isArray(command) ? command : [command, ...(Array.isArray(args) ? args : [undefined])];
  const isStdio = whole.length > 0 && whole.every((part) => typeof part === 'string');
  const isOdd = typeof whole[0] === 'string' && !isStdio;
  const whatIsWrong = problem ?? (isOdd ? 'an argument of it is no text: put it in quotes' : undefined);
  const variables = Object.entries(environment ?? {}).filter(([, text]) => typeof text === 'string');
  return {
    name,
    path,
    command: isStdio ? (whole as string[]) : undefined,
    ...(url !== undefined && { url }),
    env: Object.fromEntries(variables) as Record<string, string>,
    ...(whatIsWrong !== undefined && { problem: whatIsWrong }),
  };
}

export function restOf(value: unknown): unknown {
  const { command: _command, cmd: _cmd, args: _args, ...rest } = (value ?? {}) as Record<string, unknown>;
  return rest;
}

/** @returns line and column of a place in a text. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) as string).length + 1}`;
}
