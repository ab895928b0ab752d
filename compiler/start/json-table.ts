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
import { ConfigError, type ConfiguredServer, configured, placeOf, restOf, type ServerTable } from './server-table.js';

/**
 * What clients call the table: most `mcpServers`, Visual Studio Code `servers` (in its settings below `mcp`), Zed
 * `context_servers`, Amp a key with a dot, opencode `mcp`.
 */
const TABLES: readonly JSONPath[] = [
  ['mcpServers'],
  ['servers'],
  ['context_servers'],
  ['amp.mcpServers'],
  ['mcp', 'servers'],
  ['mcp'],
];

const PARSE = { allowTrailingComma: true, disallowComments: false };

/**
 * A client's configuration: JSON with comments, of which only what is changed is written anew.
 *
 * @throws ConfigError where it is no such JSON, or says something twice.
 */
export class JsonTable implements ServerTable {
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

  /** All servers, under whatever name clients have for the table; Claude Code has one for each project too. */
  servers(): ConfiguredServer[] {
    const projects = this.keysAt(['projects']).map((project): JSONPath => ['projects', project, 'mcpServers']);
    return [...TABLES, ...projects].flatMap((table) =>
      this.keysAt(table).flatMap((name) => {
        const path = [...table, name];
        // In opencode's first form the servers stand where others have settings.
        const isServer = table.length > 1 || table[0] !== 'mcp' || 'type' in ((this.valueAt(path) ?? {}) as object);
        return isServer ? this.server(path, name) : [];
      }),
    );
  }

  private server(path: JSONPath, name: string): ConfiguredServer {
    return configured(name, path, this.valueAt(path));
  }

  static ofEntry(text: string): JsonTable {
    return new JsonTable(`{"mcpServers":{"entry":${text}}}`);
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
  withCommand(path: JSONPath, whole: readonly string[]): string {
    const [command = '', ...args] = whole;
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
    if (Array.isArray(this.valueAt([...path, 'command']))) return set(this.text, 'command', whole);
    return set(set(this.text, 'command', command), 'args', args);
  }

  restAt(path: JSONPath): unknown {
    return restOf(this.valueAt(path));
  }

  private valueAt(path: JSONPath): unknown {
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
