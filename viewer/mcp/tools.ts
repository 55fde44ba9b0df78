import { Params } from '../api/params.ts'
import {
  choiceOf,
  logFilter,
  metricFilter,
  metricQuery,
  requestFilter,
  traceFilter,
} from '../api/queries.ts'
import { lint } from '../lint/lint.ts'
import { changesSince } from '../query/changes.ts'
import { compareTraces } from '../query/compare.ts'
import { distinguish } from '../query/distinguish.ts'
import { listErrors } from '../query/errors.ts'
import { listLogs } from '../query/logs.ts'
import { viewMetric } from '../query/metric-series.ts'
import { listMetrics } from '../query/metrics.ts'
import { overview } from '../query/overview.ts'
import { serviceMap } from '../query/service-map.ts'
import { listServices } from '../query/services.ts'
import { viewSpan, viewTrace } from '../query/trace.ts'
import { listTraces } from '../query/traces.ts'
import type { Sql } from '../sql/sql.ts'
import type { InputSchema } from './arguments.ts'
import {
  type Compact,
  compact,
  compactComparison,
  compactFigures,
  compactLog,
  compactOverview,
  compactTrace,
  iso,
} from './compact.ts'
import { compactMetric } from './compact-metric.ts'
import { compactTraceView, compactWholeSpan } from './compact-trace.ts'
import { LEVEL, number, RANGE, SHARED, STATUS, text, WITH_SIZE } from './schema.ts'

/** One thing that can be asked. */
export interface Tool {
  name: string
  description: string
  inputSchema: InputSchema
  annotations: { readOnlyHint: true }
  /** Lists of the answer that may lose their ends, the most important first. */
  lists: readonly string[]
  /** `search` has the arguments as the parameters of the API's query. */
  run(sql: Sql, search: URLSearchParams, nowMs: number): Compact
}

type Properties = InputSchema['properties']

const tool = (
  name: string,
  description: string,
  properties: Properties,
  lists: readonly string[],
  run: Tool['run'],
  required: string[] = [],
): Tool => ({
  name,
  description,
  inputSchema: {
    type: 'object',
    properties: { ...properties, ...WITH_SIZE },
    ...(required.length && { required }),
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true },
  lists,
  run,
})

const found = <T>(what: string, value: T | undefined): T => {
  if (value === undefined) throw new Error(`There is no such ${what}`)
  return value
}
const idIn = (search: URLSearchParams, name: string): string =>
  (search.get(name) ?? '').toLowerCase()

