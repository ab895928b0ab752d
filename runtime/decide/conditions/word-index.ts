/** The first questions about a text are answered word by word; measured with `npm run bench mixed`, texts of 300 characters. @internal */
export const FEW = 12;
/** Characters of a word by which it is looked up. */
const GRAM = 4;
/** A hash of the last four characters: each character moves on by four bits, so that a fifth is gone. */
const HASHES = 1 << 16;

/** A word that may be found where a hash is met, and how far it reaches behind its end. */
interface Candidate {
  readonly id: number;
  /** Where in the word the hashed characters end. */
  readonly end: number;
}

/**
 * Which of many words are in a text: one pass for all of them, whatever number of conditions asks. A word is looked up by
 * the four characters in it that the fewest other words have (as Wu and Manber's algorithm does by a suffix).
 *
 * @internal
 */
export class WordIndex {
  private readonly words: string[] = [];
  private readonly ids = new Map<string, number>();
  /** Made when it is first needed. */
  private candidates: Map<number, Candidate[]> | undefined;
  private readonly filter = new Uint8Array(HASHES);
  private short: readonly number[] = [];
  /** What was passed through. */
  private text: string | undefined;
  /** What was asked about last, and how often. */
  private asked: string | undefined;
  private questions = 0;
  /** By word: the number of the pass that last found it. */
  private found = new Uint32Array(0);
  private pass = 0;
  private readonly list: number[] = [];
  private count = 0;

  /** @returns the word's number. */
  add(word: string): number {
    let id = this.ids.get(word);
    if (id === undefined) {
      id = this.words.push(word) - 1;
      this.ids.set(word, id);
      this.candidates = undefined;
      this.text = undefined;
    }
    return id;
  }

  /** Is the word in the text? Several in turn are asked about one text: the more, the sooner one pass is worth it. */
  has(id: number, text: string): boolean {
    if (text !== this.text) {
      if (text !== this.asked) {
        this.asked = text;
        this.questions = 0;
      }
      if (++this.questions <= FEW) return text.includes(this.words[id] as string);
      this.scan(text);
    }
    return this.found[id] === this.pass;
  }

  /** Tells all words that are in the text, each once. */
  eachIn(text: string, found: (id: number) => void): void {
    if (text !== this.text) this.scan(text);
    for (let i = 0; i < this.count; i++) found(this.list[i] as number);
  }

  private scan(text: string): void {
    const candidates = this.candidates ?? this.prepare();
    this.text = text;
    this.count = 0;
    this.pass = (this.pass + 1) >>> 0;
    if (this.pass === 0) {
      this.found.fill(0);
      this.pass = 1;
    }
    for (let i = 0; i < this.short.length; i++) {
      const id = this.short[i] as number;
      if (text.includes(this.words[id] as string)) this.mark(id);
    }
    let hash = 0;
    for (let i = 0; i < text.length; i++) {
      hash = ((hash << 4) ^ text.charCodeAt(i)) & (HASHES - 1);
      if (this.filter[hash] === 1) this.meet(candidates.get(hash) as Candidate[], text, i + 1);
    }
  }

  private meet(candidates: readonly Candidate[], text: string, at: number): void {
    for (let i = 0; i < candidates.length; i++) {
      const { id, end } = candidates[i] as Candidate;
      if (this.found[id] === this.pass) continue;
      if (text.startsWith(this.words[id] as string, at - end)) this.mark(id);
    }
  }

  private mark(id: number): void {
    this.found[id] = this.pass;
    this.list[this.count++] = id;
  }

  private prepare(): Map<number, Candidate[]> {
    const counts = new Map<number, number>();
    const long = this.words.map((word, id) => ({ word, id })).filter(({ word }) => word.length >= GRAM);
    for (const { word } of long) for (const hash of hashes(word)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
    const candidates = new Map<number, Candidate[]>();
    for (const { word, id } of long) {
      const all = hashes(word);
      let best = 0;
      for (let i = 1; i < all.length; i++) {
        if ((counts.get(all[i] as number) as number) < (counts.get(all[best] as number) as number)) best = i;
      }
      const hash = all[best] as number;
      const known = candidates.get(hash);
      if (known) known.push({ id, end: best + GRAM });
      else candidates.set(hash, [{ id, end: best + GRAM }]);
    }
    this.filter.fill(0);
    for (const hash of candidates.keys()) this.filter[hash] = 1;
    this.short = this.words.flatMap((word, id) => (word.length < GRAM ? [id] : []));
    this.found = new Uint32Array(this.words.length);
    this.pass = 0;
    this.candidates = candidates;
    return candidates;
  }
}

/** The hash of each four characters of a word, in order. */
function hashes(word: string): number[] {
  const all: number[] = [];
  let hash = 0;
  for (let i = 0; i < word.length; i++) {
    hash = ((hash << 4) ^ word.charCodeAt(i)) & (HASHES - 1);
    if (i >= GRAM - 1) all.push(hash);
  }
  return all;
}
