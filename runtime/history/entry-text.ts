import { CALL_ENDS, type LedgerEntry } from './entry.js';

/** What ends a segment: all that comes goes into the next. */
export interface NextEntry {
  readonly k: 'next';
  readonly t: number;
}

export type LedgerLine = LedgerEntry | NextEntry;

/** An entry as it is written. The newline before it ends whatever a crash has left. */
export function entryText(entry: LedgerLine): string {
  return `\n${JSON.stringify(entry)}\n`;
}

/** A line that is whole and yet no entry: the ledger is damaged, or of a later version. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
}

/**
 * Reads a line.
 *
 * @returns undefined for what a crash has left of an entry, which never counted.
 * @throws UnreadableEntry
 */
export function readEntry(line: string): LedgerLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    if (line.startsWith('{') && line.endsWith('}')) throw new UnreadableEntry(`no entry: ${line.slice(0, 80)}`);
    return undefined;
  }
  if (!isEntry(value)) throw new UnreadableEntry(`not an entry of this version: ${line.slice(0, 80)}`);
  return value;
}

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): boolean => typeof value === 'string';
const keyList = (value: unknown): boolean => Array.isArray(value) && value.every((key) => key === null || isKey(key));

/** As `keyOf` spells keys. */
function isKey(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (!value.startsWith('"')) return true;
  try {
    return typeof JSON.parse(value) === 'string';
  } catch {
    return false;
  }
}

const optional = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);
const decimal = (value: unknown): boolean => text(value) && /^[0-9]{1,400}(?:\.[0-9]{1,400})?$/.test(value as string);

/** What each kind of entry must have. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  call: {
    id: text,
    agent: text,
    session: text,
    gateway: text,
    tool: text,
    record: optional(text),
    marks: optional((value) => Array.isArray(value) && value.every(isMark)),
    counts: optional((value) => Array.isArray(value) && value.every(isCount)),
  },
  end: {
    id: text,
    how: (value) => (CALL_ENDS as readonly unknown[]).includes(value),
    complete: (value) => typeof value === 'boolean',
    results: optional((value) => Array.isArray(value) && value.every((one) => [1, 2, 4, null].includes(one))),
  },
  void: { id: text },
  session: { agent: text, session: text, by: text },
  clear: { agent: text, label: text, by: text, why: text },
  up: { gateway: text, agent: text, session: text },
  down: { gateway: text, agent: text, session: text },
  next: {},
};

function isEntry(value: unknown): value is LedgerLine {
  if (!isFields(value) || !text(value['k']) || !Number.isFinite(value['t'])) return false;
  const shape = Object.hasOwn(SHAPES, value['k'] as string) ? SHAPES[value['k'] as string] : undefined;
  return shape !== undefined && fits(value, shape);
}

function isMark(value: unknown): boolean {
  const is = (flag: unknown) => flag === undefined || flag === true;
  return (
    isFields(value) &&
    fits(value, {
      label: text,
      must: (must) => typeof must === 'boolean',
      clears: is,
      result: is,
      dated: is,
      keys: optional(keyList),
    })
  );
}

function isCount(value: unknown): boolean {
  return (
    isFields(value) &&
    fits(value, {
      limit: text,
      per: (per) => per === 'session' || (typeof per === 'number' && per > 0),
      amount: decimal,
      keys: optional((keys) => keyList(keys) && !(keys as unknown[]).includes(null)),
      shared: (shared) => shared === undefined || shared === true,
      max: optional(Number.isFinite),
    })
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(value: Fields, shape: Readonly<Record<string, (value: unknown) => boolean>>): boolean {
  return Object.entries(shape).every(([key, is]) => is(value[key]));
}
