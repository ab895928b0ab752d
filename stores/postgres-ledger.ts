import type { Pool as PgPool, PoolClient } from 'pg';
import pg from 'pg';
import type { LedgerEntry } from '../runtime/history/entry.js';
import { readEntry, UnreadableEntry } from '../runtime/history/entry-text.js';
import { type Entered, type Ledger, LedgerUnavailable } from '../runtime/history/ledger.js';
import { LedgerState, MAX_AGE_MS, type SavedState } from '../runtime/history/ledger-state.js';

const CONNECT_MS = 5000;
const QUERY_MS = 10_000;
/** Entries after which all that came before is written down once more. */
const SAVE_EVERY = 10_000;
const VERSION = 1;
/** How often a lock that was lost is asked for again. */
const RETRY_MS = 500;
/** For how long a gateway may be without its lock until others believe that it has ended, in milliseconds. */
const GRACE_MS = 10_000;

/**
 * A row is an entry, in the order in which things count; now and then one is the whole state, so that what came before can
 * go. Times are the database's own.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS capfence_ledger (
  place bigint PRIMARY KEY,
  entered timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  entry text NOT NULL
);
CREATE INDEX IF NOT EXISTS capfence_ledger_states ON capfence_ledger (place) WHERE kind = 'state';
`;

/** One writer at a time, so that places are in the order in which entries are seen. */
const LEDGER_LOCK = 0x6c656467;
/** The class of the locks that running gateways hold. */
const GATEWAY_LOCK = 0x67617465;

/**
 * A ledger in a PostgreSQL database, for gateways on many hosts. It makes its one table where there is none. What the URL
 * leaves out comes from the usual variables (`PGPASSWORD`, `PGSSLMODE`, …).
 *
 * @param url As in `postgres://user@host/database`.
 */
export function postgresLedger(url: string, graceMs = GRACE_MS): Ledger {
  return new PostgresLedger(url, graceMs);
}

interface Row {
  readonly place: string;
  readonly kind: string;
  readonly entry: string;
}

class PostgresLedger implements Ledger {
  readonly isRemote = true;
  state = new LedgerState();
  private readonly pool: PgPool;
  private schema: Promise<void> | undefined;
  /** The place of the last row that was read. */
  private last = -1n;
  private savedAt = 0;
  /** What the database's clock is ahead of this machine's, in milliseconds. */
  private ahead = 0;
  /** One operation at a time: each reads on from where the one before came to. */
  private queue: Promise<unknown> = Promise.resolve();
  /** Holds the lock that shows that a gateway runs. */
  private holder: PoolClient | undefined;
  private retry: NodeJS.Timeout | undefined;
  /** Gateways whose lock nobody holds, since when that was seen. */
  private readonly free = new Map<string, number>();

