import { logFilter, metricQuery, traceFilter } from '../api/queries.ts'
import { listLogs } from '../query/logs.ts'
import { viewMetric } from '../query/metric-series.ts'
import { listMetrics } from '../query/metrics.ts'
import { listServices } from '../query/services.ts'
import { viewTrace } from '../query/trace.ts'
import { listTraces } from '../query/traces.ts'
import type { Sql } from '../sql/sql.ts'

interface Tool {
  name: string
  description: string
  inputSchema: { type: 'object'; properties: Record<string, object>; required?: string[] }
  annotations: { readOnlyHint: true }
  /** `search` has the arguments as the parameters of the API's query. */
  run(sql: Sql, search: URLSearchParams, nowMs: number): unknown
}

const text = (description: string): object => ({ type: 'string', description })
const number = (description: string): object => ({ type: 'number', description })

const SHARED = {
  service: text('only this service'),
  text: text('words that occur; a word with * at its end stands for all that begin so'),
  attribute: {
    type: 'array',
    items: { type: 'string' },
    description: 'attributes as key=value, all of which must be there',
  },
  last: text('how far back to look: 30s, 15m, 6h, 7d'),
  limit: number('how many to list'),
  cursor: text('nextCursor of the page before'),
}

const tool = (
  name: string,
  description: string,
  properties: Record<string, object>,
  run: Tool['run'],
  required: string[] = [],
): Tool => ({
  name,
  description,
  inputSchema: { type: 'object', properties, ...(required.length && { required }) },
  annotations: { readOnlyHint: true },
  run,
})

/** What an assistant may ask. All of it only reads. */
export const TOOLS: readonly Tool[] = /* @__PURE__ */ [
  tool('services', 'Lists the services that have sent telemetry.', {}, listServices),
  tool(
    'search_traces',
    'Finds traces, the newest first: their root, duration, spans and errors.',
    {
      ...SHARED,
      route: text('http.route of a span, such as /orders/:id'),
      name: text("a span's name"),
      status: {
        type: 'string',
        enum: ['error', 'ok'],
        description: 'with or without failed spans',
      },
      httpStatus: text('404, or 5xx'),
      minMs: number('shortest duration in milliseconds'),
      maxMs: number('longest duration in milliseconds'),
      sort: { type: 'string', enum: ['newest', 'slowest'] },
    },
    (sql, search, nowMs) => listTraces(sql, traceFilter(withLimit(search, 20), nowMs)),
  ),
  tool(
    'get_trace',
    'Reads one trace: its spans as a tree, its critical path, its logs and exemplars.',
    { traceId: text('32 hexadecimal digits') },
    (sql, search) => {
      const found = viewTrace(sql, (search.get('traceId') ?? '').toLowerCase())
      if (!found) throw new Error('No such trace')
      return found
    },
    ['traceId'],
  ),
  tool(
    'search_logs',
    'Finds log records, the newest first.',
    {
      ...SHARED,
      level: {
        type: 'string',
        enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
        description: 'this level and higher ones',
      },
      traceId: text('only records of this trace'),
    },
    (sql, search, nowMs) => listLogs(sql, logFilter(withLimit(search, 50), nowMs)),
  ),
  tool(
    'list_metrics',
    'Lists instruments with their units, types and attributes.',
    { text: text('a part of the name'), service: SHARED.service },
    (sql, search) => listMetrics(sql, search.get('text') ?? '', search.get('service') ?? ''),
  ),
  tool(
    'query_metric',
    'Reads one instrument over time: rates or values, and quantiles of histograms.',
    {
      id: number('id of list_metrics'),
      service: SHARED.service,
      attribute: SHARED.attribute,
      last: SHARED.last,
      stepS: number('seconds of one slot'),
      by: text('attributes to tell series apart by, with commas; empty for one in all'),
    },
    (sql, search, nowMs) => {
      const found = viewMetric(sql, Number(search.get('id')), metricQuery(search, nowMs))
      if (!found) throw new Error('No such metric')
      return found
    },
    ['id'],
  ),
]

function withLimit(search: URLSearchParams, limit: number): URLSearchParams {
  if (!search.has('limit')) search.set('limit', String(limit))
  return search
}
