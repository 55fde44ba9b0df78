import type { Attributes } from '@opentelemetry/api'
import { type Check, quote } from '../base/checks.ts'
import { mustBe, shorten } from '../base/messages.ts'
import { ownGauge } from '../metrics/own.ts'
import { log } from '../telemetry/log.ts'
import * as ATTR from './attributes.ts'
import { explain, type Query, type StatementPlan } from './explain.ts'
import { rawOf } from './raw.ts'

/** Tables that are looked at, as many indexes, and statements. */
const MAX_OBJECTS = 500
const MAX_STATEMENTS = 100

/** Settings of {@link inspectD1}. */
export interface InspectD1Options {
  /**
   * Statements of your app, as it prepares them: each is explained, not run. It is told which indexes none of them
   * searches, and which of them read a whole table or index. Of more than 100 the rest is left out. Default none.
   */
  statements?: readonly string[]
  /**
   * Rows that are counted at most of each table for which `ANALYZE` has left no figure: D1 bills every row that is
   * counted as one that is read. Default 0, which counts none.
   */
  countUpTo?: number
}

/** What {@link inspectD1} found. */
export interface D1Report {
  /** Of the whole database, as D1 has it. */
  readonly sizeBytes: number
  /** By name; of more than 500 the rest is left out. */
  readonly tables: readonly D1Table[]
  /** By name; of more than 500 the rest is left out. */
  readonly indexes: readonly D1Index[]
  /** Of all tables, those that were left out as well. */
  readonly tableCount: number
  /** Of all indexes, those that were left out as well. */
  readonly indexCount: number
  /** Tables, indexes or statements were left out, since there are more than are looked at. */
  readonly isCut: boolean
  /** One for each statement that was given. */
  readonly plans: readonly StatementPlan[]
  /** What the inspection itself read, which D1 bills. */
  readonly rowsRead: number
}

/** A table, without its rows. */
export interface D1Table {
  readonly name: string
  /** Undefined where neither `ANALYZE` nor a count has told. */
  readonly rows: number | undefined
  /** `statistics`: as of the last `ANALYZE`, or `PRAGMA optimize`. `count`: now. `limit`: there are at least as many. */
  readonly rowsFrom: 'statistics' | 'count' | 'limit' | undefined
}

/** An index. */
export interface D1Index {
  readonly name: string
  readonly table: string
  /** It keeps values apart, and so is of use even if no statement reads it. */
  readonly isUnique: boolean
  /** How many of the given statements search it. Undefined when none were given. */
  readonly statements: number | undefined
}

interface Database {
  prepare(text: string): { bind(...values: unknown[]): Statement } & Statement
}

interface Statement {
  all(): Promise<{
    results: Record<string, unknown>[]
    meta: { size_after?: number; rows_read?: number }
  }>
}

const size = /* @__PURE__ */ ownGauge('hono.d1.size', 'By', 'Size of the database.')
const tablesThere = /* @__PURE__ */ ownGauge('hono.d1.tables', '{table}', 'Tables of the database.')
const tableRows = /* @__PURE__ */ ownGauge(
  'hono.d1.table.rows',
  '{row}',
  'Rows of a table, as of its statistics or counted.',
)
const indexUses = /* @__PURE__ */ ownGauge(
  'hono.d1.index.statements',
  '{statement}',
  'Statements, of those that were given, that search the index.',
)
const scans = /* @__PURE__ */ ownGauge(
  'hono.d1.scanning_statements',
  '{statement}',
  'Statements, of those that were given, that read a whole table or index.',
)

/**
 * Looks at a D1 database: its size, its tables with their rows, its indexes, and what statements do with them. For a
 * scheduled handler, some times a day. Tells it as the gauges `hono.d1.size` (By), `hono.d1.tables`,
 * `hono.d1.table.rows`, `hono.d1.index.statements` and `hono.d1.scanning_statements`, by `cloudflare.binding.name`,
 * `db.collection.name` and `hono.d1.index`, and returns it.
 *
 * What is not to be had: sizes by table, since D1 has no `dbstat`, and how often an index is used, which SQLite does not
 * count; hence `statements`. It costs up to six rows read for each table and index, with its statistics, and those that
 * are counted. Its own queries leave no spans and no other metrics.
 *
 * @param env - The environment that the binding is in, instrumented or not.
 * @param name - The binding's name.
 * @param options - What to explain and to count.
 * @returns What was found; undefined, with a line at level `warn`, when D1 did not answer.
 * @throws TypeError when there is no D1 binding of that name, or an option is not what it should be.
 *
 * @example
 * ```ts
 * import { instrument } from 'hono-observability'
 * import { inspectD1 } from 'hono-observability/bindings'
 *
 * export default instrument({
 *   async scheduled(_: unknown, env: { DB: unknown }) {
 *     await inspectD1(env, 'DB', { statements: ['SELECT * FROM orders WHERE customer = ?'] })
 *   },
 * })
 * ```
 */
export const inspectD1 = async (
  env: unknown,
  name: string,
  options: InspectD1Options = {},
): Promise<D1Report | undefined> => {
  const database = databaseOf(env, name)
  validate(options)
  const { statements = [], countUpTo = 0 } = options
  try {
    const report = await inspect(database, statements, countUpTo)
    tell(report, { [ATTR.bindingName]: name })
    return report
  } catch (error) {
    log.named('bindings').warn(error, `cannot inspect ${name}`)
    return undefined
  }
}

const databaseOf = (env: unknown, name: string): Database => {
  const database = rawOf((env as Record<string, Database | undefined> | null | undefined)?.[name])
  if (typeof database?.prepare !== 'function') {
    throw new TypeError(
      `Cannot inspect D1: \`name\` must be that of a D1 binding of \`env\`, received ${name}`,
    )
  }
  return database
}

