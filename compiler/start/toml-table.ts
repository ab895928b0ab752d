import type { JSONPath } from 'jsonc-parser';
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { unseenEscaped } from '../../runtime/text/escape.js';
import { ConfigError, type ConfiguredServer, configured, restOf, type ServerTable } from './server-table.js';

type Pairs = AST.TOMLTable | AST.TOMLInlineTable;

/** Codex: `[mcp_servers.NAME]` tables, or inline ones. Comments and all else stay as they are. */
export class TomlTable implements ServerTable {
  private readonly program: AST.TOMLProgram;
  private readonly value: Readonly<Record<string, unknown>>;

  /** @throws ConfigError where it is no TOML. */
  constructor(readonly text: string) {
    try {
      this.program = parseTOML(text);
      this.value = getStaticTOMLValue(this.program) as Record<string, unknown>;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      throw new ConfigError(`${error.lineNumber}:${error.column + 1}: ${error.message}`);
    }
  }

  static ofEntry(text: string): TomlTable {
    return new TomlTable(text.startsWith('[') ? text : `[mcp_servers]\nentry = ${text}\n`);
  }

  servers(): ConfiguredServer[] {
    const servers = (this.value['mcp_servers'] ?? {}) as Record<string, unknown>;
    return Object.keys(servers).map((name) => {
      const path = ['mcp_servers', name];
      const isWhole = this.nodeAt(path) !== undefined;
      const problem = `its keys stand apart: write them below [mcp_servers.${name}]`;
      return configured(name, path, servers[name], isWhole ? undefined : problem);
    });
  }

  textAt(path: JSONPath): string | undefined {
    const node = this.nodeAt(path);
    return node && this.text.slice(...node.range);
  }

  withText(path: JSONPath, text: string): string {
    const [start, end] = (this.nodeAt(path) as Pairs).range;
    return this.text.slice(0, start) + text + this.text.slice(end);
  }

  withCommand(path: JSONPath, [command = '', ...args]: readonly string[]): string {
    const pairs = (this.nodeAt(path) as Pairs).body;
    const find = (key: string) => pairs.find((pair) => keyOf(pair) === key);
    const edits: [number, number, string][] = [];
    const place = find('command') as AST.TOMLKeyValue;
    edits.push([...place.value.range, quoted(command)]);
    const list = `[${args.map(quoted).join(', ')}]`;
    const given = find('args');
    if (given) edits.push([...given.value.range, list]);
    else {
      const [, end] = place.range;
      const isInline = (this.nodeAt(path) as Pairs).type === 'TOMLInlineTable';
      edits.push([end, end, `${isInline ? ', ' : this.text.includes('\r\n') ? '\r\n' : '\n'}args = ${list}`]);
    }
    return edits
      .sort(([a], [b]) => b - a)
      .reduce((text, [start, end, own]) => text.slice(0, start) + own + text.slice(end), this.text);
  }

  restAt([, name]: JSONPath): unknown {
    return restOf((this.value['mcp_servers'] as Record<string, unknown> | undefined)?.[name as string]);
  }

  /** The table of a server, without those below it; undefined where its keys are scattered. */
  private nodeAt([, name]: JSONPath): Pairs | undefined {
    for (const node of this.program.body[0].body) {
      if (node.type !== 'TOMLTable') continue;
      const [first, second, ...more] = node.resolvedKey;
      if (first !== 'mcp_servers' || more.length > 0) continue;
      if (second === name) return node;
      if (second !== undefined) continue;
      const inline = node.body.find((pair) => keyOf(pair) === name)?.value;
      if (inline?.type === 'TOMLInlineTable') return inline;
    }
    return undefined;
  }
}

/** The key of a pair; undefined where it has several parts. */
function keyOf({ key: { keys } }: AST.TOMLKeyValue): string | undefined {
  const [only, ...more] = keys;
  return only === undefined || more.length > 0 ? undefined : only.type === 'TOMLBare' ? only.name : only.value;
}

/** A basic string of TOML has the escapes of JSON; DEL has to be one. */
function quoted(text: string): string {
  return unseenEscaped(JSON.stringify(text)).replaceAll('\u007f', '\\u007f');
}
