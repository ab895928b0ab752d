import type { Pool as PgPool, PoolClient } from 'pg';
import pg from 'pg';
import { type Approval, type ApprovalDraft, type ApprovalStep, MOVES } from '../runtime/approvals/approval.js';
import type { ApprovalStore } from '../runtime/approvals/store.js';
import { GRANTS_SCHEMA, PostgresGrants } from './postgres-grants.js';

const CONNECT_MS = 5000;
const QUERY_MS = 10_000;

/**
 * A row is a request. What a person is shown is `request`, a text, so that the database changes no number in it. All
 * times are the database's own: hosts need not agree on the time.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS capfence_approvals (
  id text PRIMARY KEY DEFAULT substr(md5(gen_random_uuid()::text), 1, 16),
  number bigint GENERATED ALWAYS AS IDENTITY,
  digest text NOT NULL,
  state text NOT NULL DEFAULT 'pending',
  created timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires timestamptz NOT NULL,
  request text NOT NULL,
  steps jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS capfence_approvals_digest ON capfence_approvals (digest);
CREATE INDEX IF NOT EXISTS capfence_approvals_open ON capfence_approvals (expires) WHERE state IN ('pending', 'approved');
`;

/** One lock while the table is made: `IF NOT EXISTS` alone fails where two do it at once. */
const SCHEMA_LOCK = 0x63617066;

const COLUMNS = `id, digest, state, request, steps,
  to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created,
  to_char(expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires`;

interface Row {
  readonly id: string;
  readonly digest: string;
  readonly state: Approval['state'];
  readonly request: string;
  readonly steps: readonly ApprovalStep[];
  readonly created: string;
  readonly expires: string;
}

/**
 * Approval requests in a PostgreSQL database, for gateways and people on many hosts. It makes its two tables where there
 * are none. What the URL leaves out comes from the usual variables (`PGPASSWORD`, `PGSSLMODE`, …).
 *
 * @param url As in `postgres://user@host/database`.
 */
export function postgresStore(url: string): ApprovalStore {
  return new PostgresStore(url);
}

class PostgresStore implements ApprovalStore {
  readonly pollMs = 500;
  readonly grants = new PostgresGrants((text, values) => this.query(text, values));
  private readonly pool: PgPool;
  private schema: Promise<void> | undefined;

  constructor(url: string) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: 4,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: QUERY_MS,
      application_name: 'capfence',
      allowExitOnIdle: true,
    });
    this.pool.on('error', () => {}); // A connection that nobody used was lost; the next query makes another.
  }

  async ask(draft: ApprovalDraft, seconds: number): Promise<{ approval: Approval; isNew: boolean }> {
    return this.exclusively(draft.digest, async (client) => {
      const open = await client.query<Row>(
        `SELECT ${COLUMNS} FROM capfence_approvals WHERE digest = $1
           AND state IN ('pending', 'approved', 'rejected') AND expires > clock_timestamp()
         ORDER BY number DESC LIMIT 1`,
        [draft.digest],
      );
      if (open.rows[0]) return { approval: approvalOf(open.rows[0]), isNew: false };
      const made = await client.query<Row>(
        `INSERT INTO capfence_approvals (digest, expires, request)
         VALUES ($1, clock_timestamp() + make_interval(secs => $2), $3) RETURNING ${COLUMNS}`,
        [draft.digest, seconds, JSON.stringify(draft)],
      );
      return { approval: approvalOf(made.rows[0] as Row), isNew: true };
    });
  }

  async find(id: string): Promise<Approval | undefined> {
    const { rows } = await this.read(`SELECT ${COLUMNS} FROM capfence_approvals WHERE id = $1`, [id]);
    return rows[0] && approvalOf(rows[0]);
  }

  async list(): Promise<Approval[]> {
    const { rows } = await this.read(`SELECT ${COLUMNS} FROM capfence_approvals ORDER BY number`, []);
    return rows.map(approvalOf);
  }

  async move(id: string, to: ApprovalStep['state'], by: string, why?: string): Promise<Approval | undefined> {
    const { from, isInTime } = MOVES[to];
    const step = { state: to, by, ...(why !== undefined && { why }) };
    const { rows } = await this.query(
      `UPDATE capfence_approvals SET state = $2, steps = steps || jsonb_build_array($3::jsonb || jsonb_build_object(
           'time', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
       WHERE id = $1 AND state = ANY($4) AND ($5::boolean IS NULL OR (expires > clock_timestamp()) = $5)
       RETURNING ${COLUMNS}`,
      [id, to, JSON.stringify(step), from, isInTime],
    );
    return rows[0] && approvalOf(rows[0]);
  }

  async prune(before: number): Promise<void> {
    await this.query(
      `DELETE FROM capfence_approvals WHERE state NOT IN ('pending', 'approved') AND expires < $1 RETURNING ${COLUMNS}`,
      [new Date(before)],
    );
    await this.grants.prune(before);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async query(text: string, values: unknown[]) {
    await this.ready();
    return this.pool.query<Row>(text, values);
  }

  /** What changes nothing is asked a second time, over another connection: the first may have been cut long ago. */
  private async read(text: string, values: unknown[]) {
    try {
      return await this.query(text, values);
    } catch {
      return this.query(text, values);
    }
  }

  /** Nobody else makes a request for this digest meanwhile. */
  private async exclusively<T>(digest: string, action: (client: PoolClient) => Promise<T>): Promise<T> {
    await this.ready();
    const client = await this.pool.connect();
    const lost = () => {}; // What was being asked is rejected; the event would else end the process.
    client.on('error', lost);
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [SCHEMA_LOCK, digest]);
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
    const { rows } = await this.pool.query(
      "SELECT to_regclass('capfence_approvals') IS NOT NULL AND to_regclass('capfence_grants') IS NOT NULL AS found",
    );
    if (rows[0]?.found) return;
    await this.pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${SCHEMA_LOCK}); ${SCHEMA} ${GRANTS_SCHEMA} COMMIT`);
  }
}

function approvalOf({ request, ...row }: Row): Approval {
  return { ...(JSON.parse(request) as ApprovalDraft), ...row };
}
