import type { Users } from './users.js';

const MAX_AT_ONCE = 4;
/** So many wrong passwords for one name from one address, and it has to wait. */
const MAX_WRONG = 5;
const WAIT_MS = 60_000;
const MAX_KEPT = 10_000;

/** Lets people in by name and password, and slows down whoever guesses. */
export class SignIn {
  private atOnce = 0;
  /** Addresses from which somebody is being looked at: one at a time, so that none takes all the places. */
  private readonly busy = new Set<string>();
  private readonly wrong = new Map<string, { count: number; until: number }>();

  constructor(
    private readonly users: Users,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns why somebody doesn't come in; undefined: they do. */
  async refusal(
    name: string,
    password: string,
    address: string,
  ): Promise<{ status: number; text: string } | undefined> {
    const key = JSON.stringify([name.slice(0, 64), address]);
    const before = this.wrong.get(key);
    if (before && before.count >= MAX_WRONG && this.now() < before.until)
      return { status: 429, text: 'Too many wrong passwords: wait a minute.' };
    if (this.atOnce >= MAX_AT_ONCE) return { status: 429, text: 'Too many sign in at once: try again.' };
    if (this.busy.has(address)) return { status: 429, text: 'Another sign-in from here is under way: try again.' };
    // Counted before it is known: many at once are many.
    const count = (before && this.now() < before.until ? before.count : 0) + 1;
    if (this.wrong.size >= MAX_KEPT) this.wrong.delete(this.wrong.keys().next().value as string);
    this.wrong.set(key, { count, until: this.now() + WAIT_MS });
    this.atOnce++;
    this.busy.add(address);
    try {
      if (await this.users.accepts(name, password)) {
        this.wrong.delete(key);
        return undefined;
      }
    } finally {
      this.atOnce--;
      this.busy.delete(address);
    }
    return { status: 401, text: 'Name and password don’t fit.' };
  }
}
