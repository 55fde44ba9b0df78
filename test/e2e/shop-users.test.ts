import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boards } from '../../monitoring/grafana/source/boards.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import type { RunningWorker } from '../support/worker.ts'
import { isInstalled, type Prometheus, startPrometheus } from './prometheus/server.ts'
import { Caller } from './shop/caller.ts'
import { startShop } from './shop/start-shop.ts'

const METRICS_TOKEN = 'let-me-scrape'
const PASSWORD = 'correct horse battery staple'
const USERS = 40
const soon = { timeout: 30_000, interval: 250 }

const hasPrometheus = isInstalled('prometheus')
if (!hasPrometheus) {
  console.warn('The board *Users* is NOT TESTED: `prometheus` is not installed.')
}

let sink: Sink
let worker: RunningWorker
let shop: Caller
const secrets: string[] = [PASSWORD]

const scrape = async (): Promise<string> => {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  return (await fetch(`${worker.url}/metrics`, { headers })).text()
}

const series = (text: string, name: string): [labels: string, value: number][] =>
  [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))].map(
    ([, labels = '', value]) => [labels, Number(value)],
  )

/** Attempts by scheme, outcome and reason. */
const attempts = (text: string): Record<string, number> =>
  Object.fromEntries(
    series(text, 'hono_auth_requests_total').map(([labels, value]) => {
      const label = (name: string) => new RegExp(`hono_auth_${name}="(\\w+)"`).exec(labels)?.[1]
      return [['scheme', 'outcome', 'reason'].map(label).join(' '), value]
    }),
  )

const logIn = (name: string, password = PASSWORD) =>
  shop.peek('POST', '/account/login', undefined, `Basic ${btoa(`${name}:${password}`)}`)

beforeAll(async () => {
  sink = await startSink()
  worker = await startShop({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, METRICS_TOKEN })
  shop = new Caller(worker.url)
  for (let i = 0; i < USERS; i++) {
    const name = `customer-${i}`
    const { status, body } = await shop.peek('POST', '/account/sign-up', {
      name,
      password: PASSWORD,
    })
    expect(status).toBe(201)
    secrets.push(name, body.token, JSON.parse(atob(body.token.split('.')[1])).sub)
  }
  // The same user twice, in one more session.
  const { token } = (await logIn('customer-0')).body
  secrets.push(token, JSON.parse(atob(token.split('.')[1])).jti)
  expect((await shop.peek('GET', '/account', undefined, token)).status).toBe(200)
  for (let i = 0; i < 7; i++) await logIn('customer-1', 'wrong')
  await shop.peek('POST', '/account/login')
  await shop.peek('GET', '/account', undefined, 'no.token.here')
  const { body } = await shop.peek('POST', '/receipts/none/link', undefined, token)
  expect((await shop.peek('GET', body.url)).status).toBe(404)
  expect((await shop.peek('GET', '/receipts/none')).status).toBe(403)
}, 120_000)

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

describe('the users of the shop', () => {
  it('are let in and turned away, by reason, exactly', async () => {
    await expect
      .poll(async () => attempts(await scrape()), soon)
      .toEqual({
        'basic success none': 1,
        'basic failure invalid': 5,
        'basic failure limited': 2,
        'basic failure missing': 1,
        'jwt success none': 2,
        'jwt failure invalid': 1,
        'link success none': 1,
        'link failure forbidden': 1,
      })
  })

  it('leave slots, and links a count', async () => {
    const text = await scrape()
    const slots = series(text, 'hono_users_seen_total')
    expect(slots.length).toBeGreaterThan(USERS / 2)
    expect(slots.length).toBeLessThanOrEqual(USERS)
    for (const [labels] of slots) expect(labels).toMatch(/hono_slot="\d{1,3}"/)
    expect(series(text, 'shop_presigned_urls_total')).toEqual([
      [expect.stringContaining('operation="get"'), 1],
    ])
  })

  it('are named neither in metrics, nor in spans, nor in lines', async () => {
    await sink.waitFor(() => sink.spans().length > 0)
    const said = [
      await scrape(),
      JSON.stringify(sink.spans().map((span) => span.attributes)),
      JSON.stringify(worker.logLines()),
    ].join('\n')
    expect(said).toContain('hono.auth.reason')
    for (const secret of secrets) expect(said).not.toContain(secret)
  })

  describe.runIf(hasPrometheus)('on their board', () => {
    let prometheus: Prometheus

    beforeAll(async () => {
      prometheus = await startPrometheus(worker.url, METRICS_TOKEN)
    })
    afterAll(() => prometheus?.stop())

    const board = boards.find(({ uid }) => uid === 'users')
    const ask = async (title: string, query = 0): Promise<number> => {
      const panel = board?.rows.flatMap(({ panels }) => panels).find((each) => each.title === title)
      const expr = panel?.queries[query]?.expr.replaceAll('$service', 'shop') ?? ''
      const { result } = await prometheus.api<{ result: { value: [number, string] }[] }>('query', {
        query: expr,
      })
      return Number(result[0]?.value[1])
    }

    it.each(['Active users', 'Active sessions'])('%s are about as many', async (title) => {
      // Five standard errors.
      const between = async () => Math.abs((await ask(title, 1)) / USERS - 1) < 0.25
      await expect.poll(between, soon).toBe(true)
    })
  })
})
