import type { SpanRecord } from '../otlp/model.ts'
import { attributeOf } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'
import type { HttpFacts } from './http.ts'
import { bucketOf, NO_DURATION, STEPS_S } from './request-buckets.ts'
import { durationNs, toMicros } from './time.ts'

const SERVER = 2
const CONSUMER = 5

/** An attribute of runs of Workflows, whose durations are no latencies. */
export const WORKFLOW_KEY = 'cloudflare.workflow.name'

const MAX_DISTANCE_S = 7 * 86_400

/** HTTP requests, that is server spans with a method, or what else services are asked or told. */
export type RequestKind = 'http' | 'other'

interface Count {
  values: [
    stepS: number,
    slot: number,
    service: string,
    kind: RequestKind,
    route: string,
    bucket: number,
  ]
  count: number
  errors: number
}

/**
 * Counts requests (server and consumer spans) by service, kind, route and duration as they arrive, so that
 * an overview of any time reads thousands of rows and not millions of spans.
 */
export class RequestCounts {
  readonly #counts = new Map<string, Count>()
  readonly #nowMs: number

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  add(span: SpanRecord, service: string, http: HttpFacts): void {
    if (span.kind !== SERVER && span.kind !== CONSUMER) return
    const { startNano, endNano } = span.detail
    const startS = toMicros(startNano) / 1e6
    // A clock that is wrong would make a slot that no overview ever shows.
    if (Math.abs(startS - this.#nowMs / 1000) > MAX_DISTANCE_S) return
    const route = routeOf(span.name, http)
    const bucket = isWorkflow(span) ? NO_DURATION : bucketOf(durationNs(startNano, endNano))
    const kind = http.method && span.kind === SERVER ? 'http' : 'other'
    const isError = span.status === 2
    for (const stepS of STEPS_S) {
      const slot = Math.floor(startS / stepS)
      const values: Count['values'] = [stepS, slot, service, kind, route, bucket]
      const key = values.join('\0')
      const known = this.#counts.get(key)
      if (known) {
        known.count++
        known.errors += Number(isError)
      } else {
        this.#counts.set(key, { values, count: 1, errors: Number(isError) })
      }
    }
  }

  save(sql: Sql): void {
    for (const { values, count, errors } of this.#counts.values()) {
      sql.all(
        'INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count, errors = errors + excluded.errors',
        ...values,
        count,
        errors,
      )
    }
  }
}

/** A run of a Workflow lasts over its sleeps and waits, for days: nobody waits for it. */
const isWorkflow = ({ detail }: SpanRecord): boolean =>
  attributeOf(detail.attributes, WORKFLOW_KEY) !== undefined

/** What requests are counted by: method and route; without a route, the span's name. */
export function routeOf(name: string, { method, route }: HttpFacts): string {
  return (route ? `${method} ${route}`.trim() : name).slice(0, 512)
}
