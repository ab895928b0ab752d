/*
 * What SQL statements and functions do, by dialect: tables that the reference interpreter and the runtime read alike. Facts
 * are those of the manuals of PostgreSQL 15, MySQL 8 and MariaDB 10, SQLite 3 and SQL Server 2022; the first three were asked
 * themselves, too.
 */

import type { SqlDialect } from '../types.js';

export { SQL_DIALECT_NAMES as SQL_DIALECTS } from './sql-dialects.js';
export type { SqlDialect };

/** The kind of a statement that begins with a word. Dialects: p, m, s, t. */
const FIRST_WORDS: Readonly<Record<string, readonly [kind: string, dialects: string]>> = {
  abort: ['transaction', 'p'], // undoes the transaction
  add: ['alter', 't'], // adds signature or classification
  alter: ['alter', 'pmst'], // changes objects
  analyse: ['analyze', 'p'], // gathers table statistics
  analyze: ['analyze', 'pms'], // gathers statistics, MariaDB executes query
  attach: ['attach', 's'], // opens another database file
  backup: ['backup', 'mt'], // backup to file or stages
  begin: ['transaction', 'pmst'], // starts transaction or block
  binlog: ['binlog', 'm'], // applies binary log event
  break: ['control', 't'], // leaves a loop
  bulk: ['load', 't'], // loads rows from file
  cache: ['cache', 'm'], // loads index into cache
  call: ['call', 'pm'], // runs a procedure
  case: ['control', 'm'], // runs statement by condition
  change: ['change', 'm'], // configures replication
  check: ['check', 'm'], // checks table health
  checkpoint: ['checkpoint', 'pt'], // flushes dirty pages
  checksum: ['checksum', 'm'], // computes table checksum
  clone: ['clone', 'm'], // copies server data
  close: ['close', 'pt'], // closes a cursor
  cluster: ['cluster', 'p'], // reorders table on disk
  comment: ['comment', 'p'], // stores object comment
  commit: ['transaction', 'pmst'], // commits the transaction
  continue: ['control', 't'], // starts next loop round
  copy: ['copy', 'p'], // moves rows, files or programs
  create: ['create', 'pmst'], // makes objects
  dbcc: ['dbcc', 't'], // maintenance console commands
  deallocate: ['prepare', 'pmt'], // drops prepared statement or cursor
  declare: ['declare', 'pt'], // declares cursor or variables
  delete: ['delete', 'pmst'], // removes rows
  deny: ['revoke', 't'], // forbids permissions
  desc: ['describe', 'm'], // shows table columns
  describe: ['describe', 'm'], // shows table columns
  detach: ['attach', 's'], // closes attached database file
  disable: ['alter', 't'], // turns trigger off
  discard: ['discard', 'p'], // drops session state
  do: ['call', 'pm'], // runs code or expressions
  drop: ['drop', 'pmst'], // removes objects
  enable: ['alter', 't'], // turns trigger on
  end: ['transaction', 'pst'], // commits or closes block
  exec: ['call', 't'], // runs procedure or SQL text
  execute: ['call', 'pmt'], // runs prepared or SQL text
  explain: ['explain', 'pms'], // shows plan, ANALYZE executes
  fetch: ['fetch', 'pt'], // reads next cursor rows
  flush: ['flush', 'm'], // empties caches or logs
  for: ['control', 'm'], // loops over range or rows
  get: ['get', 'mt'], // reads diagnostics or conversation
  goto: ['control', 't'], // jumps to label
  grant: ['grant', 'pmt'], // gives permissions
  handler: ['handler', 'm'], // low level table read
  help: ['show', 'm'], // shows built-in help
  if: ['control', 'mt'], // runs statement on condition
  import: ['import', 'pm'], // imports foreign or file tables
  insert: ['insert', 'pmst'], // adds rows
  install: ['install', 'm'], // loads plugin code
  kill: ['kill', 'mt'], // ends another session
  listen: ['listen', 'p'], // subscribes to notifications
  load: ['load', 'pm'], // loads file data or library
  lock: ['lock', 'pm'], // locks tables
  loop: ['control', 'm'], // repeats statements until left
  merge: ['merge', 'pt'], // combined row changes
  move: ['move', 'pt'], // moves cursor or conversation
  notify: ['notify', 'p'], // sends a notification
  open: ['open', 't'], // opens a cursor
  optimize: ['optimize', 'm'], // rebuilds tables
  pragma: ['pragma', 's'], // reads or changes settings
  prepare: ['prepare', 'pm'], // stores statement or commits two-phase
  print: ['print', 't'], // sends message to client
  purge: ['purge', 'm'], // deletes binary logs
  raiserror: ['signal', 't'], // raises an error, may log
  readtext: ['select', 't'], // reads large text column
  reassign: ['reassign', 'p'], // changes object owners
  receive: ['receive', 't'], // takes queue messages
  reconfigure: ['reconfigure', 't'], // activates server settings
  refresh: ['refresh', 'p'], // recomputes materialized view
  reindex: ['reindex', 'ps'], // rebuilds indexes
  release: ['transaction', 'pms'], // forgets a savepoint
  rename: ['rename', 'm'], // renames tables or users
  repair: ['repair', 'm'], // repairs tables
  repeat: ['control', 'm'], // repeats statements until condition
  replace: ['replace', 'ms'], // adds or overwrites rows
  reset: ['reset', 'pm'], // resets setting or server state
  resignal: ['signal', 'm'], // passes error on
  restart: ['shutdown', 'm'], // restarts the server
  restore: ['restore', 't'], // restores database from backup
  return: ['control', 't'], // leaves batch or procedure
  revert: ['revert', 't'], // ends user impersonation
  revoke: ['revoke', 'pmt'], // takes permissions away
  rollback: ['transaction', 'pmst'], // undoes the transaction
  save: ['transaction', 't'], // marks a savepoint
  savepoint: ['transaction', 'pms'], // marks a savepoint
  security: ['alter', 'p'], // sets security label
  select: ['select', 'pmst'], // reads rows, INTO may write
  send: ['send', 't'], // sends queue message
  set: ['set', 'pmt'], // changes settings or variables
  setuser: ['setuser', 't'], // switches acting user
  show: ['show', 'pm'], // lists settings or objects
  shutdown: ['shutdown', 'mt'], // stops the server
  signal: ['signal', 'm'], // raises an error
  start: ['transaction', 'pm'], // starts transaction or replication
  stop: ['stop', 'm'], // stops replication
  table: ['table', 'pm'], // whole table read
  throw: ['signal', 't'], // raises an error
  truncate: ['truncate', 'pmt'], // empties tables
  uninstall: ['install', 'm'], // unloads plugin code
  unlisten: ['listen', 'p'], // ends notification subscription
  unlock: ['lock', 'm'], // frees table locks
  update: ['update', 'pmst'], // changes rows
  updatetext: ['update', 't'], // changes large text column
  use: ['use', 'mt'], // changes current database
  vacuum: ['vacuum', 'ps'], // compacts, sqlite may write file
  values: ['values', 'pms'], // literal rows
  waitfor: ['waitfor', 't'], // pauses or waits
  while: ['control', 'mt'], // loops a statement
  with: ['with', 'pmst'], // query prefix, inner verb decides
  writetext: ['update', 't'], // overwrites large text column
  xa: ['transaction', 'm'], // distributed transaction step
};

