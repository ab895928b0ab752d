import {
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

/** A server that a client starts, as its configuration has it. */
export interface ConfiguredServer {
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: JSONPath;
  /** Undefined where it is no stdio server. */
  readonly command: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** A configuration that can't be read, with the place. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const PARSE = { allowTrailingComma: true, disallowComments: false };

/**
 * A client's configuration: JSON with comments, of which only what is changed is written anew.
 *
 * @throws ConfigError where it is no such JSON, or says something twice.
 */
export class ServerTable {
  private readonly root: Node | undefined;

  constructor(readonly text: string) {
    const errors: ParseError[] = [];
    this.root = parseTree(this.text.replace(/^\ufeff/, ' '), errors, PARSE);
    const [error] = errors;
    if (error && this.text.trim() !== '') {
      throw new ConfigError(`${placeOf(this.text, error.offset)}: ${printParseErrorCode(error.error)}`);
    }
    if (this.root) this.rejectTwice(this.root);
  }

  /** A key that is there twice, at whatever level: clients differ in which of the two they take. */
  private rejectTwice(node: Node): void {
    const children = node.children ?? [];
    if (node.type === 'object') {
      const keys = new Set<string>();
      for (const { children: member } of children) {
        const key = member?.[0];
        if (key && keys.has(key.value)) {
          throw new ConfigError(`${placeOf(this.text, key.offset)}: ${JSON.stringify(key.value)} is there twice`);
        }
        keys.add(key?.value);
      }
    }
    for (const child of children) this.rejectTwice(child);
  }

  /** All servers: VS Code calls the table `servers`, others `mcpServers`, and Claude Code has one for each project too. */
  servers(): ConfiguredServer[] {
    const projects = this.keysAt(['projects']).map((project): JSONPath => ['projects', project, 'mcpServers']);
    return [['mcpServers'], ['servers'], ...projects].flatMap((table) =>
      this.keysAt(table).map((name) => this.server([...table, name], name)),
    );
  }

  private server(path: JSONPath, name: string): ConfiguredServer {
    const value = this.valueAt(path);
    const { command, args = [], env } = (value ?? {}) as Record<string, unknown>;
    const isStdio = typeof command === 'string' && Array.isArray(args) && args.every((arg) => typeof arg === 'string');
    const variables = Object.entries(env ?? {}).filter(([, text]) => typeof text === 'string');
    return {
      name,
      path,
      command: isStdio ? [command, ...(args as string[])] : undefined,
      env: Object.fromEntries(variables) as Record<string, string>,
    };
  }

  /** The text of an entry. */
  textAt(path: JSONPath): string | undefined {
    const node = this.nodeAt(path);
    return node && this.text.slice(node.offset, node.offset + node.length);
  }

  /** The file with another text in the place of an entry. */
  withText(path: JSONPath, text: string): string {
    const { offset, length } = this.nodeAt(path) as Node;
    return this.text.slice(0, offset) + text + this.text.slice(offset + length);
  }

  /** The file with another command for a server. */
  withCommand(path: JSONPath, [command = '', ...args]: readonly string[]): string {
    const indent = /\n([ \t]+)\S/.exec(this.text)?.[1] ?? '  ';
    const formattingOptions = {
      insertSpaces: !indent.includes('\t'),
      tabSize: indent.length,
      eol: this.text.includes('\r\n') ? '\r\n' : '\n',
    };
    // An entry on one line stays on it, and so does all around it.
    const isOneLine = !this.textAt(path)?.includes('\n');
    const set = (text: string, key: string, value: unknown): string => {
      const edits = modify(text, [...path, key], value, isOneLine ? {} : { formattingOptions });
      return edits
        .toReversed()
        .reduce(
          (all, { offset, length, content }) => all.slice(0, offset) + content + all.slice(offset + length),
          text,
        );
    };
    return set(set(this.text, 'command', command), 'args', args);
  }

  valueAt(path: JSONPath): unknown {
    const node = this.nodeAt(path);
    return node && getNodeValue(node);
  }

  private nodeAt(path: JSONPath): Node | undefined {
    return this.root && findNodeAtLocation(this.root, path);
  }

  private keysAt(path: JSONPath): string[] {
    const node = this.nodeAt(path);
    if (node?.type !== 'object') return [];
    return (node.children ?? []).map(({ children }) => String(children?.[0]?.value));
  }
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) as string).length + 1}`;
}
