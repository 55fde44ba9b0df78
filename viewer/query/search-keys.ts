import { entriesOf, type PackedAttributes, textOf } from '../otlp/value.ts'
import { LOG_KEYS, SPAN_KEYS } from '../search/records.ts'
import { METRIC_KEYS } from '../search/series.ts'
import type { Row, Sql } from '../sql/sql.ts'

/** A key that queries may name, and some of its values among the newest records. */
export interface SearchKey {
  key: string
  values: string[]
}

const LOOKED_AT = 500
const MAX_KEYS = 300
const MAX_VALUES = 20
const MAX_LENGTH = 80

/** Keys and values of the newest spans, log records or series, for those who write a query. */
export function searchKeys(sql: Sql, signal: 'traces' | 'logs' | 'metrics'): SearchKey[] {
  const keys = new Map<string, Set<string>>()
  for (const key of OWN_KEYS[signal]) keys.set(key, new Set(FIXED[signal][key]))
  const add = (key: string, value: string): void => {
    const known = keys.get(key) ?? new Set()
    if (keys.size < MAX_KEYS || keys.has(key)) keys.set(key, known)
    if (known.size < MAX_VALUES && value && value.length <= MAX_LENGTH) known.add(value)
  }
  const resources = new Set<string>()
  for (const { name, service, resource, attributes } of newest(sql, signal)) {
    add('service', String(service))
    if (name) add('name', String(name))
    resources.add(String(resource))
    for (const [key, value] of entriesOf(JSON.parse(String(attributes)) as PackedAttributes)) {
      if (key.length <= MAX_LENGTH) add(key, textOf(value))
    }
  }
  for (const resource of resources) {
    for (const [key, value] of entriesOf(JSON.parse(resource).attributes)) {
      if (key.length <= MAX_LENGTH) add(key, textOf(value))
    }
  }
  return [...keys].map(([key, values]) => ({ key, values: [...values] }))
}

function newest(sql: Sql, signal: 'traces' | 'logs' | 'metrics'): Row[] {
  if (signal === 'metrics') {
    return sql.all(
      `SELECT i.name, r.service, r.content AS resource, s.attributes
        FROM series s JOIN resources r ON r.id = s.resource JOIN instruments i ON i.id = s.instrument
        ORDER BY s.id DESC LIMIT ?`,
      LOOKED_AT,
    )
  }
  const table = signal === 'traces' ? 'spans' : 'logs'
  const named = signal === 'traces' ? 's.name' : "''"
  return sql.all(
    `SELECT ${named} AS name, r.service, r.content AS resource, s.detail ->> '$.attributes' AS attributes
      FROM ${table} s JOIN resources r ON r.id = s.resource ORDER BY s.id DESC LIMIT ?`,
    LOOKED_AT,
  )
}

const OWN_KEYS = { traces: SPAN_KEYS, logs: LOG_KEYS, metrics: METRIC_KEYS } as const

const FIXED: Record<'traces' | 'logs' | 'metrics', Record<string, string[]>> = {
  traces: {
    kind: ['server', 'client', 'internal', 'producer', 'consumer'],
    status: ['error', 'ok', 'unset'],
  },
  logs: { level: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] },
  metrics: {
    type: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'],
    temporality: ['delta', 'cumulative'],
  },
}
