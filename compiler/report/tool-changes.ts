import { definitionOf } from '../../runtime/gateway/judge/tool-lock.js';
import type { Snapshot, SnapshotTool } from '../ir/tool-snapshot.js';
import { lineDifferences } from './line-differences.js';
import type { Style } from './style.js';
import { countUnseen, visible } from './visible.js';

/** How a server's tools differ from those that were locked. */
export interface ToolChange {
  readonly name: string;
  readonly kind: 'appeared' | 'gone' | 'changed' | 'twice';
  /** Pretty JSON; empty where it was, or is, not there. */
  readonly before: string;
  readonly after: string;
}

/** Compares tools by all that their entries say, but for `_meta`. */
export function toolChanges(locked: readonly SnapshotTool[], current: readonly SnapshotTool[]): ToolChange[] {
  const before = new Map(locked.map((tool) => [tool.name, pretty(tool)]));
  const changes: ToolChange[] = [];
  const seen = new Set<string>();
  for (const tool of current) {
    const { name } = tool;
    const [was, is] = [before.get(name) ?? '', pretty(tool)];
    if (seen.has(name)) changes.push({ name, kind: 'twice', before: was, after: is });
    else if (was === '') changes.push({ name, kind: 'appeared', before: '', after: is });
    else if (was !== is) changes.push({ name, kind: 'changed', before: was, after: is });
    seen.add(name);
  }
  for (const [name, was] of before) if (!seen.has(name)) changes.push({ name, kind: 'gone', before: was, after: '' });
  return changes;
}

/** A change for a person, line by line. */
export function renderToolChange({ name, kind, before, after }: ToolChange, style: Style): string {
  const lines = lineDifferences(before, after, style).map((line) => `  ${line}`);
  return [`${style.bold(visible(name))} ${KINDS[kind]}`, ...lines].join('\n');
}

const KINDS = {
  appeared: 'is new',
  gone: 'is gone',
  changed: 'has changed',
  twice: 'is listed more than once',
} as const;

/** Where a tool says something that nobody sees: a sentence for each text. */
export function unseenIn(tool: SnapshotTool): string[] {
  const found: string[] = [];
  walk(tool, '');
  return found;

  function walk(value: unknown, path: string): void {
    if (typeof value === 'string') note(value, path);
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        note(key, `a name in ${path || 'the tool'}`);
        walk(inner, path === '' ? key : `${path}.${key}`);
      }
    }
  }

  function note(text: string, path: string): void {
    const count = countUnseen(text);
    if (count === 0) return;
    const at = visible(text.replace(/[\n\t]/g, ' '));
    const first = Math.max(0, at.indexOf('<U+') - 20);
    const excerpt = at.slice(first, first + 60);
    const plural = count === 1 ? '' : 's';
    found.push(`${visible(tool.name)}: ${visible(path)} has ${count} unseen character${plural}: …${excerpt}…`);
  }
}

/** A lock file: a snapshot whose order is fixed, so that a difference between two of them reads well. */
export function lockText({ server, tools }: Snapshot): string {
  const definitions = tools
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((tool) => pretty(tool).replace(/^/gm, '    '));
  const list = definitions.length === 0 ? '[]' : `[\n${definitions.join(',\n')}\n  ]`;
  return `{\n  "server": ${JSON.stringify(server)},\n  "tools": ${list}\n}\n`;
}

/** One member a line, in the order of their names, so that a difference shows what has changed and nothing else. */
function pretty(tool: SnapshotTool): string {
  return JSON.stringify(JSON.parse(definitionOf(tool)), null, 2);
}