/** By first word; undefined: no statement of the dialect begins so. */
export function statementKind(word: string, dialect: SqlDialect): string | undefined {
  const entry = Object.hasOwn(FIRST_WORDS, word) ? FIRST_WORDS[word] : undefined;
  return entry?.[1].includes(LETTERS[dialect]) ? entry[0] : undefined;
}

const LETTERS: Readonly<Record<SqlDialect, string>> = { postgres: 'p', mysql: 'm', sqlite: 's', mssql: 't' };

/** Kinds by their group; all others are `admin`. */
export const SQL_GROUPS: Readonly<Record<string, readonly string[]>> = {
  read: ['select', 'values', 'table', 'show', 'describe', 'explain'],
  write: ['insert', 'update', 'delete', 'merge', 'replace', 'copy', 'lock', 'write_file'],
  schema: ['create', 'alter', 'drop', 'truncate', 'rename', 'comment'],
};

/** All kinds that a statement can be of. */
export const SQL_KINDS: readonly string[] = [
  ...new Set([...Object.values(SQL_GROUPS).flat(), ...Object.values(FIRST_WORDS).map(([kind]) => kind)]),
].sort();

/** Functions that change nothing, reach nothing and run nothing: by the dialects in which that is so. */
const HARMLESS: Readonly<Record<string, string>> = {
  /* pmst */
  pmst:
    'abs acos asin atan avg cast ceiling char coalesce concat concat_ws cos count cume_dist current_date ' +
    'current_timestamp degrees dense_rank exp first_value floor format json_array json_object lag last_value lead ' +
    'log log10 lower ltrim max min ntile nullif percent_rank pi power radians rank replace round row_number rtrim ' +
    'sign sin soundex sqrt substring sum tan time trim upper ',
  /* pst */
  pst: 'generate_series string_agg unistr ',
  /* pmt */
  pmt:
    'ascii bit bit_count convert cot current_user decimal float greatest grouping json_arrayagg json_objectagg ' +
    'json_query json_value least left nchar numeric percentile_cont percentile_disc regexp_instr regexp_like ' +
    'regexp_replace regexp_substr reverse right session_user system_user user varchar ',
  /* pms */
  pms: 'atan2 ceil current_time date length ln mod nth_value octet_length pow substr ',
  /* mst */
  mst: 'datetime ',
  /* ms */
  ms:
    'group_concat hex if ifnull instr json_array_insert json_extract json_insert json_pretty json_quote ' +
    'json_remove json_replace json_set json_type json_valid log2 quote timediff unhex ',
  /* pm */
  pm:
    'any_value bit_and bit_length bit_or bit_xor char_length character character_length chr crc32 current_role ' +
    'date_add extract interval json_exists json_table localtime localtimestamp lpad md5 now position repeat row ' +
    'rpad stddev stddev_pop stddev_samp timestamp to_char var_pop var_samp variance version ',
  /* mt */
  mt: 'binary compress datediff day isnull json_contains month nvarchar rand space varbinary year ',
  /* st */
  st: 'iif unicode ',
  /* pt */
  pt: 'difference get_bit regexp_count regexp_matches set_bit translate ',
  /* ps */
  ps:
    'acosh asinh atanh cosh json json_array_length json_each jsonb_each jsonb_insert jsonb_set random sinh tanh ' +
    'trunc ',
  /* s */
  s:
    'bm25 changes glob highlight json_group_array json_group_object json_patch json_tree julianday ' +
    'last_insert_rowid like likelihood likely printf randomblob snippet sqlite_version strftime total ' +
    'total_changes typeof unixepoch unlikely zeroblob ',
  /* t */
  t:
    'app_name approx_count_distinct atn2 binary_checksum charindex checksum checksum_agg choose col_length ' +
    'count_big crypt_gen_random databasepropertyex datalength date_bucket dateadd datediff_big datefromparts ' +
    'datename datepart datetime2 datetime2fromparts datetimefromparts datetimeoffset datetrunc db_id db_name ' +
    'decompress eomonth error_message error_number getdate getutcdate grouping_id hashbytes host_name ' +
    'ident_current isdate isjson isnumeric json_modify json_path_exists len newid object_id object_name openjson ' +
    'parse parsename patindex quotename replicate schema_name scope_identity serverproperty session_context square ' +
    'stdev stdevp str string_escape string_split stuff suser_sname switchoffset sysdatetime sysdatetimeoffset ' +
    'sysutcdatetime timefromparts todatetimeoffset try_cast try_convert try_parse user_name var varp xact_state ',
  /* p */
  p:
    'age array array_agg array_append array_cat array_fill array_length array_lower array_ndims array_position ' +
    'array_positions array_prepend array_remove array_replace array_to_json array_to_string array_upper bool ' +
    'bool_and bool_or bpchar btrim cardinality cbrt clock_timestamp col_description convert_from convert_to corr ' +
    'covar_pop covar_samp crypt current_catalog current_database current_schema current_schemas current_setting ' +
    'date_bin date_part date_subtract date_trunc daterange decode digest div encode every factorial float4 float8 ' +
    'format_type gcd gen_random_bytes gen_random_uuid generate_subscripts get_byte has_column_privilege ' +
    'has_schema_privilege has_table_privilege hmac host inet_client_addr inet_server_addr initcap int2 int4 ' +
    'int4range int8 isempty isfinite json_agg json_array_elements json_array_elements_text json_build_array ' +
    'json_build_object json_each_text json_extract_path json_extract_path_text json_object_agg json_object_keys ' +
    'json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof ' +
    'jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array ' +
    'jsonb_build_object jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_object_agg ' +
    'jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array ' +
    'jsonb_path_query_first jsonb_pretty jsonb_strip_nulls jsonb_to_recordset jsonb_typeof justify_days ' +
    'justify_hours justify_interval lcm levenshtein make_date make_interval make_time make_timestamp ' +
    'make_timestamptz masklen metaphone mode network normalize num_nonnulls num_nulls numrange obj_description ' +
    'overlay parse_ident pg_backend_pid pg_column_size pg_get_constraintdef pg_get_expr pg_get_functiondef ' +
    'pg_get_indexdef pg_get_serial_sequence pg_get_userbyid pg_get_viewdef pg_postmaster_start_time pg_size_pretty ' +
    'pg_table_is_visible pg_typeof plainto_tsquery quote_ident quote_literal quote_nullable range_agg ' +
    'range_intersect_agg regexp_match regexp_split_to_array regexp_split_to_table regr_count regr_intercept ' +
    'regr_r2 regr_slope row_to_json scale set_byte setweight sha224 sha256 sha384 sha512 similarity split_part ' +
    'starts_with statement_timestamp string_to_array string_to_table strpos text timeofday timestamptz timezone ' +
    'to_date to_hex to_json to_jsonb to_number to_regclass to_regtype to_timestamp to_tsquery to_tsvector ' +
    'transaction_timestamp trim_scale ts_headline ts_rank tsrange tstzrange unnest uuid_generate_v4 ' +
    'websearch_to_tsquery width_bucket word_similarity xmlagg xmlelement xmlforest xpath ',
  /* m */
  m:
    'adddate addtime aes_decrypt aes_encrypt bin bin_to_uuid charset coercibility collation connection_id conv ' +
    'convert_tz curdate curtime database date_format date_sub dayname dayofmonth dayofweek dayofyear elt ' +
    'export_set extractvalue field find_in_set found_rows from_base64 from_days from_unixtime get_format hour ' +
    'inet_aton inet_ntoa insert is_uuid json_array_append json_contains_path json_depth json_keys json_length ' +
    'json_merge_patch json_merge_preserve json_overlaps json_search json_unquote last_day lcase locate make_set ' +
    'makedate maketime match median microsecond mid minute monthname nvl nvl2 oct ord period_add period_diff ' +
    'quarter random_bytes row_count schema sec_to_time second sha sha1 sha2 st_astext st_contains st_distance ' +
    'st_geomfromtext st_intersects st_within std str_to_date strcmp subdate substring_index subtime sysdate ' +
    'time_format time_to_sec timestampadd timestampdiff to_base64 to_days to_seconds truncate ucase uncompress ' +
    'unix_timestamp utc_date utc_time utc_timestamp uuid uuid_to_bin week weekday weekofyear weight_string ' +
    'yearweek ',
};

