import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ResourceMetrics } from '../../../src/export/aggregator/protocol.ts'
import { type PrometheusOptions, prometheusRoute } from '../../../src/prometheus/route.ts'
import { numberPoint, sum } from '../aggregator/metrics.ts'

const METRICS: ResourceMetrics[] = [
  {
    resource: { 'service.name': 'shop' },
    metrics: [sum([numberPoint(3, { 'http.route': '/a' })], { temporality: 'cumulative' })],
  },
]
const from = () => METRICS
const SAMPLE = 'requests_total{http_route="/a",otel_scope_name="test",otel_scope_version="1"} 3'

const app = (options: PrometheusOptions) => new Hono().route('/', prometheusRoute(options))
const get = (
  options: PrometheusOptions,
  init: RequestInit & { path?: string } = {},
  env: object = {},
) => app(options).request(init.path ?? '/metrics', init, env)
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

afterEach(() => vi.restoreAllMocks())

describe('prometheusRoute', () => {
  it('answers in the text format', async () => {
    const response = await get({ from, public: true })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding')
    expect(await response.text()).toContain(`\n${SAMPLE}\n`)
  })

  it('answers in OpenMetrics when asked', async () => {
    const response = await get(
      { from, public: true },
      { headers: { accept: 'application/openmetrics-text;version=1.0.0' } },
    )
    expect(response.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    )
    expect(await response.text()).toMatch(/\n# EOF\n$/)
  })

  it('answers in JSON when asked', async () => {
    const response = await get({ from, public: true }, { path: '/metrics?format=json' })
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({ resources: METRICS })
  })

  it('keeps UTF-8 names when both sides want it', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8'
    const wanted = await get({ from, public: true, names: 'utf-8' }, { headers: { accept } })
    expect(wanted.headers.get('content-type')).toContain('; escaping=allow-utf-8')
    expect(await wanted.text()).toContain('{"http.route"="/a"')
    const unasked = await get({ from, public: true }, { headers: { accept } })
    expect(unasked.headers.get('content-type')).not.toContain('escaping')
    expect(await unasked.text()).toContain('{http_route="/a"')
    const unable = await get({ from, public: true, names: 'utf-8' })
    expect(await unable.text()).toContain('{http_route="/a"')
  })

  it('leaves scopes out when told to', async () => {
    const response = await get({ from, public: true, scopeLabels: false })
    expect(await response.text()).toContain('requests_total{http_route="/a"} 3')
  })

  it('compresses what is worth it', async () => {
    const points = Array.from({ length: 100 }, (_, i) => numberPoint(1, { i }))
    const many = [{ resource: {}, metrics: [sum(points, { temporality: 'cumulative' })] }]
    const init = { headers: { 'accept-encoding': 'gzip' } }
    const response = await get({ from: () => many, public: true }, init)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const plain = await get({ from: () => many, public: true })
    expect(plain.headers.get('content-encoding')).toBe(null)
    expect(gunzipSync(new Uint8Array(await response.arrayBuffer())).toString()).toBe(
      await plain.text(),
    )
    const small = await get({ from, public: true }, init)
    expect(small.headers.get('content-encoding')).toBe(null)
  })

  it('answers HEAD without a body, and nothing else', async () => {
    const head = await get({ from, public: true }, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-type')).toContain('text/plain')
    expect(await head.text()).toBe('')
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await get({ from, public: true }, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('GET, HEAD')
    }
  })

  it('is where it is told to be', async () => {
    expect((await get({ from, public: true, path: '/stats' })).status).toBe(404)
    expect((await get({ from, public: true, path: '/stats' }, { path: '/stats' })).status).toBe(200)
  })

  it('marks scrapes, which are not requests to the app', async () => {
    let mark: unknown
    const outer = new Hono()
    outer.use(async (c, next) => {
      await next()
      mark = c.get('hono-observability.probe' as never)
    })
    outer.route('/', prometheusRoute({ from, public: true }))
    await outer.request('/metrics')
    expect(mark).toBe(true)
  })
})

describe('access', () => {
  const refused = async (options: PrometheusOptions, init?: RequestInit, env?: object) => {
    const response = await get(options, init, env)
    expect(response.status).toBe(403)
    return response.text()
  }

  it('is closed by default, and says how to open it', async () => {
    expect(await refused({ from })).toBe(
      'Metrics are closed. Set `token` or `authorize`, or `public: true`, in prometheusRoute().\n',
    )
    expect(await refused({ from, public: false })).toContain('closed')
  })

  it('needs the token', async () => {
    const options = { from, token: 's3cret' }
    expect((await get(options, bearer('s3cret'))).status).toBe(200)
    expect(await refused(options)).toBe('Metrics need `Authorization: Bearer <token>`.\n')
    expect(await refused(options, bearer('wrong'))).not.toContain('s3cret')
  })

  it('takes the token from the environment, and no empty one', async () => {
    const token = (env: { TOKEN?: string }) => env.TOKEN
    const options = { from, token } as PrometheusOptions
    expect((await get(options, bearer('s3cret'), { TOKEN: 's3cret' })).status).toBe(200)
    await refused(options, bearer('other'), { TOKEN: 's3cret' })
    expect(await refused(options, bearer(''), { TOKEN: '' })).toContain('closed')
    expect(await refused(options, bearer('undefined'))).toContain('closed')
  })

  it('asks `authorize`, which must say true', async () => {
    expect((await get({ from, authorize: async () => true })).status).toBe(200)
    expect(await refused({ from, authorize: () => false })).toBe(
      'Metrics need `authorize` of prometheusRoute() to return true.\n',
    )
    await refused({ from, authorize: (() => 'yes') as unknown as () => boolean })
    const either = { from, authorize: () => false, token: 's3cret' }
    expect((await get(either, bearer('s3cret'))).status).toBe(200)
  })
})

describe('the source', () => {
  it('must be given', () => {
    expect(() => prometheusRoute({ public: true })).toThrow(
      'Cannot create the Prometheus route: `aggregator` or `from` must be set, received neither',
    )
  })

  it('can be the aggregator', async () => {
    const METRICS_BINDING = {
      idFromName: (name: string) => name,
      get: (name: string) => ({
        shards: async () => (name === 'registry' ? ['AMS', 'LHR'] : []),
        snapshot: async () => ({
          maxIdleMs: Number.POSITIVE_INFINITY,
          resources: [{ ...METRICS[0], startMs: 1 }],
        }),
      }),
    }
    const options = { aggregator: 'METRICS', public: true }
    const response = await get(options, {}, { METRICS: METRICS_BINDING })
    const text = await response.text()
    // The aggregator knows no versions of scopes.
    expect(text).toContain('requests_total{http_route="/a",otel_scope_name="test"} 6\n')
    expect(text).toContain('target_info{service_instance_id="aggregator",service_name="shop"} 1\n')
  })

  it('is unavailable rather than incomplete', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const failing = () => Promise.reject(new Error('secret detail'))
    const response = await get({ from: failing, public: true })
    expect(response.status).toBe(503)
    expect(await response.text()).toBe('The metrics cannot be read.\n')
    expect(warn.mock.calls.flat().join()).toContain('secret detail')
    const unbound = await get({ aggregator: 'METRICS', public: true })
    expect(unbound.status).toBe(503)
    expect(warn.mock.calls.flat().join()).toContain('`env.METRICS` must be')
  })
})
