import { readFileSync } from 'node:fs';
import { canonicalJson } from '../../text/canonical-json.js';
import { isObject } from '../../wire/envelope.js';
import { parseStrict } from '../../wire/json.js';
import { Refusal } from '../../wire/refusal.js';

/** As many lists may be in the middle of their pages. */
const MAX_LISTS = 64;

/** A file that holds no tools. */
export class ToolLockError extends Error {
  override readonly name = 'ToolLockError';
}

/**
 * What a tool is, as far as a lock goes: all that its entry in `tools/list` says, but for `_meta`, which servers change at
 * will.
 */
export function definitionOf(tool: Readonly<Record<string, unknown>>): string {
  const { _meta, ...definition } = tool;
  return canonicalJson(definition);
}

/**
 * The tools that a server had when somebody looked at them (`capfence scan --lock`). A tool that has changed since,
 * that is new, or that is listed twice is not the one that was looked at.
 *
 * @internal
 */
export class ToolLock {
  private readonly definitions = new Map<string, string>();
  /** Tools that the server now lists as something else, or twice. */
  private readonly changed = new Set<string>();
  /** The names of lists that go on at a cursor. */
  private readonly lists = new Map<string, Set<string>>();

  /** The server's list can be read in two ways: nobody knows what its tools are. */
  private isAmbiguous = false;

  /** The server has said that its tools are others now, and nobody has seen a list since. */
  isAnnounced = false;

  /** @param tools Entries of `tools/list`. @throws ToolLockError where one is none, or is there twice. */
  constructor(tools: unknown) {
    if (!Array.isArray(tools)) throw new ToolLockError('it has no list of tools');
    for (const tool of tools) {
      const name = isObject(tool) ? tool['name'] : undefined;
      if (typeof name !== 'string') throw new ToolLockError('a tool in it has no name');
      if (this.definitions.has(name)) throw new ToolLockError(`it has the tool ${JSON.stringify(name)} twice`);
      this.definitions.set(name, definitionOf(tool));
    }
  }

  /** @throws ToolLockError */
  static read(file: string): ToolLock {
    try {
      const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return new ToolLock(isObject(value) ? value['tools'] : undefined);
    } catch (error) {
      const why = (error as Error).message;
      throw new ToolLockError(`the lock file ${file} can't be used: ${why}; capfence scan --lock makes one`);
    }
  }

  /**
   * Why a call of this tool may not pass: it is not what it was, or nobody has looked at it. One that the server has not
   * listed yet is taken at its locked word.
   */
  objection(name: string): 'tool_changed' | 'tool_not_locked' | undefined {
    if (this.isAmbiguous || this.changed.has(name)) return 'tool_changed';
    return this.definitions.has(name) ? undefined : 'tool_not_locked';
  }

  /** A page of the server's list comes in. @param cursor What it was asked for; undefined is the first. */
  page(cursor: string | undefined): ListedPage {
    const names = (cursor === undefined ? undefined : this.lists.get(cursor)) ?? new Set<string>();
    if (cursor === undefined) {
      this.isAmbiguous = false;
      this.isAnnounced = false;
    }
    return {
      kept: (elements) => {
        const tools = elements.map(toolOf);
        if (tools.includes(undefined)) this.isAmbiguous = true;
        const twice = new Set<string>();
        const same = tools.map((tool) => {
          if (tool === undefined) return undefined;
          const { name } = tool;
          if (names.has(name)) twice.add(name);
          names.add(name);
          const isSame = this.definitions.get(name) === definitionOf(tool) && !twice.has(name);
          if (isSame) this.changed.delete(name);
          else this.changed.add(name);
          return isSame ? name : undefined;
        });
        // One that comes a second time takes the first with it.
        return elements.filter((_, i) => !this.isAmbiguous && same[i] !== undefined && !twice.has(same[i]));
      },
      isAmbiguous: () => {
        this.isAmbiguous = true;
      },
      continuesAt: (next) => {
        if (this.lists.size >= MAX_LISTS) this.lists.delete(this.lists.keys().next().value as string);
        this.lists.set(next, names);
      },
    };
  }
}

/** What clients may read in two ways is no tool that anybody has looked at. */
function toolOf(element: string): { readonly name: string } | undefined {
  const json = parseStrict(Buffer.from(element));
  const tool = json instanceof Refusal ? undefined : json.value;
  return isObject(tool) && typeof tool['name'] === 'string' ? (tool as { name: string }) : undefined;
}

/** One page of a server's list, against the lock. @internal */
export interface ListedPage {
  /** Those of these entries that are what was locked. @param elements The JSON of each. */
  kept(elements: readonly string[]): string[];
  /** The list itself is spelled so that it can be read in two ways. */
  isAmbiguous(): void;
  /** The next page is at this cursor. */
  continuesAt(cursor: string): void;
}
