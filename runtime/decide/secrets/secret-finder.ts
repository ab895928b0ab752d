import type { DetectorCheck } from '../../data/detectors.js';
import { kindOf, NOTHING } from '../../text/character-kinds.js';
import type { FoundIn, SecretSearch } from '../../types.js';
import { AT_SECOND, AT_THIRD, BEFORE, DetectorAutomaton, type PackedAutomaton, SIGN_BITS } from './automaton.js';
import { type Check, checkOf } from './checks.js';
import { type DecodedText, jsonDecoded, percentDecoded, seen } from './decoded-text.js';
import {
  BREAKS,
  ENDS,
  type Encoded,
  inRun,
  readEveryRun,
  readRun,
  type Span,
  saidBy,
  shortestRun,
} from './encoded-runs.js';
import { binaryText, type FoundInResult, foundInResult } from './result-secrets.js';
import { pairOf, unitsOf } from './text-units.js';

/** A detector as a module names it: what it is called, its check and how much before its pattern belongs to it. */
export type DetectorEntry = readonly [name: string, check?: DetectorCheck, lead?: number];

/**
 * Finds secrets in texts, in all readings: as they are; without characters that are not seen; percent-decoded; with the
 * escapes of JSON undone; and what base64 and hexadecimal runs in them say.
 */
export class SecretFinder implements SecretSearch {
  readonly names: readonly string[];
  private readonly checks: readonly Check[];
  private made: DetectorAutomaton | undefined;
  /** By detector, from where on it may be found next. */
  private readonly resume: Int32Array;

  constructor(
    private readonly packed: PackedAutomaton,
    detectors: readonly DetectorEntry[],
  ) {
    this.names = detectors.map(([name]) => name);
    this.checks = detectors.map(([, check, lead]) => checkOf(check, lead));
    this.resume = new Int32Array(detectors.length);
  }

  /** The detectors that find something in a text. */
  found(text: string): ReadonlySet<number> {
    const finds = this.find(text);
    return finds.length === 0 ? NOTHING_FOUND : new Set(finds.map(({ detector }) => detector));
  }

  /** The detectors that find something in a result. */
  foundInResult(result: unknown): FoundInResult {
    return foundInResult(result, this);
  }

  get least(): number {
    return this.packed.least;
  }

  binaryText(base64: string): string | null | undefined {
    return binaryText(base64);
  }

  findEscaped(spelled: string): readonly FoundIn[] {
    const decoded = jsonDecoded(spelled);
    if (decoded === undefined) return this.find(spelled);
    const finds = this.find(decoded.text);
    return finds.map(({ detector, start: from, end: to }) => {
      const [start, end] = decoded.source(from, to);
      return { detector, start, end };
    });
  }

  /** Everything that is found, each where it stands: of what is encoded, all that is encoded with it. */
  find(text: string): readonly FoundIn[] {
    const { packed } = this;
    if (text.length < packed.least) return NO_FINDS;
    const scanned = this.scan(text);
    const { places, encoded } = scanned;
    const decoded = this.decodedReadings(text, scanned);
    if (places?.length === 0 && encoded.length === 0 && decoded.length === 0) return NO_FINDS;
    const finds: FoundIn[] = [];
    this.plain(text, places, (detector, [start, end]) => finds.push({ detector, start, end }));
    for (const reading of decoded) {
      // Elsewhere it is the same text.
      const own = places && reading.places(places, NEAR);
      this.plain(reading.text, own, (detector, span) => {
        const [start, end] = reading.source(...span);
        finds.push({ detector, start, end });
      });
    }
    for (const one of encoded) {
      const said = saidBy(text, one, packed);
      const [start, end] = one.run;
      this.plain(said, this.scan(said, false).places, (detector) => finds.push({ detector, start, end }));
    }
    return finds.length === 0 ? NO_FINDS : finds;
  }

  /** What is found as it stands there, in no other reading. */
  findAsIs(text: string): readonly FoundIn[] {
    if (text.length < this.packed.least) return NO_FINDS;
    const finds: FoundIn[] = [];
    this.plain(text, this.scan(text, false).places, (detector, [start, end]) => finds.push({ detector, start, end }));
    return finds;
  }

  private decodedReadings(text: string, { mayHide }: Scanned): readonly DecodedText[] {
    const hasPercent = text.includes('%');
    const hasEscape = text.includes('\\');
    if (!mayHide && !hasPercent && !hasEscape) return NO_READINGS;
    return [
      mayHide ? seen(text) : undefined,
      hasPercent ? percentDecoded(text) : undefined,
      hasEscape ? jsonDecoded(text) : undefined,
    ].filter((one) => one !== undefined);
  }

  /** What stands there as it is. @param places Where it may begin; undefined: anywhere. */
  private plain(text: string, places: readonly number[] | undefined, take: Take): void {
    if (places?.length === 0) return;
    this.resume.fill(0);
    this.automaton.begin();
    if (places === undefined) for (let i = 0; i < text.length; i++) this.at(text, i, take);
    else for (const place of places) this.at(text, place, take);
  }

  private get automaton(): DetectorAutomaton {
    this.made ??= new DetectorAutomaton(this.packed);
    return this.made;
  }

