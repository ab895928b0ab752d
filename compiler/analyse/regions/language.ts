import { Regex, type RegexTable, TableRegex } from '../../../runtime/decide/conditions/regex.js';
import { regexProblem, regexProgram } from '../../conditions/regex.js';
import { isSpent } from './budget.js';
import { minimalTable } from './minimal-table.js';
import { FALSE, TRUE, UNKNOWN } from './region.js';

/*
 * Sets of texts as deterministic automata, and the question that analysis asks of them: is there a text that lies in
 * these and outside those, and what is the shortest?
 */

/** Automata larger than this are not built: what needs them is said to be not analysed. */
const MAX_STATES = 4000;
/** So many steps of a search through a product of automata. */
const MAX_STEPS = 150_000;

interface Made {
  readonly table: RegexTable;
  readonly live: Uint8Array;
}

/** The last so many automata, null where one is too large. */
const MAX_KNOWN = 200;
const known = new Map<string, Made | null>();

function remember(source: string, made: Made | null): void {
  if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value as string);
  known.set(source, made);
}

/** A set of texts; undefined: too large to be worked with. */
export class Language {
  private made: Made | null | undefined;

  private constructor(
    private readonly build: () => RegexTable | undefined,
    /** What it was made of: the same is asked for by each rule, and by check and proof. */
    private readonly source?: string,
  ) {}

  /** The texts in which one of the RE2 patterns is found. */
  static found(patterns: readonly string[]): Language {
    const pattern = patterns.length === 1 ? (patterns[0] as string) : patterns.map((one) => `(?:${one})`).join('|');
    return new Language(() => tableOf(pattern), pattern);
  }

  /** The texts that one of the RE2 patterns matches from end to end, newlines included. */
  static whole(patterns: readonly string[]): Language {
    const pattern = wholePattern(patterns);
    return patterns.length > MANY ? new Language(() => unionOf(patterns), pattern) : Language.found([pattern]);
  }

  /** The texts that `contains` finds one of the words in: case aside, white space as one space. */
  static containing(words: readonly string[]): Extent {
    const outer = Language.found(words.map((word) => containsPattern(word, true)));
    const isPlain = words.every(
      (word) => !['i', '\u0307', '\u03c3', '\u03c2'].some((one) => word.toLowerCase().includes(one)),
    );
    const inner = isPlain ? outer : Language.found(words.map((word) => containsPattern(word, false)));
    return { yes: { outer, inner }, may: { outer, inner } };
  }

  /**
   * The texts that a function of membership in each of the languages accepts.
   *
   * @param accepts Given, for each language, whether a text is in it.
   */
  static combined(languages: readonly Language[], accepts: (inside: readonly boolean[]) => boolean): Language {
    return new Language(() => {
      const tables = languages.map(({ table }) => table);
      return tables.every((table) => table !== undefined) ? productOf(tables, accepts) : undefined;
    });
  }

  /** Is the text one of them? undefined: too large to say. */
  has(text: string): boolean | undefined {
    const { table } = this;
    if (!table) return undefined;
    this.matcher ??= new TableRegex(table);
    return this.matcher.test(text);
  }

  private matcher: TableRegex | undefined;

  get table(): RegexTable | undefined {
    return this.automaton?.table;
  }

  /** From which states some text can still get in. */
  get live(): Uint8Array | undefined {
    return this.automaton?.live;
  }

  private get automaton() {
    if (this.made === undefined && this.source !== undefined) this.made = known.get(this.source);
    if (this.made === undefined) {
      const table = this.build();
      this.made = table ? { table, live: liveStates(table) } : null;
      // What was given up for time may be made another time.
      if (this.source !== undefined && !isSpent()) remember(this.source, this.made);
    }
    return this.made ?? undefined;
  }
}

/** As many patterns as one automaton is made of at once. */
const MANY = 2;

/**
 * The automaton of many patterns, made of those of each, always as small as can be: all at once, an automaton remembers of
 * each by itself whether it has been seen, and twenty of them have a million states.
 */
function unionOf(patterns: readonly string[]): RegexTable | undefined {
  let tables: readonly (RegexTable | undefined)[] = patterns.map((one) => tableOf(wholePattern([one])));
  while (tables.length > 1) {
    const pairs: (RegexTable | undefined)[] = [];
    for (let i = 0; i < tables.length; i += 2) {
      const [first, second] = [tables[i], tables[i + 1]];
      if (!first || (i + 1 < tables.length && !second)) return undefined;
      pairs.push(second ? joined(first, second) : first);
    }
    tables = pairs;
  }
  return tables[0];
}

