import type { Instrument } from '../otlp/model.ts'
import { toPlainObject } from '../otlp/value.ts'
import { isTrue } from '../search/evaluate.ts'
import type { Expression } from '../search/parse.ts'
import { type InstrumentFacts, searchableSeries } from '../search/series.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { textOfPlain } from './metric-points.ts'

/** An instrument as the API shows it. */
export interface MetricItem {
  id: number
  name: string
  description: string
  unit: string
  type: Instrument['type']
  /** null for gauges and summaries. */
  temporality: 'delta' | 'cumulative' | null
  /** Of sums; null for the others. */
  monotonic: boolean | null
  scope: string
  services: string[]
  series: number
  firstSeenMs: number
  lastSeenMs: number
  /** Keys of its points, with how many values each has, and some of them. */
  attributes: { key: string; values: number; examples: string[] }[]
}

const MAX_INSTRUMENTS = 1000
const MAX_SERIES_READ = 2000
const MAX_EXAMPLES = 20

/** Which instruments are listed. */
export interface MetricFilter {
  /** A part of name or description. */
  text?: string
  service?: string
  /** True of one of its series. */
  query?: Expression
}

/** Lists instruments by name. One that changed its type or temporality is listed for each. */
export function listMetrics(
  sql: Sql,
  { text = '', service = '', query }: MetricFilter = {},
): MetricItem[] {
  const rows = sql.all(
    "SELECT * FROM instruments WHERE instr(lower(name || ' ' || description), ?) > 0 ORDER BY name, id LIMIT ?",
    text.toLowerCase(),
    MAX_INSTRUMENTS,
  )
  const items = rows.map((row) => metricItem(sql, row))
  return items.filter(
    (item) =>
      (!service || item.services.includes(service)) && (!query || isOneOf(sql, item, query)),
  )
}

function isOneOf(sql: Sql, item: MetricItem, query: Expression): boolean {
  const series = sql.all(
    'SELECT s.attributes, r.service, r.content AS resource FROM series s JOIN resources r ON r.id = s.resource WHERE s.instrument = ? LIMIT ?',
    item.id,
    MAX_SERIES_READ,
  )
  const facts = factsOf(item)
  return series.some(({ attributes, service, resource }) =>
    isTrue(
      query,
      searchableSeries(facts, JSON.parse(String(attributes)), {
        service: String(service),
        resource: String(resource),
      }),
    ),
  )
}

/** What of an instrument queries see. */
export function factsOf(item: MetricItem): InstrumentFacts {
  const { name, unit, type, temporality, scope, description } = item
  return { name, unit, type, temporality: temporality ?? '', scope, description }
}

/** One instrument. */
export function findMetric(sql: Sql, id: number): MetricItem | undefined {
  const row = sql.all('SELECT * FROM instruments WHERE id = ?', id)[0]
  return row && metricItem(sql, row)
}

function metricItem(sql: Sql, row: Row): MetricItem {
  const content = JSON.parse(String(row.content)) as Instrument & { scope: string }
  const id = Number(row.id)
  const series = sql.all(
    'SELECT s.attributes, r.service FROM series s JOIN resources r ON r.id = s.resource WHERE s.instrument = ? LIMIT ?',
    id,
    MAX_SERIES_READ,
  )
  const values = new Map<string, Set<string>>()
  for (const { attributes } of series) {
    for (const [key, value] of Object.entries(toPlainObject(JSON.parse(String(attributes))))) {
      const known = values.get(key) ?? new Set()
      values.set(key, known.add(textOfPlain(value)))
    }
  }
  return {
    id,
    name: content.name,
    description: String(row.description),
    unit: content.unit,
    type: content.type,
    temporality: content.temporality ?? null,
    monotonic: content.monotonic ?? null,
    scope: content.scope,
    services: [...new Set(series.map((each) => String(each.service)))].sort(),
    series: Number(sql.all('SELECT count(*) AS n FROM series WHERE instrument = ?', id)[0]?.n),
    firstSeenMs: Number(row.first_ms),
    lastSeenMs: Number(row.last_ms),
    attributes: [...values].map(([key, known]) => ({
      key,
      values: known.size,
      examples: [...known].sort().slice(0, MAX_EXAMPLES),
    })),
  }
}