/** What an assistant may ask. All of it only reads. */
export const TOOLS: readonly Tool[] = /* @__PURE__ */ [
  tool('services', 'Lists the services that have sent telemetry.', {}, ['services'], (sql) => ({
    services: listServices(sql).map(({ firstSeenMs, lastSeenMs, ...rest }) =>
      compact({ ...rest, firstSeen: iso(firstSeenMs), lastSeen: iso(lastSeenMs) }),
    ),
  })),
  tool(
    'overview',
    'Requests, errors and latencies by route, those with errors first. Begin here.',
    { service: SHARED.service, ...RANGE },
    ['routes'],
    (sql, search, nowMs) => {
      const { fromMs, toMs } = new Params(search).closedRange(nowMs)
      return compactOverview(overview(sql, fromMs, toMs, search.get('service') ?? undefined))
    },
  ),
  tool(
    'changes',
    'What is another since a moment: routes, new kinds of errors, new services, versions and metrics. Compares with as much time before.',
    {
      since: text('ISO time, milliseconds since 1970, or how long ago: 5m'),
      service: SHARED.service,
    },
    ['newErrors', 'routes', 'newServices', 'newMetrics'],
    (sql, search, nowMs) => {
      const service = search.get('service') ?? undefined
      const { routes, sinceMs, fromMs, toMs, total, newErrors, ...rest } = changesSince(
        sql,
        momentOf(search.get('since') ?? '', nowMs),
        nowMs,
        service,
      )
      return {
        before: { from: iso(fromMs), ...compactFigures(total.before) },
        since: { from: iso(sinceMs), to: iso(toMs), ...compactFigures(total.after) },
        newErrors,
        routes: routes.map(({ before, after, ...each }) => ({
          ...each,
          before: before && compactFigures(before),
          since: after && compactFigures(after),
        })),
        ...rest,
      }
    },
    ['since'],
  ),
  tool(
    'errors',
    'Failures grouped by service, type, message and place, with counts, routes and a sample trace.',
    { service: SHARED.service, ...RANGE },
    ['errors'],
    (sql, search, nowMs) => {
      const service = search.get('service')
      const query = { ...new Params(search).range(nowMs), ...(service && { service }) }
      const { errors, groups, lookedAt } = listErrors(sql, query)
      return {
        errors: errors.map(({ firstMs, lastMs, ...rest }) =>
          compact({ ...rest, first: iso(firstMs), last: iso(lastMs) }),
        ),
        ...(groups > errors.length && { groups }),
        lookedAt,
      }
    },
  ),
  tool(
    'distinguish',
    'What distinguishes chosen requests from all others of the time: attributes by how much more frequent their values are among the chosen ones. Choose by status, duration or time.',
    {
      service: SHARED.service,
      q: SHARED.q,
      ...RANGE,
      chosenStatus: STATUS,
      chosenMinMs: number('chosen take at least so many milliseconds'),
      chosenMaxMs: number('chosen take at most so many milliseconds'),
      chosenFrom: number('chosen began then or later, in milliseconds since 1970'),
      chosenTo: number('chosen began then or before'),
    },
    ['attributes'],
    (sql, search, nowMs) => {
      const { fromMs, toMs, ...rest } = distinguish(
        sql,
        requestFilter(search, nowMs),
        choiceOf(search),
      )
      return { from: iso(fromMs), to: iso(toMs), ...rest }
    },
  ),
  tool(
    'service_map',
    'Who calls whom: services, databases, queues and others, with rates, errors and latencies of each way.',
    { ...RANGE },
    ['edges', 'nodes'],
    (sql, search, nowMs) => {
      const { fromMs, toMs } = new Params(search).closedRange(nowMs)
      const { nodes, edges } = serviceMap(sql, fromMs, toMs)
      const nameOf = new Map(nodes.map(({ id, name }) => [id, name]))
      return {
        nodes: nodes.map(({ name, kind }) => ({ name, kind })),
        edges: edges.map(({ from, to, sample, ...figures }) => ({
          from: nameOf.get(from),
          to: nameOf.get(to),
          ...compactFigures(figures),
          sampleTraceId: sample.traceId,
        })),
      }
    },
  ),
  tool(
    'search_traces',
    'Finds traces, the newest first: their root, duration, spans and errors.',
    {
      ...SHARED,
      ...RANGE,
      route: text('http.route of a span, such as /orders/:id'),
      name: text("a span's name"),
      status: STATUS,
      httpStatus: text('404, or 5xx'),
      minMs: number('shortest duration in milliseconds'),
      maxMs: number('longest duration in milliseconds'),
      sort: { type: 'string', enum: ['newest', 'slowest'] } as Properties[string],
    },
    ['items'],
    (sql, search, nowMs) => {
      const { items, nextCursor, incomplete } = listTraces(
        sql,
        traceFilter(withLimit(search, 20), nowMs),
      )
      return { items: items.map(compactTrace), ...compact({ nextCursor, incomplete }) }
    },
  ),
  tool(
    'get_trace',
    'Reads one trace: failed spans and those on the critical path first, each resource once, its logs.',
    { traceId: text('32 hexadecimal digits') },
    ['spans', 'logs', 'criticalPath'],
    (sql, search) => compactTraceView(sql, found('trace', viewTrace(sql, idIn(search, 'traceId')))),
    ['traceId'],
  ),
  tool(
    'get_span',
    'Reads one span with all of its attributes, events and links.',
    { traceId: text('32 hexadecimal digits'), spanId: text('16 hexadecimal digits') },
    ['events', 'links'],
    (sql, search) =>
      compactWholeSpan(
        found('span', viewSpan(sql, idIn(search, 'traceId'), idIn(search, 'spanId'))),
      ),
    ['traceId', 'spanId'],
  ),
  tool(
    'compare_traces',
    'Lays two traces over each other: where they differ, the largest difference first.',
    { a: text('a trace id'), b: text('another one') },
    ['pairs'],
    (sql, search) =>
      compactComparison(found('trace', compareTraces(sql, idIn(search, 'a'), idIn(search, 'b')))),
    ['a', 'b'],
  ),
  tool(
    'search_logs',
    'Finds log records, the newest first.',
    { ...SHARED, ...RANGE, level: LEVEL, traceId: text('only records of this trace') },
    ['items'],
    (sql, search, nowMs) => {
      const { items, nextCursor, incomplete } = listLogs(
        sql,
        logFilter(withLimit(search, 50), nowMs),
      )
      return { items: items.map(compactLog), ...compact({ nextCursor, incomplete }) }
    },
  ),
  tool(
    'list_metrics',
    'Lists instruments with their units, types and attributes.',
    { text: text('a part of the name'), q: SHARED.q, service: SHARED.service },
    ['metrics'],
    (sql, search) => ({
      metrics: listMetrics(sql, metricFilter(search)).map(
        ({ firstSeenMs, lastSeenMs, attributes, ...rest }) =>
          compact({
            ...rest,
            lastSeen: iso(lastSeenMs),
            attributes: attributes.map(({ key, values }) => `${key} (${values})`),
          }),
      ),
    }),
  ),
  tool(
    'query_metric',
    'Reads one instrument over time: rates or values, and quantiles of histograms.',
    {
      id: number('id of list_metrics'),
      service: SHARED.service,
      q: SHARED.q,
      attribute: SHARED.attribute,
      ...RANGE,
      stepS: number('seconds of one slot'),
      by: text('attributes to tell series apart by, with commas; empty for one in all'),
    },
    ['quantiles', 'series', 'exemplars'],
    (sql, search, nowMs) =>
      compactMetric(
        found('metric', viewMetric(sql, Number(search.get('id')), metricQuery(search, nowMs))),
      ),
    ['id'],
  ),
  tool(
    'notes',
    'What could be better in what was received: problems first.',
    {},
    ['notes'],
    (sql, _, nowMs) => ({
      notes: lint(sql, nowMs).notes.map(({ examples, ...rest }) => ({
        ...rest,
        ...(examples[0] && { example: examples[0] }),
      })),
    }),
  ),
]

function withLimit(search: URLSearchParams, limit: number): URLSearchParams {
  if (!search.has('limit')) search.set('limit', String(limit))
  return search
}

/** A moment: `5m` ago, in milliseconds since 1970, or as ISO 8601 writes it. */
function momentOf(since: string, nowMs: number): number {
  if (/^\d{1,6}[smhd]$/.test(since)) {
    return new Params(new URLSearchParams({ last: since })).range(nowMs).fromMs ?? nowMs
  }
  const ms = /^\d{10,}$/.test(since) ? Number(since) : Date.parse(since)
  if (Number.isNaN(ms) || ms >= nowMs) {
    throw new Error(
      `\`since\` must be a time before now, such as 5m or 2026-11-21T10:00:00Z, received ${since}`,
    )
  }
  return ms
}