function joined(first: RegexTable, second: RegexTable): RegexTable | undefined {
  const product = productOf([first, second], ([one, other]) => one === true || other === true);
  return product && minimalTable(product);
}

function wholePattern(patterns: readonly string[]): string {
  return `(?s)\\A(?:${patterns.map((one) => `(?:${one})`).join('|')})\\z`;
}

function tableOf(pattern: string): RegexTable | undefined {
  if (regexProblem(pattern) !== undefined) return undefined;
  return new Regex(regexProgram(pattern), 2 * MAX_STATES).table(MAX_STATES, isSpent);
}

/**
 * A pattern that finds what `contains` finds: both sides in lower case, runs of white space as one space.
 *
 * @param generous Also with the characters of which that depends on what stands around them: İ and Σ.
 */
function containsPattern(word: string, generous: boolean): string {
  const plain = word.toLowerCase().split(/\s+/).join(' ');
  return [...plain]
    .map((character) => (character === ' ' ? `${SPACE}+` : `[${preimage(character, generous)}]`))
    .join('');
}

/** White space of ECMAScript's \s. */
const SPACE = '[\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}]';

let uppercase: Map<string, number[]> | undefined;
const DEPENDS: ReadonlySet<number> = new Set([0x130, 0x3a3]);

/** The characters whose lower case is or holds this one, as members of a class. */
function preimage(character: string, generous: boolean): string {
  uppercase ??= makeUppercase();
  const others = uppercase.get(character) ?? [];
  const points = [character.codePointAt(0) as number, ...others.filter((point) => generous || !DEPENDS.has(point))];
  return points.map((point) => literalPoint(point)).join('');
}

function makeUppercase(): Map<string, number[]> {
  const map = new Map<string, number[]>([['\u03c2', [0x3a3]]]);
  for (let point = 0; point <= 0x1ffff; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const text = String.fromCodePoint(point);
    const lower = text.toLowerCase();
    if (lower === text) continue;
    for (const character of lower) map.set(character, [...(map.get(character) ?? []), point]);
  }
  return map;
}

/** RE2 source for exactly this text. */
export function literal(text: string): string {
  return [...text].map((character) => literalPoint(character.codePointAt(0) as number)).join('');
}

function literalPoint(point: number): string {
  const character = String.fromCodePoint(point);
  return /[A-Za-z0-9/ ]/.test(character) ? character : `\\x{${point.toString(16)}}`;
}

/** RE2 source for a glob of words: `*` any run, `?` one character, `[a-z]` or `[!a-z]` one of a class. */
export function globPattern(glob: string): string {
  const characters = [...glob];
  let pattern = '';
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    const close = character === '[' ? characters.indexOf(']', i + 2) : -1;
    if (close > 0) {
      pattern += classPattern(characters.slice(i + 1, close));
      i = close;
    } else pattern += character === '*' ? '(?s:.*)' : character === '?' ? '(?s:.)' : literal(character);
  }
  return pattern;
}

function classPattern(body: readonly string[]): string {
  const not = body[0] === '!';
  const members = not ? body.slice(1) : body;
  let ranges = '';
  for (let i = 0; i < members.length; i++) {
    const first = members[i] as string;
    const isRange = members[i + 1] === '-' && members[i + 2] !== undefined;
    const last = isRange ? (members[i + 2] as string) : first;
    if (isRange) i += 2;
    if (first.codePointAt(0)! <= last.codePointAt(0)!) ranges += `${literal(first)}-${literal(last)}`;
  }
  if (ranges === '') return not ? '(?s:.)' : '[^\\x{0}-\\x{10ffff}]';
  return `[${not ? '^' : ''}${ranges}]`;
}

/** What a text must do: lie in the language, or outside it. */
export interface Membership {
  readonly language: Language;
  readonly inside: boolean;
}

/**
 * Where a condition is true of a text, and where it may be: each by a language that holds at least these texts and one
 * that holds at most these. They differ where a character changes its length or its place when its case is folded.
 */
export interface Extent {
  readonly yes: Bounds;
  readonly may: Bounds;
}

interface Bounds {
  readonly outer: Language;
  readonly inner: Language;
}

/** A condition that is true or false of every text, and known exactly. */
export function exactly(language: Language): Extent {
  const bounds = { outer: language, inner: language };
  return { yes: bounds, may: bounds };
}

