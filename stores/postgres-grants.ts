import type { Grant, GrantDraft } from '../runtime/approvals/grant.js';
import type { GrantStore } from '../runtime/approvals/store.js';

/** Beside the table of requests; what a person was shown is `granted`, a text. */
export const GRANTS_SCHEMA = `
CREATE TABLE IF NOT EXISTS capfence_grants (
  id text PRIMARY KEY DEFAULT substr(md5(gen_random_uuid()::text), 1, 16),
  number bigint GENERATED ALWAYS AS IDENTITY,
  created timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires timestamptz,
  uses integer,
  used integer NOT NULL DEFAULT 1,
  revoked jsonb,
  granted text NOT NULL
);
`;

const COLUMNS = `id, used, revoked, granted,
  to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created,
  to_char(expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires`;

/** Still stands, by the database's time. */
const ACTIVE = `revoked IS NULL AND (expires IS NULL OR expires > clock_timestamp()) AND (uses IS NULL OR used < uses)`;

interface GrantRow {
  readonly id: string;
  readonly used: number;
  readonly revoked: Grant['revoked'] | null;
  readonly granted: string;
  readonly created: string;
  readonly expires: string | null;
}

/** Grants in the database of the requests. @internal */
export class PostgresGrants implements GrantStore {
  /** @param query Asks the database, once its tables are there. */
  constructor(private readonly query: (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>) {}

  async add(draft: GrantDraft, seconds: number | undefined): Promise<Grant> {
    const [grant] = await this.grants(
      `INSERT INTO capfence_grants (expires, uses, granted)
       VALUES (clock_timestamp() + make_interval(secs => $1::float), $2, $3) RETURNING ${COLUMNS}`,
      [seconds ?? null, draft.uses ?? null, JSON.stringify(draft)],
    );
    return grant as Grant;
  }

  async list(): Promise<Grant[]> {
    return this.grants(`SELECT ${COLUMNS} FROM capfence_grants ORDER BY number`, []);
  }

  async use(id: string): Promise<Grant | undefined> {
    const used = 'used + CASE WHEN uses IS NULL THEN 0 ELSE 1 END';
    const text = `UPDATE capfence_grants SET used = ${used} WHERE id = $1 AND ${ACTIVE} RETURNING ${COLUMNS}`;
    return (await this.grants(text, [id]))[0];
  }

  async revoke(id: string, by: string): Promise<Grant | undefined> {
    const [grant] = await this.grants(
      `UPDATE capfence_grants SET revoked = jsonb_build_object('by', $2::text,
           'time', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
       WHERE id = $1 AND ${ACTIVE} RETURNING ${COLUMNS}`,
      [id, by],
    );
    return grant;
  }

  async prune(before: number): Promise<void> {
    const over = 'COALESCE(expires, created) < $1';
    await this.query(`DELETE FROM capfence_grants WHERE NOT (${ACTIVE}) AND ${over}`, [new Date(before)]);
  }

  private async grants(text: string, values: unknown[]): Promise<Grant[]> {
    const { rows } = await this.query(text, values);
    return (rows as GrantRow[]).map(({ granted, expires, revoked, ...row }) => ({
      ...(JSON.parse(granted) as GrantDraft),
      ...row,
      ...(expires !== null && { expires }),
      ...(revoked && { revoked }),
    }));
  }
}