const MYSQL_ALONE = ['any_value', 'regexp_like', 'json_table', 'uuid_to_bin', 'bin_to_uuid', 'is_uuid'];

/** By dialect; made when first asked, so that bundles without SQL go without it. */
let harmless: Map<SqlDialect, ReadonlySet<string>> | undefined;

function harmlessIn(dialect: SqlDialect): ReadonlySet<string> {
  harmless ??= new Map();
  let names = harmless.get(dialect);
  if (names === undefined) {
    const lists = Object.entries(HARMLESS).filter(([letters]) => letters.includes(LETTERS[dialect]));
    const own = new Set(lists.flatMap(([, list]) => list.trim().split(' ')));
    // MariaDB has them not: there they may be anybody's.
    if (dialect === 'mysql') for (const name of MYSQL_ALONE) own.delete(name);
    names = own;
    harmless.set(dialect, names);
  }
  return names;
}

/** @param name In lower case, without a schema. */
export function isHarmless(name: string, dialect: SqlDialect): boolean {
  return harmlessIn(dialect).has(name);
}

/** Words before a parenthesis that call nothing, where the grammar has a place for them. */
export const NO_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'all and any as between by case check constraint create cross default distinct else except exists fetch foreign from group ' +
    'having in inner intersect into is join like limit natural not null on or order primary references select set some table ' +
    'then union unique using values when where with'
  ).split(' '),
);

