import type { Mapping } from '../../../runtime/types.js';
import type { ArgumentValue, Reading } from '../../conditions/condition.js';
import type { GivenPast } from '../../interpret/histories/given-past.js';
import { LEADS_ELSEWHERE } from '../regions/identifiers.js';
import { askedIn, isPast } from '../regions/past.js';
import type { Assignment, Slot } from '../regions/search.js';
import { keyAt, pastOf, SOME_KEY } from './past.js';
import { setAt, tokensOf } from './selector.js';
import type { CallKind } from './shapes.js';
import type { TraceStep } from './trace-step.js';

/** A concrete call that proves a finding. */
export interface Witness {
  readonly tool?: string;
  /** Instead of a tool: another request of the protocol. */
  readonly method?: string;
  readonly capability: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, string>>;
  /** When it is judged, where that matters (RFC 3339). */
  readonly now?: string;
  /** What came before it, by hand, where that matters (`capfence explain --history`). */
  readonly history?: GivenPast;
  /** The calls that come before it, in order. */
  readonly trace?: readonly TraceStep[];
  /** With a trace: seconds since it began. */
  readonly at?: number;
  /** With a trace: the file of the policy that judges it, where calls of several come before. */
  readonly policy?: string;
}

/** Names under which a call's paths, texts and amounts are found where nothing is said of them. */
const PATH_KEYS = ['path', 'file', 'source', 'destination', 'target', 'dir'];
const COMMAND_KEYS = ['command', 'cmd', 'script', 'program'];
const SQL_KEYS = ['sql', 'query', 'statement'];
const RECIPIENT_KEYS = ['to', 'cc', 'bcc', 'email'];
const URL_KEYS = ['url', 'link', 'endpoint', 'webhook', 'href', 'website'];
const TEXT_KEYS = ['text', 'note', 'content', 'comment', 'title'];
const AMOUNT_KEYS = ['amount', 'total', 'price', 'cost', 'quantity', 'value'];

/** The call that has these values of its facts: those of one mapping, and what is the call's own. */
export function callOf(assignment: Assignment, kind: CallKind): Witness {
  const args: Record<string, unknown> = {};
  const context: Record<string, string> = {};
  let { tool } = kind;
  let now: string | undefined;
  const keys: string[] = [];
  for (const [dimension, slots] of assignment) {
    const [first] = slots;
    if (dimension === 'path') {
      placeAll(args, kind.mapping.paths, PATH_KEYS, slots, pathOfReading);
    } else if (dimension === 'text') {
      placeAll(args, kind.mapping.text?.flat(), textKeys(kind.mapping, kind.capability), slots, (text) => text);
    } else if (dimension === 'amount') {
      placeAll(args, kind.mapping.amounts, AMOUNT_KEYS, slots, (amount) => amount);
    } else if (dimension === 'url') {
      placeAll(args, kind.mapping.urls, URL_KEYS, slots, (url) => url);
    } else if (dimension === 'command') {
      placeAll(args, kind.mapping.commands?.flat(), COMMAND_KEYS, slots, (command) => command);
    } else if (dimension === 'sql') {
      placeAll(args, kind.mapping.sql, SQL_KEYS, slots, (text) => text);
    } else if (dimension === 'recipient') {
      placeAll(args, kind.mapping.recipients, RECIPIENT_KEYS, slots, (address) => address);
    } else if (dimension === 'secret') {
      placeSecrets(args, kind, slots);
    } else if (dimension === 'time') {
      if (typeof first?.value === 'number') now = new Date(first.value).toISOString();
    } else if (dimension === 'argument names') {
      for (const name of (first?.value ?? []) as readonly string[]) args[name] ??= 'x';
    } else if (dimension === 'identifiers') {
      if (first?.value === LEADS_ELSEWHERE) args['ref'] ??= '../x';
    } else if (dimension === 'risk') {
      if (kind.mapping.risk === undefined && typeof first?.value === 'string') context['risk_level'] = first.value;
    } else if (dimension === 'tool') {
      if (kind.names && typeof first?.value === 'string') tool = first.value;
    } else if (dimension.startsWith('context ')) {
      if (typeof first?.value === 'string') context[dimension.slice('context '.length)] = first.value;
    } else if (isPast(dimension)) {
      const { by } = askedIn(dimension);
      // A key that is not there is unknown; where more is asked of it, it has to be.
      if (by !== undefined && first?.value !== 'unknown') keys.push(by);
    } else if (dimension.startsWith('args ')) {
      placeArgument(args, dimension.slice('args '.length), slots);
    }
  }
  // What is asked of two keys may come out in two ways.
  for (const [i, by] of [...new Set(keys)].entries()) {
    if (keyAt(args, by) === undefined) setAt(args, tokensOf(by), i === 0 ? SOME_KEY : `${SOME_KEY}_${i}`);
  }
  const isUnmapped = kind.names && kind.capability === `mcp.tool.${kind.tool}`;
  const capability = isUnmapped && tool !== undefined ? `mcp.tool.${tool}` : kind.capability;
  const history = pastOf(assignment, args);
  // What JSON can say: a member of an array other than its elements is no value of a call.
  const plain = JSON.parse(JSON.stringify(args)) as Record<string, unknown>;
  return {
    ...(tool !== undefined && { tool }),
    capability,
    args: plain,
    context,
    ...(now !== undefined && { now }),
    ...(history && { history }),
  };
}