const CHECKS: Readonly<Record<keyof InspectD1Options, Check<unknown>>> = {
  statements: { test: Array.isArray, expected: 'an array of texts' },
  countUpTo: {
    test: (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
    expected: 'a whole number from 0 on',
  },
}

const validate = (options: object | null): void => {
  const refusal = (message: string) => new TypeError(`Cannot inspect D1: ${message}`)
  if (typeof options !== 'object' || !options || Array.isArray(options)) {
    throw refusal(mustBe('options', 'an object', options))
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, name) && CHECKS[name as keyof InspectD1Options]
    if (!check) {
      throw refusal(
        `\`${shorten(name)}\` is not an option, expected one of ${quote(Object.keys(CHECKS))}`,
      )
    }
    if (value !== undefined && !check.test(value)) {
      throw refusal(mustBe(name, check.expected, value))
    }
  }
  const { statements = [] } = options as InspectD1Options
  const wrong = statements.findIndex((text) => typeof text !== 'string')
  if (wrong >= 0) {
    throw refusal(mustBe(`statements[${wrong}]`, 'a text', statements[wrong]))
  }
}

// SQLite's and D1's own tables are neither yours to change nor to be counted.
const OURS = (column: string): string =>
  `${column} NOT GLOB '_cf_*' AND ${column} NOT GLOB 'sqlite_*'`
const COUNTS = `SELECT iif(name = 'sqlite_stat1', 'statistics', type) AS kind, count(*) AS total FROM sqlite_schema
WHERE name = 'sqlite_stat1' OR ${OURS('tbl_name')} GROUP BY kind`
const NAMES = (type: 'table' | 'index'): string =>
  `SELECT name, tbl_name, sql IS NULL OR sql LIKE 'CREATE UNIQUE %' AS is_unique FROM sqlite_schema
WHERE type = '${type}' AND ${OURS('tbl_name')} ORDER BY name LIMIT ${MAX_OBJECTS}`

// The first number of each is that of rows; an index on a part of the table has fewer.
const STATISTICS = `SELECT tbl, max(CAST(stat AS INTEGER)) AS row_count FROM sqlite_stat1
WHERE ${OURS('tbl')} GROUP BY tbl ORDER BY tbl LIMIT ${MAX_OBJECTS}`

const inspect = async (
  database: Database,
  statements: readonly string[],
  countUpTo: number,
): Promise<D1Report> => {
  let sizeBytes = 0
  let rowsRead = 0
  const query: Query = async (text, bound = 0) => {
    const prepared = database.prepare(text)
    const { results, meta } = await (bound
      ? prepared.bind(...new Array(bound).fill(null))
      : prepared
    ).all()
    sizeBytes = meta.size_after ?? sizeBytes
    rowsRead += meta.rows_read ?? 0
    return results
  }

  const counts = new Map((await query(COUNTS)).map(({ kind, total }) => [kind, Number(total)]))
  const statistics = new Map(
    (counts.has('statistics') ? await query(STATISTICS) : []).map((row) => [
      row.tbl,
      Number(row.row_count),
    ]),
  )
  const tables: D1Table[] = []
  for (const { name } of await query(NAMES('table'))) {
    const rows = statistics.get(name)
    tables.push(
      rows === undefined && countUpTo
        ? await count(query, String(name), countUpTo)
        : { name: String(name), rows, rowsFrom: rows === undefined ? undefined : 'statistics' },
    )
  }
  const plans: StatementPlan[] = []
  for (const statement of statements.slice(0, MAX_STATEMENTS)) {
    plans.push(await explain(query, statement))
  }
  const indexes = (await query(NAMES('index'))).map(
    ({ name, tbl_name: table, is_unique: isUnique }): D1Index => ({
      name: String(name),
      table: String(table),
      isUnique: isUnique === 1,
      statements: statements.length
        ? plans.filter(({ indexes: used }) => used.includes(String(name))).length
        : undefined,
    }),
  )
  const tableCount = counts.get('table') ?? 0
  const indexCount = counts.get('index') ?? 0
  const isCut =
    tables.length < tableCount || indexes.length < indexCount || plans.length < statements.length
  return { sizeBytes, tables, indexes, tableCount, indexCount, isCut, plans, rowsRead }
}

const count = async (query: Query, name: string, countUpTo: number): Promise<D1Table> => {
  const quoted = `"${name.replaceAll('"', '""')}"`
  try {
    const [row] = await query(
      `SELECT count(*) AS row_count FROM (SELECT 1 FROM ${quoted} LIMIT ${countUpTo})`,
    )
    const rows = Number(row?.row_count ?? 0)
    return { name, rows, rowsFrom: rows < countUpTo ? 'count' : 'limit' }
  } catch {
    // A virtual table may not be read like others.
    return { name, rows: undefined, rowsFrom: undefined }
  }
}

const tell = (
  { sizeBytes, tableCount, tables, indexes, plans }: D1Report,
  binding: Attributes,
): void => {
  size.record(sizeBytes, binding)
  tablesThere.record(tableCount, binding)
  for (const { name, rows } of tables) {
    if (rows !== undefined) {
      tableRows.record(rows, { ...binding, [ATTR.collection]: name })
    }
  }
  for (const { name, table, statements } of indexes) {
    if (statements !== undefined) {
      indexUses.record(statements, { ...binding, [ATTR.collection]: table, [ATTR.d1Index]: name })
    }
  }
  if (plans.length) {
    scans.record(plans.filter(({ scansTable }) => scansTable).length, binding)
  }
}
