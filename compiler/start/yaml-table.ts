import type { JSONPath } from 'jsonc-parser';
import { type Document, isMap, isPair, isScalar, isSeq, type Pair, parseDocument, visit, type YAMLMap } from 'yaml';
import { unseenEscaped } from '../../runtime/text/escape.js';
import { ConfigError, type ConfiguredServer, configured, placeOf, restOf, type ServerTable } from './server-table.js';

/** Continue: a list `mcpServers`; Goose: `extensions` by name. Comments and all else stay as they are. */
export class YamlTable implements ServerTable {
  private readonly document: Document;

  /** @throws ConfigError where it is no YAML. */
  constructor(readonly text: string) {
    this.document = parseDocument(text);
    const [error] = this.document.errors;
    if (error) throw new ConfigError(`${placeOf(text, error.pos[0])}: ${error.message.split('\n')[0]}`);
  }

  static ofEntry(text: string): YamlTable {
    // An entry begins behind its key or dash: its further lines are indented as they were.
    const indent = /\n( *)\S/.exec(text)?.[1] ?? '  ';
    return new YamlTable(`extensions:\n entry:\n${indent}${text}\n`);
  }

  servers(): ConfiguredServer[] {
    const found: ConfiguredServer[] = [];
    const list = this.document.get('mcpServers');
    if (isSeq(list))
      for (const [i, item] of list.items.entries()) {
        if (!isMap(item)) continue;
        const value = item.toJS(this.document) as Record<string, unknown>;
        found.push(configured(String(value['name'] ?? i), ['mcpServers', i], value, problemOf(item)));
      }
    const extensions = this.document.get('extensions');
    if (isMap(extensions))
      for (const { key, value } of extensions.items) {
        const name = isScalar(key) ? String(key.value) : '';
        // What Goose brings along is no program.
        if (isMap(value) && ['cmd', 'command', 'uri'].some((one) => value.has(one)))
          found.push(configured(name, ['extensions', name], value.toJS(this.document), problemOf(value, name)));
      }
    return found;
  }

  textAt(path: JSONPath): string | undefined {
    const node = this.nodeAt(path);
    return node && this.text.slice(...rangeOf(node));
  }

  withText(path: JSONPath, text: string): string {
    const [start, end] = rangeOf(this.nodeAt(path) as YAMLMap);
    return this.text.slice(0, start) + text + this.text.slice(end);
  }

  withCommand(path: JSONPath, [command = '', ...args]: readonly string[]): string {
    const node = this.nodeAt(path) as YAMLMap;
    const find = (...keys: readonly string[]) =>
      node.items.find(({ key }) => isScalar(key) && keys.includes(String(key.value)));
    const place = find('command', 'cmd') as Pair;
    const [start, end] = rangeOf(place.value);
    const edits: [number, number, string][] = [[start, end, quoted(command)]];
    const list = `[${args.map(quoted).join(', ')}]`;
    const given = find('args');
    // A block may stand as far left as its key; a list on one line may not.
    if (given?.value) edits.push([this.behindColon(given.key), rangeOf(given.value)[1], ` ${list}`]);
    else {
      const [keyStart] = rangeOf(place.key);
      const column = keyStart - (this.text.lastIndexOf('\n', keyStart - 1) + 1);
      edits.push([end, end, node.flow ? `, args: ${list}` : `\n${' '.repeat(column)}args: ${list}`]);
    }
    return edits
      .sort(([a], [b]) => b - a)
      .reduce((text, [from, to, own]) => text.slice(0, from) + own + text.slice(to), this.text);
  }

  private behindColon(key: unknown): number {
    return this.text.indexOf(':', rangeOf(key)[1]) + 1;
  }

  restAt(path: JSONPath): unknown {
    return restOf(this.nodeAt(path)?.toJS(this.document));
  }

  private nodeAt(path: JSONPath): YAMLMap | undefined {
    const node = this.document.getIn(path, true);
    return isMap(node) ? node : undefined;
  }
}

/** Why a command can't be written anew where it stands; undefined: it can. */
function problemOf(entry: YAMLMap, name?: string): string | undefined {
  if (name !== undefined && !/^[^\d]/.test(name)) return 'its name is read as a number: put it in quotes';
  let problem: string | undefined;
  visit(entry, {
    Alias: () => {
      problem = 'it is made of parts of others (`*alias`): write them out';
    },
    Node: (_key, node) => {
      if ((node as { anchor?: string }).anchor !== undefined)
        problem = 'a part of it has a name (`&anchor`) that others may use: write them out';
    },
    Scalar: (_key, node) => {
      if (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL')
        problem = 'a part of it stands on lines of its own (`|`, `>`): write it in quotes';
    },
  });
  return problem;
}

/** Where a node's own text stands: of a block up to the end of what stands last in it. */
function rangeOf(node: unknown): [start: number, end: number] {
  const [start, end] = (node as { readonly range: readonly [number, number, number] }).range;
  return [start, endOf(node) ?? end];
}

function endOf(node: unknown): number | undefined {
  if ((!isMap(node) && !isSeq(node)) || node.flow) return (node as { range?: readonly number[] } | null)?.range?.[1];
  const last: unknown = node.items.at(-1);
  if (!isPair(last)) return endOf(last);
  return endOf(last.value) ?? endOf(last.key);
}

function quoted(text: string): string {
  return unseenEscaped(JSON.stringify(text));
}
