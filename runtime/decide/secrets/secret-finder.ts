import type { DetectorCheck } from '../../data/detectors.js';
import type { FoundIn, SecretSearch } from '../../types.js';
import { kindOf, NOTHING } from '../../text/character-kinds.js';
import { AT_SECOND, AT_THIRD, BEFORE, DetectorAutomaton, type PackedAutomaton } from './automaton.js';
import { type Check, checkOf } from './checks.js';
import { jsonDecoded, percentDecoded, seen } from './decoded-text.js';
import { binaryText, foundInResult } from './result-secrets.js';
import { decodeRuns, everyRun, outsideOf, runAt, type Span, shortestRun } from './encoded-runs.js';
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
  foundInResult(result: unknown): ReadonlySet<number> {
    return foundInResult(result, this);
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
    if (text.length < this.packed.shortest) return NO_FINDS;
    const finds: FoundIn[] = [];
    const { places, runs, mayHide } = this.scan(text);
    this.plain(text, places, (detector, [start, end]) => finds.push({ detector, start, end }));
    for (const decoded of [mayHide ? seen(text) : undefined, percentDecoded(text), jsonDecoded(text)]) {
      if (decoded === undefined) continue;
      // Elsewhere it is the same text.
      const own = places && decoded.places(places, NEAR);
      this.plain(decoded.text, own, (detector, span) => {
        const [start, end] = decoded.source(...span);
        finds.push({ detector, start, end });
      });
    }
    if (runs.length > 0) {
      decodeRuns(text, runs, this.packed, ({ start, end, text: said }) => {
        this.plain(said, this.scan(said).places, (detector) => finds.push({ detector, start, end }));
      });
    }
    return finds.length === 0 ? NO_FINDS : finds;
  }

  /** What stands there as it is. @param places Where it may begin; undefined: anywhere. */
  private plain(text: string, places: readonly number[] | undefined, take: Take): void {
    if (places?.length === 0) return;
    this.resume.fill(0);
    this.automaton.begin();
    if (places === undefined) for (let i = 0; i < text.length; i++) this.at(text, i, take);
    else for (const place of places) if (this.mayBegin(text, place)) this.at(text, place, take);
  }

  private get automaton(): DetectorAutomaton {
    this.made ??= new DetectorAutomaton(this.packed);
    return this.made;
  }

  /**
   * Where a match may begin, and what may be encoded. Two characters at a time, a table says whether they may be near the
   * beginning of a match, and whether a run may go on over them: mostly neither.
   */
  private scan(text: string): Scanned {
    const { units, pairs, mayHide } = unitsOf(text);
    const { begins, hasPairs } = this.automaton;
    const { length } = text;
    const sought = this.packed;
    if (!hasPairs) return { places: undefined, runs: [...everyRun(units, length, sought)], mayHide };
    this.signs ??= signsOf(this.automaton);
    const { signs } = this;
    const places: number[] = [];
    const runs: Span[] = [];
    const consider = (place: number): void => {
      const [a, b] = [units[place] as number, units[place + 1] as number];
      const previous = place === 0 ? -1 : (units[place - 1] as number);
      if ((a | b) < 128 && isAfter(begins[(a << 7) | b] as number, previous)) places.push(place);
    };
    // The last pair may begin a character before the end of a run.
    const long = shortestRun(sought) - 1;
    let outside = -1;
    let before = 0;
    for (let at = 0, pair = 0; at < length; at += 2, pair++) {
      const sign = signs[pairs[pair] as number] as number;
      // Without a branch: in the middle of words nobody can foretell it.
      const over = (sign >> OUTSIDE) & 3;
      outside += (at + over - 1 - outside) & -((over + 1) >> 1);
      if (at + 1 - outside >= long) {
        const { span, until } = runAt(units, at, length, sought);
        if (span) runs.push(span);
        outside = until;
      }
      const begun = before & sign;
      before = (sign >> BEFORE) & 3;
      if (begun === 0) continue;
      if ((begun & AT_THIRD) !== 0) consider(at - 2);
      if ((begun & AT_SECOND) !== 0) consider(at - 1);
    }
    return { places, runs, mayHide };
  }

  /** By two characters, the automaton's signs, and how many of them are over before a run can go on. */
  private signs: Uint8Array | undefined;

  private mayBegin(text: string, place: number): boolean {
    const a = text.charCodeAt(place);
    const b = text.charCodeAt(place + 1);
    if (!((a | b) < 128)) return false;
    return isAfter(this.automaton.begins[(a << 7) | b] as number, place === 0 ? -1 : text.charCodeAt(place - 1));
  }

  private at(text: string, start: number, take: Take): void {
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

/** Of the signs of two characters, how many bits on that stands. */
const OUTSIDE = 2;

function signsOf(automaton: DetectorAutomaton): Uint8Array {
  const signs = Uint8Array.from(automaton.signs);
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const pair = pairOf(first, second);
      signs[pair] = (signs[pair] as number) | (outsideOf(first, second) << OUTSIDE);
    }
  }
  return signs;
}

/** May a match begin after this character? @param kinds A bit for each kind after which it may. */
function isAfter(kinds: number, before: number): boolean {
  return kinds !== 0 && ((kinds >> (before < 0 ? NOTHING : kindOf(before))) & 1) === 1;
}

interface Scanned {
  /** Where a match may begin; undefined: anywhere. */
  readonly places: readonly number[] | undefined;
  readonly runs: readonly Span[];
  readonly mayHide: boolean;
}

type Take = (detector: number, span: Span) => void;

const NO_FINDS: readonly FoundIn[] = Object.freeze([]);
const NOTHING_FOUND: ReadonlySet<number> = new Set();
