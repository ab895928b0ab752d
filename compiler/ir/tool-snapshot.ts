import { readFileSync } from 'node:fs';
import type { Hints } from '../../runtime/types.js';
import { HINTS } from '../conditions/hints.js';
import type { Policy } from './policy.js';

/** The tools of a server, as `capfence scan` saves them. */
export interface Snapshot {
  readonly server: { readonly name: string; readonly version: string };
  readonly tools: readonly SnapshotTool[];
}

/** An entry of `tools/list`. */
export interface SnapshotTool {
  readonly name: string;
  readonly inputSchema?: unknown;
  readonly [member: string]: unknown;
}

/** A file that holds no snapshot. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** Reads a snapshot. @throws SnapshotError where the file is missing or holds something else. */
export function readSnapshot(file: string): Snapshot {
  try {
    return parseSnapshot(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SnapshotError(`can't read the tools of ${file}: ${code ?? message}`);
  }
}

/** The tools that a text lists. @throws SnapshotError, or SyntaxError where it is no JSON. */
export function parseSnapshot(text: string, file: string): Snapshot {
  const value: unknown = JSON.parse(text);
  const { server, tools } = (value ?? {}) as { server?: unknown; tools?: unknown };
  if (!Array.isArray(tools) || !tools.every(isTool)) {
    throw new SnapshotError(`${file} is no snapshot: write one with  capfence scan -o ${file} -- COMMAND`);
  }
  const { name = '', version = '' } = (typeof server === 'string' ? { name: server } : (server ?? {})) as Record<
    string,
    string
  >;
  return { server: { name, version }, tools };
}

function isTool(value: unknown): value is SnapshotTool {
  return value !== null && typeof value === 'object' && typeof (value as { name?: unknown }).name === 'string';
}

/** The policy for a server whose tools are known: what their schemas lack is unknown. */
export function withTools(policy: Policy, tools: Snapshot): Policy {
  return { ...policy, arguments: knownArguments(tools), hints: knownHints(tools) };
}

/** By tool, what its annotations say; a tool that says nothing is left out. */
export function knownHints({ tools }: Snapshot): Record<string, Hints> {
  const entries = tools.flatMap(({ name, annotations }): [string, Hints][] => {
    if (annotations === null || typeof annotations !== 'object') return [];
    const said = Object.entries(HINTS).flatMap(([hint, key]) => {
      const value = Object.hasOwn(annotations, key) ? (annotations as Record<string, unknown>)[key] : undefined;
      return typeof value === 'boolean' ? [[hint, value]] : [];
    });
    return said.length > 0 ? [[name, Object.fromEntries(said) as Hints]] : [];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By tool, the names of its arguments; a tool without a schema is left out. */
export function knownArguments({ tools }: Snapshot): Record<string, readonly string[]> {
  const entries = tools.flatMap(({ name, inputSchema }) => {
    if (inputSchema === null || typeof inputSchema !== 'object') return [];
    const { properties } = inputSchema as { readonly properties?: unknown };
    return [[name, Object.keys((properties ?? {}) as object).sort()] as const];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every argument a tool's schema speaks of, as a selector: top-level names, pointers for what is nested. */
export function argumentsOf(tool: SnapshotTool): { readonly selector: string; readonly name: string }[] {
  const found = new Map<string, string>();
  walk(tool.inputSchema, [], 0);
  return [...found].map(([selector, name]) => ({ selector, name }));

  function walk(given: unknown, path: readonly string[], depth: number): void {
    const schema = referred(given, tool.inputSchema);
    if (schema === null || typeof schema !== 'object' || depth > DEEPEST) return;
    const {
      properties,
      items,
      prefixItems,
      additionalProperties,
      anyOf,
      oneOf,
      allOf,
      then,
      else: other,
    } = schema as Record<string, unknown>;
    for (const [name, inner] of Object.entries((properties ?? {}) as Record<string, unknown>)) {
      const here = [...path, name];
      if (isText(referred(inner, tool.inputSchema))) found.set(selectorOf(here), name);
      walk(inner, here, depth + 1);
    }
    if (items !== undefined && path.length > 0) walk(items, [...path, '*'], depth + 1);
    if (path.length > 0) walk(additionalProperties, [...path, '*'], depth + 1);
    for (const inner of path.length > 0 && Array.isArray(prefixItems) ? prefixItems : [])
      walk(inner, [...path, '*'], depth + 1);
    for (const inner of [anyOf, oneOf, allOf, then, other].flatMap((list) => list ?? [])) walk(inner, path, depth + 1);
  }
}

/** What a schema refers to in its own document (JSON Schema, `$ref`), as servers in Python write it. */
function referred(schema: unknown, root: unknown): unknown {
  let node = schema;
  for (let step = 0; step < DEEPEST; step++) {
    const reference = (node as { readonly $ref?: unknown } | null)?.$ref;
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return node;
    node = reference
      .slice(2)
      .split('/')
      .reduce<unknown>(
        (at, token) =>
          typeof at === 'object' && at !== null
            ? (at as Record<string, unknown>)[decodeURIComponent(token).replace(/~1/g, '/').replace(/~0/g, '~')]
            : undefined,
        root,
      );
  }
  return undefined;
}

/** Schemas nest no deeper than a person reads. */
const DEEPEST = 16;

/** Could a string, or a list of strings, stand there? */
function isText(schema: unknown): boolean {
  if (schema === null || typeof schema !== 'object') return true;
  const { type, items, anyOf, oneOf } = schema as Record<string, unknown>;
  const alternatives = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  if (alternatives.length > 0) return alternatives.some(isText);
  const types = [type].flat();
  if (types.includes('array')) return items === undefined || isText(items);
  return type === undefined || types.includes('string');
}

function selectorOf(path: readonly string[]): string {
  const [first = ''] = path;
  if (path.length === 1 && !/^\/|[?]$/.test(first)) return first;
  return `/${path.map((token) => token.replace(/~/g, '~0').replace(/\//g, '~1')).join('/')}`;
}
