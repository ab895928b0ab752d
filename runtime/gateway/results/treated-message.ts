import { isUtf8 } from 'node:buffer';
import { parsed } from '../../wire/json.js';
import { replacedAt } from '../../wire/members.js';
import { type FoundSecret, secretsInMessage } from './found-secrets.js';
import { joinedParts } from './joined-parts.js';
import { acceptsString } from './output-schema.js';
import { type Redaction, withoutSecrets } from './redaction.js';
import { isResponse } from './result-shape.js';
import { IN_KEY, LEFT, SCHEMA, SHAPE, SPLIT, type Treatment, UNREADABLE } from './treatment.js';

/** What becomes of a message under result rules. @internal */
export interface Treated {
  /** The message as it goes on, where that is another text; without a newline. */
  readonly text?: string;
  /** It does not go on, for this reason. */
  readonly withheld?: string;
  /** By name of a detector, or by selector, how much was taken out. */
  readonly redacted: Readonly<Record<string, number>>;
  /** Binary parts that could not be looked at. */
  readonly binary: number;
}

/** What kind of message it is, as far as that matters. @internal */
export interface TreatedAs {
  readonly isResponse: boolean;
  /** It answers `tools/call`. */
  readonly isCall: boolean;
  /** Of the tool, where it is known. */
  readonly outputSchema?: unknown;
}

const UNCHANGED: Treated = { redacted: {}, binary: 0 };
const keptBack = (reason: string): Treated => ({ ...UNCHANGED, withheld: reason });

/** As deep as messages may nest. */
const MAX_DEPTH = 128;

/** @param bytes One message of the server. @internal */
export function treatMessage(bytes: Buffer, treatment: Treatment, as: TreatedAs): Treated {
  const { most, secrets } = treatment;
  if (as.isResponse && most && bytes.length > most.bytes) return keptBack(most.reason);
  if (!isUtf8(bytes)) return keptBack(UNREADABLE);
  const text = bytes.toString();
  const message = parsed(text);
  if (message === undefined || (as.isResponse && !isResponse(message, as.isCall))) return keptBack(UNREADABLE);
  const searched = secrets ? secretsInMessage(text, message, secrets) : NOTHING_SEARCHED;
  if (searched.depth > MAX_DEPTH) return keptBack(UNREADABLE);
  const { finds, binary } = searched;
  const kept = reasonToWithhold(finds, treatment) ?? splitReason(message, treatment);
  if (kept !== undefined) return { ...keptBack(kept), binary };
  const redaction = redactedWhole(text, finds, treatment);
  if (redaction === undefined) return { ...keptBack(LEFT), binary };
  const { text: clean, counts } = redaction;
  const { text: left, counts: taken } = as.isResponse ? withoutPlaces(clean, treatment) : { text: clean, counts: {} };
  if (left === text) return { redacted: {}, binary };
  // What a selector takes out may be a part of the protocol.
  if (as.isResponse && !isResponse(parsed(left), as.isCall)) return { ...keptBack(SHAPE), binary };
  if (as.outputSchema !== undefined && !isWithinSchema(text, left, as.outputSchema)) return keptBack(SCHEMA);
  return { text: left, redacted: { ...counts, ...taken }, binary };
}

/**
 * A text without what rules take out. What is left may hold another secret, where what was taken out stood in its way: it is
 * looked at again.
 *
 * @returns undefined where there is no end to it.
 */
export function redactedWhole(
  text: string,
  finds: readonly FoundSecret[],
  treatment: Treatment,
): Redaction | undefined {
  const { redacts, secrets } = treatment;
  const counts: Record<string, number> = {};
  let left = text;
  let found = finds;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const own = found.filter(({ detector }) => redacts.has(detector));
    if (own.length === 0) return { text: left, counts };
    const redaction = withoutSecrets(left, own, treatment);
    left = redaction.text;
    for (const [name, count] of Object.entries(redaction.counts)) counts[name] = (counts[name] ?? 0) + count;
    found = secrets ? secretsInMessage(left, parsed(left), secrets).finds : [];
  }
  return undefined;
}

/** A pattern may find what stands for a secret. */
const MAX_ROUNDS = 8;

const NOTHING_SEARCHED: ReturnType<typeof secretsInMessage> = { finds: [], binary: 0, depth: 0 };

function reasonToWithhold(finds: readonly FoundSecret[], { redacts, withholds }: Treatment): string | undefined {
  for (const { detector, token } of finds) {
    const reason = withholds.get(detector);
    if (reason !== undefined) return reason;
    // A key that is something else is another key.
    if (token.kind === 'key' && redacts.has(detector)) return IN_KEY;
  }
  return undefined;
}

/** A secret that begins in one part of the content and ends in another can be taken out of neither. */
function splitReason(message: unknown, { redacts, withholds, secrets }: Treatment): string | undefined {
  if (!secrets) return undefined;
  for (const { text, cuts } of joinedParts(message)) {
    const own = partsOf(text, cuts).flatMap(([from, part]) =>
      secrets.find(part).map(({ detector, start, end }) => ({ detector, start: from + start, end: from + end })),
    );
    for (const { detector, start, end } of secrets.find(text)) {
      if (!cuts.some((cut) => start < cut && cut < end)) continue;
      // It is in one part, and what follows only looks like more of it.
      if (own.some((one) => one.detector === detector && one.start < end && start < one.end)) continue;
      if (redacts.has(detector) || withholds.has(detector)) return withholds.get(detector) ?? SPLIT;
    }
  }
  return undefined;
}

function partsOf(text: string, cuts: readonly number[]): (readonly [from: number, part: string])[] {
  const starts = [0, ...cuts];
  return starts.map((start, i) => [start, text.slice(start, starts[i + 1])] as const);
}

/** What selectors find in the result. */
function withoutPlaces(text: string, { places }: Treatment): { text: string; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  let left = text;
  for (const { selector, tokens } of places) {
    left = replacedAt(left, ['result', ...tokens], () => {
      counts[selector] = (counts[selector] ?? 0) + 1;
      return '"[redacted]"';
    });
  }
  return { text: left, counts };
}

/** Is structured output still what the tool says it is, at every place that has changed? */
function isWithinSchema(before: string, after: string, schema: unknown): boolean {
  const contentOf = (text: string) =>
    (parsed(text) as { readonly result?: { readonly structuredContent?: unknown } }).result?.structuredContent;
  return changedPlaces(contentOf(before), contentOf(after), []).every(
    ({ path, value }) => typeof value !== 'string' || acceptsString(schema, path, value),
  );
}

interface Changed {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

function changedPlaces(before: unknown, after: unknown, path: readonly (string | number)[]): Changed[] {
  if (before === after) return [];
  if (typeof after !== 'object' || after === null || typeof before !== 'object' || before === null)
    return [{ path, value: after }];
  return Object.entries(after).flatMap(([key, value]) => {
    const own = Array.isArray(after) ? Number(key) : key;
    return changedPlaces((before as Record<string, unknown>)[key], value, [...path, own]);
  });
}
