import { entriesOf, type PackedAttributes, textOf } from '../otlp/value.ts'
import { LOG_KEYS, SPAN_KEYS } from '../search/records.ts'
import type { Sql } from '../sql/sql.ts'

/** A key that queries may name, and some of its values among the newest records. */
export interface SearchKey {
  key: string
  values: string[]
}

const LOOKED_AT = 500
const MAX_KEYS = 300
const MAX_VALUES = 20
const MAX_LENGTH = 80

/** Keys and values of the newest spans or log records, for those who write a query. */
export function searchKeys(sql: Sql, signal: 'traces' | 'logs'): SearchKey[] {
  const table = signal === 'traces' ? 'spans' : 'logs'
  const named = signal === 'traces' ? 's.name' : "''"
  const rows = sql.all(
    `SELECT ${named} AS name, r.service, r.content AS resource, s.detail ->> '$.attributes' AS attributes
      FROM ${table} s JOIN resources r ON r.id = s.resource ORDER BY s.id DESC LIMIT ?`,
    LOOKED_AT,
  )
  const keys = new Map<string, Set<string>>()
  for (const key of signal === 'traces' ? SPAN_KEYS : LOG_KEYS) keys.set(key, new Set(FIXED[key]))
  const add = (key: string, value: string): void => {
    const known = keys.get(key) ?? new Set()
    if (keys.size < MAX_KEYS || keys.has(key)) keys.set(key, known)
    if (known.size < MAX_VALUES && value && value.length <= MAX_LENGTH) known.add(value)
  }
  const resources = new Set<string>()
  for (const row of rows) {
    add('service', String(row.service))
    if (signal === 'traces') add('name', String(row.name))
    resources.add(String(row.resource))
    for (const [key, value] of entriesOf(JSON.parse(String(row.attributes)) as PackedAttributes)) {
      if (key.length <= MAX_LENGTH) add(key, textOf(value))
    }
  }
  for (const resource of resources) {
    for (const [key, value] of entriesOf(JSON.parse(resource).attributes)) add(key, textOf(value))
  }
  return [...keys].map(([key, values]) => ({ key, values: [...values] }))
}

const FIXED: Record<string, string[]> = {
  kind: ['server', 'client', 'internal', 'producer', 'consumer'],
  status: ['error', 'ok', 'unset'],
  level: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
}
