import { decodeLogs } from '../otlp/decode-logs.ts'
import { decodeMetrics } from '../otlp/decode-metrics.ts'
import { decodeSpans } from '../otlp/decode-spans.ts'
import type { Signal } from '../otlp/model.ts'
import { emptyTables, prepareSchema } from '../sql/schema.ts'
import type { Sql } from '../sql/sql.ts'
import { countPost, type Post } from './ingest-counts.ts'
import { Interned } from './interned.ts'
import { type Limits, Retention } from './retention.ts'
import type { TraceSummary } from './trace-summary.ts'
import { writeLogs } from './write-logs.ts'
import { writeMetrics } from './write-metrics.ts'
import { MAX_SPANS_PER_TRACE, writeSpans } from './write-spans.ts'

/** What became of a request's records. */
export interface Stored {
  items: number
  rejected: number
  shortened: number
  /** One sentence about what was refused or shortened; '' when all is as it was sent. */
  message: string
}

/** What is new, for those who watch. */
export interface News {
  traces: readonly TraceSummary[]
  /** Numbers of the first and the last new log record. */
  logs?: { firstId: number; lastId: number }
}

/** Everything that was received, in a database. */
export class Store {
  readonly sql: Sql
  readonly retention: Retention
  readonly #interned: Interned
  readonly #onNews: (news: News) => void

  constructor(sql: Sql, limits: Limits, onNews: (news: News) => void) {
    prepareSchema(sql)
    this.sql = sql
    this.#interned = new Interned(sql)
    this.retention = new Retention(sql, limits)
    this.#onNews = onNews
  }

  /**
   * Stores an OTLP request as `JSON.parse` or the protobuf reader gave it. All or nothing is
   * stored. Throws `MalformedRequest` when it is none.
   */
  write(signal: Signal, request: unknown, nowMs: number): Stored {
    try {
      const { stored, news } = this.sql.transaction(() => this.#write(signal, request, nowMs))
      if (news) this.#onNews(news)
      return stored
    } catch (error) {
      this.#interned.forget()
      throw error
    }
  }

  count(post: Post, nowMs: number): void {
    countPost(this.sql, post, nowMs)
  }

  /** Removes what is beyond the limits. */
  sweep(nowMs: number): void {
    if (this.retention.sweep(nowMs)) this.#interned.forget()
  }

  /** Removes everything. */
  clear(): void {
    emptyTables(this.sql)
    this.#interned.forget()
    this.retention.measure()
  }

  #write(signal: Signal, request: unknown, nowMs: number): { stored: Stored; news?: News } {
    if (signal === 'traces') {
      const decoded = decodeSpans(request)
      const { traces, bytes, added, rejected } = writeSpans(
        this.sql,
        this.#interned,
        decoded.groups,
        nowMs,
      )
      if (rejected) {
        decoded.rejected.set(`beyond ${MAX_SPANS_PER_TRACE} spans in a trace`, rejected)
      }
      this.retention.add('traces', bytes)
      return { stored: outcome(decoded, added, 'spans'), news: { traces } }
    }
    if (signal === 'logs') {
      const decoded = decodeLogs(request)
      const { added, bytes, firstId, lastId } = writeLogs(
        this.sql,
        this.#interned,
        decoded.groups,
        nowMs,
      )
      this.retention.add('logs', bytes)
      const news = { traces: [], logs: { firstId, lastId } }
      return { stored: outcome(decoded, added, 'log records'), news }
    }
    const decoded = decodeMetrics(request)
    const { added, bytes } = writeMetrics(this.sql, this.#interned, decoded.groups, nowMs)
    this.retention.add('points', bytes)
    return { stored: outcome(decoded, added, 'points') }
  }
}

function outcome(
  { rejected, shortened }: { rejected: ReadonlyMap<string, number>; shortened: number },
  items: number,
  noun: string,
): Stored {
  const sentences = [...rejected].map(([reason, count]) => `${count} ${noun} refused: ${reason}`)
  if (shortened) sentences.push(`${shortened} ${noun} shortened: larger than is kept`)
  const count = [...rejected.values()].reduce((sum, each) => sum + each, 0)
  return { items, rejected: count, shortened, message: sentences.join('; ') }
}
