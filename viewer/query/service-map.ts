import type { SpanDetail } from '../otlp/model.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { bucketOf, NO_DURATION } from '../store/request-buckets.ts'
import { WORKFLOW_KEY } from '../store/request-counts.ts'
import { Figures, type RequestFigures } from './figures.ts'
import { MapCalls } from './map-calls.ts'
import { type MapNode, peerOf } from './peer.ts'

export type { MapNode } from './peer.ts'

/** Calls from one to another: how often, how many failed, how long they took. */
export interface MapEdge extends RequestFigures {
  from: string
  to: string
  /** The newest call. */
  sample: { traceId: string; spanId: string }
}

/** Who calls whom. */
export interface ServiceMap {
  fromMs: number
  toMs: number
  nodes: MapNode[]
  /** The busiest 200. */
  edges: MapEdge[]
  edgesTotal: number
  /** Spans in the time, of the newest 20,000 that arrived. */
  lookedAt: number
  /** Spans that arrived before were not looked at. */
  truncated: boolean
}

const MAX_SPANS = 20_000
const MAX_EDGES = 200
/** Messages of one queue that are followed to their senders. */
const MAX_TRIES = 20
const CLIENT = 3
const PRODUCER = 4
const CONSUMER = 5

/** The outside: whoever calls without sending spans. */
const OUTSIDE: MapNode = { id: 'outside', name: 'outside', kind: 'outside' }

/** Draws the map of some time from the spans that cross from one service to another. */
export function serviceMap(sql: Sql, fromMs: number, toMs: number): ServiceMap {
  const newest = sql.all('SELECT id FROM spans ORDER BY id DESC LIMIT 1 OFFSET ?', MAX_SPANS)
  const rows = sql.all(
    `SELECT s.id, s.trace, s.span_id, s.parent_id, s.kind, s.status, s.duration_ns, s.start_us, r.service,
        s.kind IN (2, 5) AND instr(s.detail, ?) > 0 AS is_run,
        (SELECT pr.service FROM spans p JOIN resources pr ON pr.id = p.resource
          WHERE p.trace = s.trace AND p.span_id = s.parent_id) AS caller
      FROM spans s JOIN resources r ON r.id = s.resource
      WHERE s.id > ? AND s.start_us >= ? AND s.start_us <= ? AND s.kind > 1 ORDER BY s.id DESC LIMIT ?`,
    JSON.stringify(WORKFLOW_KEY),
    Number(newest[0]?.id ?? -1),
    fromMs * 1000,
    toMs * 1000,
    MAX_SPANS,
  )
  const calls = new MapCalls(rows, (row) => detailOf(sql, row).attributes)
  const drawn = new Drawing(sql)
  const queues = sameQueues(sql, rows)
  for (const row of rows) {
    const kind = Number(row.kind)
    const own = service(String(row.service))
    if (kind === CLIENT || kind === PRODUCER) {
      const peer = kind === CLIENT ? calls.peerOf(row) : peerOf(detailOf(sql, row).attributes, true)
      if (peer) drawn.add(own, queues.get(peer.id) ?? peer, row)
    } else if (kind === CONSUMER) {
      const queue = peerOf(detailOf(sql, row).attributes, true)
      if (queue) drawn.add(queue, own, row)
      else drawn.call(own, row, calls.isAnswer(row))
    } else {
      drawn.call(own, row, calls.isAnswer(row))
    }
  }
  const ms = Math.max(1000, toMs - fromMs)
  const { nodes, edges, total } = drawn.finish(ms)
  const truncated = newest.length > 0
  return { fromMs, toMs, nodes, edges, edgesTotal: total, lookedAt: rows.length, truncated }
}

const service = (name: string): MapNode => ({ id: `service ${name}`, name, kind: 'service' })

const detailOf = (sql: Sql, { id }: Row): SpanDetail => {
  const row = sql.all('SELECT detail FROM spans WHERE id = ?', Number(id))[0]
  return JSON.parse(String(row?.detail)) as SpanDetail
}

/**
 * A producer may know a queue by another name than its consumers do, as bindings of Workers: which
 * producer's queue is which consumer's, by the messages that consumers link to or continue.
 */
function sameQueues(sql: Sql, rows: readonly Row[]): Map<string, MapNode> {
  const same = new Map<string, MapNode>()
  const tries = new Map<string, number>()
  for (const row of rows) {
    if (Number(row.kind) !== CONSUMER) continue
    const detail = detailOf(sql, row)
    const queue = peerOf(detail.attributes, true)
    const tried = tries.get(queue?.id ?? '') ?? 0
    if (!queue || tried >= MAX_TRIES || tries.size > MAX_EDGES) continue
    tries.set(queue.id, tried + 1)
    const [link] = detail.links ?? []
    const [sent] = link
      ? sql.all(
          'SELECT s.id, s.kind FROM traces t JOIN spans s ON s.trace = t.id AND s.span_id = ? WHERE t.trace_id = ?',
          link.spanId,
          link.traceId,
        )
      : sql.all(
          'SELECT id, kind FROM spans WHERE trace = ? AND span_id = ?',
          Number(row.trace),
          String(row.parent_id),
        )
    if (Number(sent?.kind) !== PRODUCER || !sent) continue
    const known = peerOf(detailOf(sql, sent).attributes, true)
    if (known && known.id !== queue.id) same.set(known.id, queue)
  }
  return same
}

interface Drawn {
  from: MapNode
  to: MapNode
  figures: Figures
  newest: Row
}

class Drawing {
  readonly #sql: Sql
  readonly #edges = new Map<string, Drawn>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** A span that answers somebody, or that nobody known has called. */
  call(own: MapNode, row: Row, isAnswer: boolean): void {
    if (row.caller === null) this.add(OUTSIDE, own, row)
    else if (isAnswer) this.add(service(String(row.caller)), own, row)
  }

  add(from: MapNode, to: MapNode, row: Row): void {
    const key = `${from.id}\0${to.id}`
    const edge = this.#edges.get(key) ?? { from, to, figures: new Figures(), newest: row }
    this.#edges.set(key, edge)
    const bucket = row.is_run ? NO_DURATION : bucketOf(Number(row.duration_ns))
    edge.figures.add(bucket, 1, Number(Number(row.status) === 2))
    if (Number(row.start_us) > Number(edge.newest.start_us)) edge.newest = row
  }

  finish(ms: number): { nodes: MapNode[]; edges: MapEdge[]; total: number } {
    const all = [...this.#edges.values()]
    const busiest = all.sort((a, b) => b.figures.requests - a.figures.requests).slice(0, MAX_EDGES)
    const nodes = new Map<string, MapNode>()
    const edges = busiest.map(({ from, to, figures, newest }) => {
      nodes.set(from.id, from).set(to.id, to)
      const trace = this.#sql.all('SELECT trace_id FROM traces WHERE id = ?', Number(newest.trace))
      const sample = { traceId: String(trace[0]?.trace_id), spanId: String(newest.span_id) }
      return { from: from.id, to: to.id, ...figures.over(ms), sample }
    })
    return { nodes: [...nodes.values()], edges, total: all.length }
  }
}