/** Words that lead a statement on. Behind a dot or the mark of a variable they are names, and few servers agree where that may be. */
export const STEERING: ReadonlySet<string> = new Set(
  (
    'apply as delete except execute fetch for from group having in insert intersect into join limit lock merge offset on order ' +
    'references replace select set straight_join table top truncate union update using where with'
  ).split(' '),
);

/** Behind AS these are labels for PostgreSQL. */
export const LABELS: ReadonlySet<string> = new Set(
  'except fetch for from group having intersect into join limit offset on order set top union using where'.split(' '),
);

/** Those of them that PostgreSQL lets people name functions by: where a call may begin, they are one. */
export const CALLED_AT_START: ReadonlySet<string> = new Set('by cross inner is join like natural set'.split(' '));

/** Words besides those that call nothing behind which an expression begins. */
export const STARTS: ReadonlySet<string> = new Set(
  (
    'returning offset only filter over if return do leading trailing both ilike to escape symmetric asymmetric zone placing rows ' +
    'range groups first next lateral for similar'
  ).split(' '),
);

/** Types that a length may follow: in CREATE, ALTER and CAST they call nothing. */
export const SQL_TYPES: ReadonlySet<string> = new Set(
  (
    'bigint binary bit char character datetime datetime2 datetimeoffset dec decimal double enum float int integer nchar number ' +
    'numeric nvarchar smallint time timestamp timestamptz tinyint varbinary varbit varchar varchar2 varying'
  ).split(' '),
);

/** What a common table expression may hold, and what an EXPLAIN shows without running it. */
export const SQL_QUERIES: ReadonlySet<string> = new Set(
  'select insert update delete replace merge with values table'.split(' '),
);

/** Words that may stand behind the number of a LIMIT. */
export const AFTER_LIMIT: ReadonlySet<string> = new Set(
  'offset for lock into union except intersect option returning'.split(' '),
);

/** Deeper parentheses, and names of more parts, are more than anybody means. */
export const MAX_SQL_DEPTH = 128;
export const MAX_NAME_PARTS = 5;

/** A longer text, or more of them, is more than a call means: beyond, SQL is unknown. */
export const MAX_SQL = 1 << 16;
/** Of all texts of a call together. */
export const MAX_SQL_OF_CALL = 1 << 16;
export const MAX_STATEMENTS = 1 << 8;

/** Which arguments hold SQL when a mapping names no selector (whole names, in lower case without `_` and `-`). */
export const SQL_KEYS: ReadonlySet<string> = new Set('sql query queries statement statements'.split(' '));
