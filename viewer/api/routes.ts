import { type Context, Hono } from 'hono'
import type { Backend } from '../backend.ts'
import { readHealth } from '../health.ts'
import { lint } from '../lint/lint.ts'
import { liveStream } from '../live/stream.ts'
import { answerMcp } from '../mcp/mcp.ts'
import { RefusedRequest, readBody } from '../otlp/read-body.ts'
import { MalformedRequest } from '../otlp/shape.ts'
import { compareTraces } from '../query/compare.ts'
import { listCosts } from '../query/costs.ts'
import { distinguish } from '../query/distinguish.ts'
import { listErrors } from '../query/errors.ts'
import { exportLogs, MAX_EXPORTED_LOGS } from '../query/export-logs.ts'
import { exportMetric } from '../query/export-metric.ts'
import { exportTrace, isTooLargeToExport } from '../query/export-trace.ts'
import { ingestView } from '../query/ingest.ts'
import { latencies } from '../query/latency.ts'
import { linksOfTrace } from '../query/links.ts'
import { listLogs } from '../query/logs.ts'
import { viewMetric } from '../query/metric-series.ts'
import { listMetrics } from '../query/metrics.ts'
import { newest } from '../query/newest.ts'
import { overview } from '../query/overview.ts'
import { viewProfile } from '../query/profile.ts'
import { viewRatio } from '../query/ratio.ts'
import { searchKeys } from '../query/search-keys.ts'
import { serviceMap } from '../query/service-map.ts'
import { listServices } from '../query/services.ts'
import { viewSpan, viewTrace } from '../query/trace.ts'
import { listTraces } from '../query/traces.ts'
import { LEVELS } from '../store/levels.ts'
import { listProfiles } from '../store/profiles.ts'
import { importOtlp } from './import.ts'
import { BadParameter, Params } from './params.ts'
import {
  choiceOf,
  divisorQuery,
  logFilter,
  metricFilter,
  metricQuery,
  requestFilter,
  traceFilter,
} from './queries.ts'
import { readStacks } from './read-stacks.ts'
import { receiveProfile } from './receive-profile.ts'