  /**
   * Where a match may begin, and what may be encoded. Two characters at a time, a table says whether they may be near the
   * beginning of a match, and whether a run may go on over them: mostly neither.
   */
  private scan(text: string, decodes = true): Scanned {
    const { units, pairs, mayHide } = unitsOf(text);
    const { automaton, packed } = this;
    const { length } = text;
    const encoded: Encoded[] = [];
    if (!automaton.hasPairs) {
      if (decodes) readEveryRun(text, units, packed, encoded);
      return { places: undefined, encoded, mayHide };
    }
    // Of these not every run has eight characters that begin at an eighth place.
    const isShort = shortestRun(packed) < 16;
    if (decodes && isShort) readEveryRun(text, units, packed, encoded);
    this.signs ??= signsOf(automaton);
    const { signs } = this;
    const places: number[] = [];
    let before = 0;
    // Of the eight characters before: are the last four, and all, such that a run goes on over them?
    let endsInside = 0;
    let wasInside = 0;
    const readsRuns = decodes && !isShort;
    // Of a run that is long enough: where it is known to be; and whether a line break is in it.
    let runFrom = -1;
    let passed = 0;
    for (let at = 0, pair = 0; at < length; at += 8, pair += 4) {
      const a = signs[pairs[pair] as number] as number;
      const b = signs[pairs[pair + 1] as number] as number;
      const c = signs[pairs[pair + 2] as number] as number;
      const d = signs[pairs[pair + 3] as number] as number;
      const begun = (before & a) | ((((a >> BEFORE) & b) | ((b >> BEFORE) & c) | ((c >> BEFORE) & d)) & ASKED);
      if (begun !== 0) this.beginnings(units, at, before, a, b, c, d, places);
      before = (d >> BEFORE) & ASKED;
      // What is long enough has eight characters that begin at an eighth place, and four beside them.
      const beginsInside = ((a | b) & ENDS_RUN) === 0 ? 1 : 0;
      const stays = ((c | d) & ENDS_RUN) === 0 ? 1 : 0;
      const isInside = beginsInside & stays;
      if (runFrom >= 0) {
        if (isInside === 1) passed |= a | b | c | d;
        else {
          readRun(text, units, runFrom, at, (passed & BREAKS_RUN) !== 0, packed, encoded);
          runFrom = -1;
        }
      } else if (((isInside & endsInside) | (wasInside & beginsInside)) !== 0 && readsRuns) {
        if (isInside === 1) {
          runFrom = at;
          passed = a | b | c | d;
        } else readRun(text, units, at, at, false, packed, encoded);
      }
      endsInside = stays;
      wasInside = isInside;
    }
    if (runFrom >= 0) readRun(text, units, runFrom, length, (passed & BREAKS_RUN) !== 0, packed, encoded);
    return { places, encoded, mayHide };
  }

  /** Where a match may begin among eight characters. @param before Of the pair before. @param a Of the first of four pairs. */
  private beginnings(
    units: Uint8Array,
    at: number,
    before: number,
    a: number,
    b: number,
    c: number,
    d: number,
    places: number[],
  ): void {
    this.begunAt(units, at, before & a, places);
    this.begunAt(units, at + 2, (a >> BEFORE) & b, places);
    this.begunAt(units, at + 4, (b >> BEFORE) & c, places);
    this.begunAt(units, at + 6, (c >> BEFORE) & d, places);
  }

  private begunAt(units: Uint8Array, place: number, begun: number, places: number[]): void {
    if ((begun & ASKED) === 0) return;
    const { begins } = this.automaton;
    if ((begun & AT_THIRD) !== 0 && mayBegin(units, place - 2, begins)) places.push(place - 2);
    if ((begun & AT_SECOND) !== 0 && mayBegin(units, place - 1, begins)) places.push(place - 1);
  }

  /** By two characters, the automaton's signs, and what they are to a run. */
  private signs: Uint16Array | undefined;

  private at(text: string, start: number, take: Take): void {
    // What was decoded may begin otherwise.
    const [a, b] = [text.charCodeAt(start), text.charCodeAt(start + 1)];
    if (
      (a | b) < 128 &&
      !isAfter(this.automaton.begins[(a << 7) | b] as number, start === 0 ? -1 : text.charCodeAt(start - 1))
    )
      return;
    for (const { detector, end } of this.automaton.matches(text, start, text.length)) {
      if (start < (this.resume[detector] as number)) continue;
      const span = (this.checks[detector] as Check)(text, start, end);
      if (span === undefined) continue;
      this.resume[detector] = end;
      take(detector, span);
    }
  }
}

/** Whether a match begins is seen by the characters before it and at its beginning. */
const NEAR = 4;

function signsOf(automaton: DetectorAutomaton): Uint16Array {
  const signs = Uint16Array.from(automaton.signs);
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const pair = pairOf(first, second);
      signs[pair] = (signs[pair] as number) | (inRun(first, second) << SIGN_BITS);
    }
  }
  return signs;
}

const ENDS_RUN = ENDS << SIGN_BITS;
const BREAKS_RUN = BREAKS << SIGN_BITS;

/** Of what two characters ask of those before. */
const ASKED = AT_THIRD | AT_SECOND;

/** May a match begin at a place of ASCII characters, after what stands before? */
function mayBegin(units: Uint8Array, place: number, begins: Uint8Array): boolean {
  const a = units[place] as number;
  const b = units[place + 1] as number;
  return (a | b) < 128 && isAfter(begins[(a << 7) | b] as number, place === 0 ? -1 : (units[place - 1] as number));
}

/** May a match begin after this character? @param kinds A bit for each kind after which it may. */
function isAfter(kinds: number, before: number): boolean {
  return kinds !== 0 && ((kinds >> (before < 0 ? NOTHING : kindOf(before))) & 1) === 1;
}

interface Scanned {
  /** Where a match may begin; undefined: anywhere. */
  readonly places: readonly number[] | undefined;
  readonly encoded: readonly Encoded[];
  readonly mayHide: boolean;
}

type Take = (detector: number, span: Span) => void;

const NO_READINGS: readonly DecodedText[] = Object.freeze([]);
const NO_FINDS: readonly FoundIn[] = Object.freeze([]);
const NOTHING_FOUND: ReadonlySet<number> = new Set();
