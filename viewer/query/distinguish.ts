import type { Origin, SpanDetail } from '../otlp/model.ts'
import { entriesOf, type PackedAttributes, textOf } from '../otlp/value.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { type RequestFilter, readRequests } from './requests.ts'
import { STATUSES } from './span-item.ts'
import { type CountedValue, compareValues, type Side } from './value-shares.ts'

/** Which of the requests are chosen; all others are what they are compared with. */
export interface Choice {
  status?: 'error' | 'ok'
  fromMs?: number
  toMs?: number
  minMs?: number
  maxMs?: number
}

/** An attribute in which the chosen requests differ from the others. */
export interface Distinction {
  key: string
  /** 0 to 1: the largest difference of shares that a value of it has, or its being there. */
  score: number
  /** Shares of the requests that have it, 0 to 1. */
  present: Record<Side, number>
  /** The values whose shares differ most; stretches of numbers are written `12 – 40`. */
  values: { value: string; chosen: number; others: number }[]
}

/** What distinguishes some requests from all others of the time. */
export interface Distinctions {
  fromMs: number
  toMs: number
  chosen: number
  others: number
  /** The 30 that differ most; none where one side is empty. */
  attributes: Distinction[]
  /** Only the newest 2,000 requests were looked at. */
  truncated: boolean
}

const MAX_KEYS = 400
/** Values that are told apart, of all keys together. */
const MAX_VALUES = 50_000
const MAX_SHOWN = 30
const MAX_LENGTH = 200
const CONSUMER = 5

/** Compares chosen requests with the others, attribute by attribute, as Honeycomb's BubbleUp does. */
export function distinguish(sql: Sql, filter: RequestFilter, choice: Choice): Distinctions {
  const { rows, truncated } = readRequests(sql, filter)
  const totals: Record<Side, number> = { chosen: 0, others: 0 }
  const keys = new Map<string, Map<string, CountedValue>>()
  const resources = new Map<string, PackedAttributes>()
  let told = 0
  for (const row of rows) {
    const side: Side = isChosen(row, choice) ? 'chosen' : 'others'
    totals[side]++
    for (const [key, value] of factsOf(row, resources)) {
      // Known already, where they are chosen by it.
      if (key === 'status' && choice.status) continue
      let values = keys.get(key)
      if (!values) {
        if (keys.size >= MAX_KEYS) continue
        values = new Map()
        keys.set(key, values)
      }
      // Beyond so many, a value is one of the others that nobody names.
      const name = values.has(value) || told < MAX_VALUES ? value : ''
      if (!values.has(name)) told++
      const counted = values.get(name) ?? { chosen: 0, others: 0 }
      counted[side]++
      values.set(name, counted)
    }
  }
  const attributes =
    totals.chosen && totals.others
      ? [...keys]
          .map(([key, values]) => ({ key, ...compareValues(values, totals) }))
          .filter(({ score }) => score > 0)
          .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1))
          .slice(0, MAX_SHOWN)
      : []
  return { fromMs: filter.fromMs, toMs: filter.toMs, ...totals, attributes, truncated }
}

function isChosen(row: Row, { status, fromMs, toMs, minMs, maxMs }: Choice): boolean {
  const startMs = Number(row.start_us) / 1000
  const durationMs = Number(row.duration_ns) / 1e6
  const failed = Number(row.status) === 2
  return (
    (status === undefined || (status === 'error') === failed) &&
    startMs >= (fromMs ?? 0) &&
    startMs <= (toMs ?? Number.POSITIVE_INFINITY) &&
    durationMs >= (minMs ?? 0) &&
    durationMs <= (maxMs ?? Number.POSITIVE_INFINITY)
  )
}

/** Each key once, as queries name it: what the span is, its attributes, and those of its resource. */
function factsOf(row: Row, resources: Map<string, PackedAttributes>): Map<string, string> {
  const { attributes } = JSON.parse(String(row.detail)) as SpanDetail
  const content = String(row.resource)
  const resource = resources.get(content) ?? (JSON.parse(content) as Origin).attributes
  resources.set(content, resource)
  const facts = new Map<string, string>()
  for (const [key, value] of [...entriesOf(resource), ...entriesOf(attributes)]) {
    facts.set(key.slice(0, MAX_LENGTH), textOf(value).slice(0, MAX_LENGTH))
  }
  facts.set('service', String(row.service))
  facts.delete('service.name')
  facts.set('name', String(row.name).slice(0, MAX_LENGTH))
  facts.set('kind', Number(row.kind) === CONSUMER ? 'consumer' : 'server')
  facts.set('status', STATUSES[Number(row.status)] ?? 'unset')
  return facts
}