/** The JSON API, the live tail and the MCP endpoint. */
export function apiRoutes(backend: Backend): Hono {
  const { store, hub, options, now } = backend
  const { sql } = store
  const app = new Hono()
  const search = (c: Context): URLSearchParams => new URL(c.req.url).searchParams
  const params = (c: Context): Params => new Params(search(c))
  const found = (c: Context, what: string, value: unknown): Response =>
    value === undefined ? c.json(fault(`There is no such ${what}`), 404) : c.json(value as object)

  app.use('/api/*', async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
  })
  app.onError((error, c) => {
    if (error instanceof BadParameter || error instanceof MalformedRequest) {
      return c.json(fault(error.message), 400)
    }
    if (error instanceof RefusedRequest) return c.json(fault(error.message), error.status)
    return c.json(fault(error.message), 500)
  })

  app.get('/api/status', (c) => c.json(backend.status()))
  app.get('/api/services', (c) => c.json({ services: listServices(sql) }))
  app.get('/api/newest', (c) => c.json(newest(sql)))
  app.get('/api/keys', (c) => {
    const signal = params(c).oneOf('signal', ['traces', 'logs', 'metrics']) ?? 'traces'
    return c.json({ keys: searchKeys(sql, signal) })
  })
  app.get('/api/overview', (c) => {
    const { fromMs, toMs } = params(c).closedRange(now())
    return c.json(overview(sql, fromMs, toMs, params(c).text('service')))
  })
  app.get('/api/traces', (c) => c.json(listTraces(sql, traceFilter(search(c), now()))))
  app.get('/api/traces/:id', (c) => {
    const clock = params(c).oneOf('clock', ['right', 'sent'])
    const view = viewTrace(sql, idOf(c, 'id'), clock)
    readStacks(view?.spans.flatMap(({ events = [] }) => events) ?? [], options.readStack)
    readStacks(view?.logs ?? [], options.readStack)
    return found(c, 'trace', view)
  })
  app.get('/api/traces/:id/links', (c) => {
    const links = linksOfTrace(sql, idOf(c, 'id'))
    return found(c, 'trace', links && { links })
  })
  app.get('/api/traces/:id/spans/:span', (c) => {
    const span = viewSpan(sql, idOf(c, 'id'), idOf(c, 'span'))
    readStacks(span?.events ?? [], options.readStack)
    return found(c, 'span', span)
  })
  app.get('/api/traces/:id/otlp.json', (c) => {
    const id = idOf(c, 'id')
    if (isTooLargeToExport(sql, id)) return c.json(fault('The trace is too large for a file'), 413)
    const trace = exportTrace(sql, id)
    if (trace) c.header('content-disposition', `attachment; filename="trace-${id}.json"`)
    return found(c, 'trace', trace)
  })
  app.get('/api/compare', (c) => {
    const { a = '', b = '' } = c.req.query()
    return found(c, 'trace', compareTraces(sql, a.toLowerCase(), b.toLowerCase()))
  })
  app.get('/api/metrics', (c) => c.json({ metrics: listMetrics(sql, metricFilter(search(c))) }))
  app.get('/api/metrics/:id', (c) => {
    const query = metricQuery(search(c), now())
    return found(c, 'metric', viewMetric(sql, Number(c.req.param('id')), query))
  })
  app.get('/api/metrics/:id/ratio', (c) => {
    const query = metricQuery(search(c), now())
    const over = params(c).number('over') ?? Number(c.req.param('id'))
    const divided = { id: Number(c.req.param('id')), query }
    const by = { id: over, query: divisorQuery(search(c), query) }
    return found(c, 'metric', viewRatio(sql, divided, by))
  })
  app.get('/api/metrics/:id/otlp.json', (c) => {
    const id = Number(c.req.param('id'))
    const metric = exportMetric(sql, id, params(c).range(now()))
    if (metric) c.header('content-disposition', `attachment; filename="metric-${id}.json"`)
    return found(c, 'metric', metric)
  })
  app.get('/api/logs', (c) => {
    const page = listLogs(sql, logFilter(search(c), now()))
    readStacks(page.items, options.readStack)
    return c.json(page)
  })
  app.get('/api/logs/otlp.json', (c) => {
    const limit = [MAX_EXPORTED_LOGS, MAX_EXPORTED_LOGS] as const
    const { file, nextCursor } = exportLogs(sql, logFilter(search(c), now(), limit))
    c.header('content-disposition', 'attachment; filename="logs.json"')
    if (nextCursor) {
      const next = new URL(c.req.url)
      next.searchParams.set('cursor', nextCursor)
      c.header('link', `<${next.pathname}${next.search}>; rel="next"`)
    }
    return c.json(file)
  })
  app.get('/api/errors', (c) => {
    const service = params(c).text('service')
    return c.json(listErrors(sql, { ...params(c).range(now()), ...(service && { service }) }))
  })
  app.get('/api/latencies', (c) => c.json(latencies(sql, requestFilter(search(c), now()))))
  app.get('/api/distinguish', (c) =>
    c.json(distinguish(sql, requestFilter(search(c), now()), choiceOf(search(c)))),
  )
  app.get('/api/map', (c) => {
    const { fromMs, toMs } = params(c).closedRange(now())
    return c.json(serviceMap(sql, fromMs, toMs))
  })
  app.get('/api/costs', (c) => {
    const service = params(c).text('service')
    return c.json(listCosts(sql, { ...params(c).range(now()), ...(service && { service }) }))
  })
  app.get('/api/profiles', (c) => c.json({ profiles: listProfiles(sql) }))
  app.get('/api/profiles/:id', (c) =>
    found(c, 'profile', viewProfile(sql, Number(c.req.param('id')))),
  )
  app.post('/api/profiles', async (c) => {
    const { decoded } = await readBody(c.req.raw, options.maxBodyBytes)
    return c.json(receiveProfile(store, decoded, search(c), now()), 201)
  })
  app.get('/api/notes', (c) => c.json(lint(sql, now())))
  app.get('/api/ingest', (c) => {
    const { fromMs, toMs } = params(c).closedRange(now())
    const forward = backend.forwarder?.counts ?? null
    return c.json({ ...ingestView(sql, fromMs, toMs), forward })
  })
  app.get('/api/health', async (c) => {
    const { healthUrl } = options
    return healthUrl
      ? c.json(await readHealth(healthUrl, now))
      : c.json(fault('No health URL is set'), 404)
  })
  app.get('/api/live', (c) => {
    const signals = params(c).list('signals') ?? ['traces', 'logs']
    const level = params(c).oneOf(
      'level',
      LEVELS.map(([name]) => name),
    )
    const [service, traceId] = [params(c).text('service'), params(c).text('traceId')]
    const filter = {
      traces: signals.includes('traces'),
      logs: signals.includes('logs'),
      severity: LEVELS.find(([name]) => name === level)?.[1] ?? 0,
      ...(service && { service }),
      ...(traceId && { traceId: traceId.toLowerCase() }),
    }
    const lastId = c.req.header('last-event-id') ?? params(c).text('lastEventId')
    return c.body(liveStream(hub, filter, lastId), 200, {
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
    })
  })
  app.post('/api/import', async (c) => {
    const { decoded } = await readBody(c.req.raw, options.maxBodyBytes)
    return c.json(importOtlp(store, decoded, now()))
  })
  app.delete('/api/data', (c) => {
    store.clear()
    return c.body(null, 204)
  })
  app.post('/mcp', async (c) => {
    const { decoded } = await readBody(c.req.raw, 1_000_000)
    return answerMcp(sql, new TextDecoder().decode(decoded), now())
  })
  app.all('/mcp', (c) => c.json(fault('MCP is spoken by POST'), 405, { allow: 'POST' }))
  app.all('/api/*', (c) => c.json(fault('There is no such path in the API'), 404))
  return app
}

const idOf = (c: Context, name: string): string => (c.req.param(name) ?? '').toLowerCase()

const fault = (message: string): { error: { message: string } } => ({ error: { message } })