/** What a text must do for the condition to have one of these truths; a text that does may still turn out not to. */
export function membershipsFor({ yes, may }: Extent, allowed: number): Membership[] {
  const memberships: Membership[] = [];
  const allowsUnknown = (allowed & UNKNOWN) !== 0;
  if ((allowed & FALSE) === 0) memberships.push({ language: (allowsUnknown ? may : yes).outer, inside: true });
  if ((allowed & TRUE) === 0) memberships.push({ language: (allowsUnknown ? yes : may).inner, inside: false });
  return memberships;
}

/** A shortest text that does all of it; undefined: there is none; `budget`: that can't be said. */
export function findText(memberships: readonly Membership[]): string | undefined | 'budget' {
  const parts: Part[] = [];
  for (const { language, inside } of memberships) {
    const { table, live } = language;
    if (!table || !live) return 'budget';
    parts.push({ ...table, live, inside, width: table.next.length / table.end.length });
  }
  const alphabet = commonAlphabet(parts);
  const start = parts.map(() => 0);
  const seen = new Set<string>([start.join()]);
  const queue: { readonly states: readonly number[]; readonly parent: number; readonly point: number }[] = [
    { states: start, parent: -1, point: -1 },
  ];
  if (parts.some((part) => part.inside && !part.live[0])) return undefined;
  let steps = 0;
  for (let at = 0; at < queue.length; at++) {
    const { states } = queue[at]!;
    if (states.every((state, i) => parts[i]!.inside === (state === FOUND || parts[i]!.end[state] === 1))) {
      return spell(queue, at);
    }
    for (const { point, classes } of alphabet) {
      if (++steps > MAX_STEPS || ((steps & 0x3ff) === 0 && isSpent())) return 'budget';
      const next = step(parts, states, classes);
      if (!next) continue;
      const key = next.join();
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ states: next, parent: at, point });
    }
  }
  return undefined;
}

/** A text for each way in which texts can lie in and outside the languages; `budget`: there are too many to tell. */
export function membershipsOf(
  languages: readonly Language[],
): readonly { readonly inside: readonly boolean[]; readonly text: string }[] | 'budget' {
  const parts: Part[] = [];
  for (const language of languages) {
    const { table, live } = language;
    if (!table || !live) return 'budget';
    parts.push({ ...table, live, inside: false, width: table.next.length / table.end.length });
  }
  const alphabet = commonAlphabet(parts);
  const start = parts.map(() => 0);
  const seen = new Set<string>([start.join()]);
  const found = new Map<string, { inside: boolean[]; text: string }>();
  const queue: { readonly states: readonly number[]; readonly parent: number; readonly point: number }[] = [
    { states: start, parent: -1, point: -1 },
  ];
  let steps = 0;
  for (let at = 0; at < queue.length; at++) {
    const { states } = queue[at]!;
    const inside = states.map((state, i) => state === FOUND || parts[i]!.end[state] === 1);
    const key = inside.join();
    if (!found.has(key)) found.set(key, { inside, text: spell(queue, at) });
    for (const { point, classes } of alphabet) {
      steps += parts.length;
      if (steps > MAX_MEMBERSHIP_STEPS || isSpent()) return 'budget';
      const next = states.map((state, i) => {
        const part = parts[i] as Part;
        return state === FOUND ? FOUND : (part.next[state * part.width + (classes[i] as number)] as number);
      });
      const nextKey = next.join();
      if (seen.has(nextKey)) continue;
      seen.add(nextKey);
      queue.push({ states: next, parent: at, point });
    }
  }
  return [...found.values()];
}

const MAX_MEMBERSHIP_STEPS = 10_000_000;

interface Part extends RegexTable {
  readonly live: Uint8Array;
  readonly inside: boolean;
  readonly width: number;
}

/** In a table: found, whatever follows. */
const FOUND = -1;

function step(parts: readonly Part[], states: readonly number[], classes: readonly number[]): number[] | undefined {
  const next: number[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Part;
    const state = states[i] as number;
    const to = state === FOUND ? FOUND : (part.next[state * part.width + (classes[i] as number)] as number);
    if (part.inside ? to !== FOUND && !part.live[to] : to === FOUND) return undefined;
    next.push(to);
  }
  return next;
}

