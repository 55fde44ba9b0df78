import type { Sql } from './sql.ts'

/** Changed when the tables change. A store of another version is refused: see {@link OtherStoreVersion}. */
const VERSION = 3

/** The store was written by another version of the viewer, and is left as it is. */
export class OtherStoreVersion extends Error {
  override name = 'OtherStoreVersion'

  constructor(found: number) {
    super(
      `Cannot open the store: its format must be ${VERSION}, received ${found}, which ${found < VERSION ? 'an earlier' : 'a later'} version of hono-observability reads`,
    )
  }
}

/** A span's row is `trace * SPANS_PER_TRACE + n`, so that a trace lies in one piece, newest last. */
export const SPANS_PER_TRACE: number = 2 ** 20

/** Came later: a store of this version may be without it, and is the same in all else. */
const PROFILES = `TABLE IF NOT EXISTS profiles (id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_ms INTEGER NOT NULL, bytes INTEGER NOT NULL, about TEXT NOT NULL, detail TEXT NOT NULL)`

const TABLES: Record<string, string> = {
  resources: `TABLE resources (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
    spans INTEGER NOT NULL DEFAULT 0, logs INTEGER NOT NULL DEFAULT 0, points INTEGER NOT NULL DEFAULT 0)`,
  scopes: `TABLE scopes (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE,
    last_ms INTEGER NOT NULL)`,
  traces: `TABLE traces (id INTEGER PRIMARY KEY AUTOINCREMENT, trace_id TEXT NOT NULL UNIQUE,
    received_ms INTEGER NOT NULL, start_us INTEGER NOT NULL, end_us INTEGER NOT NULL,
    duration_us INTEGER NOT NULL, spans INTEGER NOT NULL, errors INTEGER NOT NULL,
    root_rank INTEGER NOT NULL, root_start_us INTEGER NOT NULL, root TEXT NOT NULL,
    services TEXT NOT NULL, bytes INTEGER NOT NULL)`,
  spans: `TABLE spans (id INTEGER PRIMARY KEY, trace INTEGER NOT NULL, span_id TEXT NOT NULL,
    parent_id TEXT NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL, status INTEGER NOT NULL,
    start_us INTEGER NOT NULL, duration_ns REAL NOT NULL, resource INTEGER NOT NULL,
    scope INTEGER NOT NULL, detail TEXT NOT NULL)`,
  span_words: `VIRTUAL TABLE span_words USING fts5(words, content='', contentless_delete=1,
    detail=none, tokenize='unicode61 remove_diacritics 0')`,
  logs: `TABLE logs (id INTEGER PRIMARY KEY AUTOINCREMENT, received_ms INTEGER NOT NULL,
    time_us INTEGER NOT NULL, severity INTEGER NOT NULL, trace_id TEXT NOT NULL,
    span_id TEXT NOT NULL, resource INTEGER NOT NULL, scope INTEGER NOT NULL,
    bytes INTEGER NOT NULL, detail TEXT NOT NULL)`,
  log_words: `VIRTUAL TABLE log_words USING fts5(words, content='', contentless_delete=1,
    detail=none, tokenize='unicode61 remove_diacritics 0')`,
  instruments: `TABLE instruments (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, description TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL)`,
  series: `TABLE series (id INTEGER PRIMARY KEY, instrument INTEGER NOT NULL,
    resource INTEGER NOT NULL, scope INTEGER NOT NULL, attributes TEXT NOT NULL,
    about TEXT NOT NULL, last_ms INTEGER NOT NULL,
    UNIQUE (instrument, resource, scope, attributes))`,
  points: `TABLE points (id INTEGER PRIMARY KEY AUTOINCREMENT, series INTEGER NOT NULL,
    received_ms INTEGER NOT NULL, time_us INTEGER NOT NULL, start_us INTEGER NOT NULL,
    times TEXT NOT NULL, bytes INTEGER NOT NULL, detail TEXT NOT NULL,
    UNIQUE (series, time_us, times))`,
  exemplars: `TABLE exemplars (point INTEGER NOT NULL, n INTEGER NOT NULL, trace_id TEXT NOT NULL,
    PRIMARY KEY (point, n)) WITHOUT ROWID`,
  requests: `TABLE requests (step_s INTEGER NOT NULL, slot INTEGER NOT NULL,
    service TEXT NOT NULL, kind TEXT NOT NULL, route TEXT NOT NULL, bucket INTEGER NOT NULL,
    count INTEGER NOT NULL, errors INTEGER NOT NULL,
    PRIMARY KEY (step_s, slot, service, kind, route, bucket)) WITHOUT ROWID`,
  removed: `TABLE removed (kind TEXT PRIMARY KEY, records INTEGER NOT NULL,
    before_ms INTEGER NOT NULL)`,
  ingest: `TABLE ingest (step_s INTEGER NOT NULL, slot INTEGER NOT NULL, signal TEXT NOT NULL,
    encoding TEXT NOT NULL, posts INTEGER NOT NULL, bytes INTEGER NOT NULL,
    decoded_bytes INTEGER NOT NULL, items INTEGER NOT NULL, rejected INTEGER NOT NULL,
    shortened INTEGER NOT NULL, refused INTEGER NOT NULL,
    PRIMARY KEY (step_s, slot, signal, encoding)) WITHOUT ROWID`,
  profiles: PROFILES,
}