/** Secrets are part of the text: they stand behind what else it must say. */
function placeSecrets(args: Record<string, unknown>, kind: CallKind, slots: readonly Slot[]): void {
  const own: Record<string, unknown> = {};
  placeAll(own, kind.mapping.text?.flat(), textKeys(kind.mapping, kind.capability), slots, (text) => text);
  for (const [name, value] of Object.entries(own)) {
    const other = args[name];
    args[name] = typeof other === 'string' && typeof value === 'string' ? `${other} ${value}` : (other ?? value);
  }
}

function textKeys(mapping: Omit<Mapping, 'capability'>, capability: string): readonly string[] {
  return mapping.text ? [] : capability.startsWith('shell') ? ['command', ...TEXT_KEYS] : TEXT_KEYS;
}

/** Puts the values under the mapping's selectors, or under the default names. An unknown value is left out if it can be. */
function placeAll(
  args: Record<string, unknown>,
  selectors: readonly string[] | undefined,
  names: readonly string[],
  slots: readonly Slot[],
  show: (value: never) => unknown,
): void {
  if (slots.length === 1 && (slots[0]!.value === null || slots[0]!.value === undefined)) return;
  const values = slots.map(({ value }) => (value === null ? null : show(value as never)));
  if (selectors === undefined) {
    for (const [i, value] of values.entries()) args[names[i] ?? `${names[0]}_${i}`] = value;
    return;
  }
  if (selectors.length === 0) return;
  const known = values.filter((value) => value !== null);
  // Enough selectors for one value each; else the last takes a list.
  for (const [i, selector] of selectors.entries()) {
    const rest = i === selectors.length - 1 ? known.slice(i) : known.slice(i, i + 1);
    if (rest.length === 0 && selector.endsWith('?')) continue;
    setAt(args, tokensOf(selector), rest.length === 0 ? known[0] : rest.length === 1 ? rest[0] : rest);
  }
}

/** A path as a call gives it. */
export function pathOfReading({ start, segments }: Reading): string {
  const path = segments.join('/');
  return start === '.' ? path || '.' : `${start}/${path}`;
}

/** The same way with the last name in another case; a name that has none stays, and the call proves nothing. */
function inOtherCase(tokens: readonly string[]): string[] {
  const last = tokens.at(-1) ?? '';
  return [...tokens.slice(0, -1), last === last.toUpperCase() ? last.toLowerCase() : last.toUpperCase()];
}

function placeArgument(args: Record<string, unknown>, pointer: string, slots: readonly Slot[]): void {
  const found = slots.map(({ value }) => (value ?? 'missing') as ArgumentValue);
  if (found.includes('other case')) {
    setAt(args, inOtherCase(tokensOf(pointer)), 'x');
    return;
  }
  const values = found.flatMap((one) => (typeof one === 'object' ? [one.value] : []));
  if (values.length === 0) return;
  setAt(args, tokensOf(pointer), values.length === 1 ? values[0] : values.flat());
}