function spell(queue: readonly { parent: number; point: number }[], from: number): string {
  const points: number[] = [];
  for (let at = from; queue[at]!.parent >= 0; at = queue[at]!.parent) points.push(queue[at]!.point);
  return String.fromCodePoint(...points.reverse());
}

/** One character for each class that all the automata tell apart, those that read best first. */
function commonAlphabet(parts: readonly Part[]): { point: number; classes: readonly number[] }[] {
  const edges = [...new Set([0, 0xd800, 0xe000, ...parts.flatMap((part) => [...part.boundaries])])].sort(
    (a, b) => a - b,
  );
  const letters = edges
    .filter((edge) => edge < 0x110000)
    .flatMap((low, i) => {
      const high = edges[i + 1] ?? 0x110000;
      return low >= 0xd800 && low < 0xe000 ? [] : [nicest(low, high)];
    });
  letters.sort((a, b) => rank(a) - rank(b) || a - b);
  // What no automaton tells apart is one class.
  const byClasses = new Map<string, { point: number; classes: readonly number[] }>();
  for (const point of letters) {
    const classes = parts.map((part) => classOf(part, point));
    const key = classes.join();
    if (!byClasses.has(key)) byClasses.set(key, { point, classes });
  }
  return [...byClasses.values()];
}

const NICE = [...'xabcdefghijklmnopqrstuvwyz0123456789_-. ABCDEFGHIJKLMNOPQRSTUVWXYZ/,:=@+'].map(
  (character) => character.codePointAt(0) as number,
);

function nicest(low: number, high: number): number {
  return NICE.find((point) => point >= low && point < high) ?? low;
}

function rank(point: number): number {
  const at = NICE.indexOf(point);
  if (at >= 0) return at;
  return point > 0x20 && point < 0x7f ? 200 : point > 0x7f ? 300 : 400;
}

function classOf({ boundaries, classes }: Pick<RegexTable, 'boundaries' | 'classes'>, point: number): number {
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boundaries[middle] as number) <= point) low = middle + 1;
    else high = middle;
  }
  return classes[low] as number;
}

/** All automata side by side; undefined: too large. */
function productOf(
  tables: readonly RegexTable[],
  accepts: (inside: readonly boolean[]) => boolean,
): RegexTable | undefined {
  const boundaries = [...new Set(tables.flatMap((table) => [...table.boundaries]))].sort((a, b) => a - b);
  // Together they tell apart what one of them does.
  const known = new Map<string, number>();
  const columns: (readonly number[])[] = [];
  const classes = [0, ...boundaries].map((point) => {
    const own = tables.map((table) => classOf(table, point));
    const key = own.join();
    const number = known.get(key) ?? columns.push(own) - 1;
    known.set(key, number);
    return number;
  });
  const numbers = new Map<string, number>();
  const states: (readonly number[])[] = [];
  const numberOf = (state: readonly number[]): number => {
    const key = state.join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, states.length);
    return states.push(state) - 1;
  };
  numberOf(tables.map(() => 0));
  const next: number[] = [];
  const end: number[] = [];
  for (let at = 0; at < states.length; at++) {
    if (states.length > MAX_STATES || isSpent()) return undefined;
    const state = states[at] as readonly number[];
    end.push(accepts(state.map((one, i) => one === FOUND || tables[i]!.end[one] === 1)) ? 1 : 0);
    for (const column of columns) {
      const to = state.map((one, i) => {
        const { next: own, end: ends } = tables[i] as RegexTable;
        return one === FOUND ? FOUND : (own[one * (own.length / ends.length) + (column[i] as number)] as number);
      });
      // Where all is found it stays so.
      next.push(to.every((one) => one === FOUND) && accepts(to.map(() => true)) ? FOUND : numberOf(to));
    }
  }
  return { boundaries, classes, next, end };
}

function liveStates({ next, end }: RegexTable): Uint8Array {
  const states = end.length;
  const width = next.length / states;
  const live = new Uint8Array(states);
  const before: number[][] = Array.from({ length: states }, () => []);
  const pending: number[] = [];
  for (let state = 0; state < states; state++) {
    for (let column = 0; column < width; column++) {
      const to = next[state * width + column] as number;
      if (to === FOUND) live[state] = 1;
      else before[to]?.push(state);
    }
    if (end[state] === 1) live[state] = 1;
    if (live[state]) pending.push(state);
  }
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    for (const from of before[state] as number[]) {
      if (live[from]) continue;
      live[from] = 1;
      pending.push(from);
    }
  }
  return live;
}