/** The words of the full-text tables; they have no rows of their own. */
const VOCABULARIES: Record<string, string> = {
  span_terms: "VIRTUAL TABLE span_terms USING fts5vocab('span_words', 'row')",
  log_terms: "VIRTUAL TABLE log_terms USING fts5vocab('log_words', 'row')",
}

const INDEXES: Record<string, string> = {
  spans_by_id: 'UNIQUE INDEX spans_by_id ON spans (trace, span_id)',
  traces_by_duration: 'INDEX traces_by_duration ON traces (duration_us)',
  logs_by_trace: "INDEX logs_by_trace ON logs (trace_id) WHERE trace_id <> ''",
  exemplars_by_trace: "INDEX exemplars_by_trace ON exemplars (trace_id) WHERE trace_id <> ''",
}

/**
 * Makes the tables of a new store.
 *
 * @throws OtherStoreVersion for a store of another format, which stays as it is.
 */
export function prepareSchema(sql: Sql): void {
  const version = versionOf(sql)
  if (version === VERSION) sql.all(`CREATE ${PROFILES}`)
  else if (version !== undefined) throw new OtherStoreVersion(version)
  else makeTables(sql)
}

/** Empties a store of another format, for good: where somebody asks for it. */
export function replaceSchema(sql: Sql): void {
  if (versionOf(sql) !== VERSION) makeTables(sql)
}

/** Undefined for a new store. */
function versionOf(sql: Sql): number | undefined {
  const [table] = sql.all("SELECT 1 AS found FROM sqlite_master WHERE name = 'viewer_schema'")
  const version = table && sql.all('SELECT version FROM viewer_schema')[0]?.version
  return version === undefined ? undefined : Number(version)
}

function makeTables(sql: Sql): void {
  sql.transaction(() => {
    sql.all('CREATE TABLE IF NOT EXISTS viewer_schema (version INTEGER)')
    for (const name of [...Object.keys(VOCABULARIES), ...Object.keys(TABLES)]) {
      sql.all(`DROP TABLE IF EXISTS ${name}`)
    }
    for (const definitions of [TABLES, VOCABULARIES, INDEXES]) {
      for (const definition of Object.values(definitions)) sql.all(`CREATE ${definition}`)
    }
    sql.all('DELETE FROM viewer_schema')
    sql.all('INSERT INTO viewer_schema VALUES (?)', VERSION)
  })
}

/** Removes all that was received. */
export function emptyTables(sql: Sql): void {
  sql.transaction(() => {
    for (const name of Object.keys(TABLES)) sql.all(`DELETE FROM ${name}`)
  })
}