  constructor(
    url: string,
    private readonly grace: number,
  ) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: 3,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: QUERY_MS,
      application_name: 'capfence',
      allowExitOnIdle: true,
    });
    this.pool.on('error', () => {}); // A connection that nobody used was lost; the next query makes another.
  }

  now(): number {
    return Math.round(Date.now() + this.ahead);
  }

  refresh(): Promise<void> {
    return this.inTurn(async () => {
      await this.ready();
      await this.read(this.pool);
    });
  }

  enter(entry: LedgerEntry, stands?: () => boolean): Promise<Entered> {
    return this.inTurn(() =>
      this.exclusively(async (client) => {
        const others = await this.read(client);
        if (others > 0 && stands && !stands()) return 'changed';
        const timed = { ...entry, t: Math.max(entry.t, this.state.time) };
        const place = this.last + 1n;
        const text = JSON.stringify(timed);
        await client.query("INSERT INTO capfence_ledger (place, kind, entry) VALUES ($1, 'entry', $2)", [place, text]);
        // It counts once it is committed; until then nothing else of this process looks.
        return { place, timed };
      }).then((made) => (typeof made === 'string' ? made : this.counted(made.place, made.timed))),
    );
  }

  async begin(gateway: string): Promise<void> {
    await this.inTurn(async () => {
      await this.ready();
      const client = await this.pool.connect();
      client.on('error', () => this.lost(gateway, client)); // Then the lock is gone, too.
      await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [GATEWAY_LOCK, gateway]);
      this.holder = client;
    });
  }

  async end(): Promise<void> {
    clearTimeout(this.retry);
    const { holder } = this;
    this.holder = undefined;
    // The server notices a closed connection only some time later.
    await holder?.query('SELECT pg_advisory_unlock_all()').catch(() => {});
    holder?.release(true);
  }

  /** Takes the lock again: others wait for a while before they believe that this gateway has ended. */
  private lost(gateway: string, client: PoolClient): void {
    if (this.holder !== client) return;
    this.holder = undefined;
    client.release(true);
    const again = (): void => {
      this.begin(gateway).catch(() => {
        this.retry = setTimeout(again, RETRY_MS);
        this.retry.unref();
      });
    };
    again();
  }

  /** A gateway holds its lock for as long as its connection lives. One that has lost it has a while to take it again. */
  async endedAt(gateway: string): Promise<number | undefined> {
    return this.inTurn(async () => {
      await this.ready();
      const { rows } = await this.pool.query<{ free: boolean }>(
        `SELECT NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::oid
           AND objid = (hashtext($2)::bigint & 4294967295)::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS free`,
        [GATEWAY_LOCK, gateway],
      );
      if (!rows[0]?.free) this.free.delete(gateway);
      if (!rows[0]?.free) return undefined;
      const now = performance.now();
      const since = this.free.get(gateway) ?? now;
      this.free.set(gateway, since);
      return now - since >= this.grace ? this.now() : undefined;
    });
  }

  async close(): Promise<void> {
    await this.end();
    await this.pool.end();
  }

  private async counted(place: bigint, entry: LedgerEntry): Promise<Entered> {
    this.last = place;
    const isTaken = this.state.apply(entry);
    if (this.last - BigInt(this.savedAt) > SAVE_EVERY) await this.save().catch(() => {}); // The next one tries again.
    return isTaken ? 'entered' : 'refused';
  }

  /** Reads what was entered since. @returns how much that was. */
  private async read(client: PgPool | PoolClient): Promise<number> {
    const started = Date.now();
    // From the last whole state on, where nothing was read yet.
    const from =
      this.last < 0n ? "COALESCE((SELECT max(place) FROM capfence_ledger WHERE kind = 'state'), 0)" : '$1::bigint + 1';
    const { rows } = await client.query<Row & { now: string }>(
      `SELECT place, kind, entry, extract(epoch FROM clock_timestamp()) * 1000 AS now FROM capfence_ledger
         WHERE place >= ${from} ORDER BY place`,
      this.last < 0n ? [] : [String(this.last)],
    );
    const clock = rows[0]?.now ?? (await this.clock(client));
    this.ahead = Number(clock) - (started + Date.now()) / 2;
    for (const { place, kind, entry } of rows) {
      if (kind === 'state') this.restore(entry, Number(place));
      else this.state.apply(entryOf(entry));
      this.last = BigInt(place);
    }
    return rows.length;
  }

  private async clock(client: PgPool | PoolClient): Promise<string> {
    const { rows } = await client.query<{ now: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now');
    return rows[0]?.now ?? String(Date.now());
  }

  private restore(text: string, place: number): void {
    const { v, state } = JSON.parse(text) as { v: unknown; state: SavedState };
    if (v !== VERSION) throw new UnreadableEntry(`the ledger is not of version ${VERSION}`);
    this.state = LedgerState.restored(state);
    this.savedAt = place;
  }

  /** Writes the whole state down, and removes what policies no longer look back to. */
  private async save(): Promise<void> {
    await this.exclusively(async (client) => {
      await this.read(client);
      const place = this.last + 1n;
      const text = JSON.stringify({ v: VERSION, state: this.state.saved() });
      await client.query("INSERT INTO capfence_ledger (place, kind, entry) VALUES ($1, 'state', $2)", [place, text]);
      await client.query(
        'DELETE FROM capfence_ledger WHERE place < $1 AND entered < clock_timestamp() - $2::interval',
        [place, `${MAX_AGE_MS / 1000} seconds`],
      );
      this.last = place;
      this.savedAt = Number(place);
    });
  }

  /** No other gateway enters anything meanwhile. */
  private async exclusively<T>(action: (client: PoolClient) => Promise<T>): Promise<T> {
    await this.ready();
    const client = await this.pool.connect();
    const lost = () => {}; // What was being asked is rejected; the event would else end the process.
    client.on('error', lost);
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [LEDGER_LOCK]);
      const result = await action(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      client.release(true); // What it was in the middle of ends with it.
      throw error;
    } finally {
      setImmediate(() => client.off('error', lost));
    }
  }

  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const next = this.queue.then(action, action).catch((error: unknown) => {
      throw error instanceof LedgerUnavailable
        ? error
        : new LedgerUnavailable((error as Error).message, { cause: error });
    });
    this.queue = next.catch(() => {});
    return next;
  }

  /** The table is there. Tried again with the next operation where it could not be made. */
  private ready(): Promise<void> {
    this.schema ??= this.makeTable().catch((error: unknown) => {
      this.schema = undefined;
      throw error;
    });
    return this.schema;
  }

  private async makeTable(): Promise<void> {
    // Those who may use the table need not be allowed to make one.
    const { rows } = await this.pool.query("SELECT to_regclass('capfence_ledger') AS found");
    if (rows[0]?.found) return;
    await this.pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${LEDGER_LOCK}); ${SCHEMA} COMMIT`);
  }
}

function entryOf(text: string): LedgerEntry {
  const entry = readEntry(text);
  if (entry === undefined || entry.k === 'next') throw new UnreadableEntry(`no entry: ${text.slice(0, 80)}`);
  return entry;
}
