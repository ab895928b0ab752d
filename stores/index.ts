/**
 * `capfence/postgres`: what gateways on many hosts share, in a PostgreSQL database. Needs the package `pg`.
 */
export { postgresStore } from './postgres.js';
export { postgresLedger } from './postgres-ledger.js';
