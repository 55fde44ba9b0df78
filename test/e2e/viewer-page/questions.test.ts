import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  metrics,
  nano,
  point,
  request,
  span,
  spanId,
  spans,
  traceId,
} from '../../unit/viewer/suite/records.ts'
import { launchBrowser, openPage, runsBrowser, type WatchedPage } from './support/browser.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'

const soon = { timeout: 10_000, interval: 50 }

/** A minute ago, so that no slot is in progress. */
const AT = Date.now() - 60_000

const ago = <T extends Record<string, unknown>>(
  record: T,
  afterMs: number,
  lastsMs: number,
): T => ({
  ...record,
  startTimeUnixNano: nano(AT + afterMs),
  endTimeUnixNano: nano(AT + afterMs + lastsMs),
})

describe.runIf(runsBrowser)('questions to the page', () => {
  let viewer: ViewerServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    viewer = await startViewer()
    browser = await launchBrowser()
    const shop = Array.from({ length: 60 }, (_, at) => {
      const isSlow = at % 6 === 0
      const sketch = {
        trace: at + 1,
        span: 1,
        route: isSlow ? '/orders' : ['/products', '/carts/:id'][at % 2],
        status: at === 6 ? 500 : 200,
        attributes: { 'cloud.region': isSlow ? 'eu' : 'us', 'order.id': `o-${at}` },
      }
      const own = ago(request(sketch as never), at * 500, isSlow ? 800 + at : 5 + (at % 10))
      return at === 6 ? { ...own, ...exception('TypeError', 'no card of customer 17') } : own
    })
    const calls = [1, 2, 3].flatMap((trace) => [
      ago(
        span({ trace, span: 2, parent: 1, kind: 3, attributes: { 'server.address': 'bank' } }),
        1,
        50,
      ),
      ago(
        span({
          trace,
          span: 4,
          parent: 1,
          kind: 3,
          attributes: { 'db.system.name': 'sqlite', 'db.namespace': HOSTILE },
        }),
        1,
        2,
      ),
    ])
    await viewer.send('traces', spans([...shop, ...calls]))
    await viewer.send(
      'traces',
      spans(
        [1, 2, 3].map((trace) =>
          ago(
            {
              ...request({
                trace,
                span: 3,
                parent: 2,
                route: '/pay',
                method: 'POST',
                status: trace === 3 ? 503 : 201,
              }),
              ...(trace === 3 && exception('Declined', HOSTILE)),
            },
            2,
            40,
          ),
        ),
        'bank',
      ),
    )
    await viewer.send('metrics', metrics(measurements()))
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, `${viewer.url}/notes`)
    page = watched.page
  })
  afterEach(async () => {
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  const open = (path: string) => page.goto(viewer.url + path)
  const table = (name: string) => page.getByRole('table', { name, exact: true })
  const heads = (name: string) => table(name).locator('tbody th').allTextContents()
  const metricId = async (name: string): Promise<number> => {
    const { metrics: all } = await viewer.get<{ metrics: { id: number; name: string }[] }>(
      '/api/metrics',
    )
    return all.find((each) => each.name === name)?.id ?? 0
  }

  it('orders a table by any column, by the address, and says so', async () => {
    await open('/')
    const sort = (name: string) => table('Routes').getByRole('button', { name })
    const order = (name: string) =>
      table('Routes').getByRole('columnheader', { name }).getAttribute('aria-sort')
    await sort('p95').click()
    await expect
      .poll(async () => (await heads('Routes')).slice(0, 2), soon)
      .toEqual(['GET /orders', 'POST /pay'])
    expect(await order('p95')).toBe('descending')
    expect(new URL(page.url()).searchParams.get('order-routes')).toBe('-p95')
    await sort('Route').focus()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => heads('Routes'), soon)
      .toEqual(['GET /carts/:id', 'GET /orders', 'GET /products', 'POST /pay'])
    expect(await order('Route')).toBe('ascending')
    await page.reload()
    await expect
      .poll(() => heads('Routes'), soon)
      .toEqual(['GET /carts/:id', 'GET /orders', 'GET /products', 'POST /pay'])
    await sort('Route').click()
    await expect.poll(async () => (await heads('Routes'))[0], soon).toBe('POST /pay')
    await sort('Route').click()
    await expect.poll(() => new URL(page.url()).search, soon).toBe('')
    expect(await order('Route')).toBeNull()
  })

  it('draws the requests of each route as a line', async () => {
    await open('/')
    const lines = table('Routes').getByRole('img', { name: /^Requests of .* by slot$/ })
    await expect.poll(() => lines.count(), soon).toBe(4)
    const points = (await lines.first().locator('polyline').getAttribute('points')) ?? ''
    expect(points.split(' ').length).toBeGreaterThan(50)
    expect(points).toMatch(/,1\.0( |$)/)
  })

  it('groups errors by type, message and place, with their first, last, routes and a sample', async () => {
    await open('/errors')
    await expect.poll(() => heads('Errors'), soon).toHaveLength(2)
    const row = table('Errors').getByRole('row').filter({ hasText: 'TypeError' })
    await row.getByText('no card of customer …').waitFor()
    await row.getByText('charge (/app/src/charge.ts:4:2)').waitFor()
    await row.getByRole('cell', { name: 'GET /orders' }).waitFor()
    // What others call themselves is text.
    await table('Errors').getByText('<img src=x onerror=alert(…)>').waitFor()
    await table('Errors').getByRole('button', { name: 'Service' }).click()
    await expect.poll(async () => (await heads('Errors'))[0], soon).toContain('Declined')
    await row.getByRole('link', { name: 'Newest trace of TypeError' }).click()
    await page.waitForURL(`**/traces/${traceId(7)}?span=${spanId(1)}`)
  })

  it('says what distinguishes the requests in a marked area, and errors', async () => {
    await open('/latency?last=5m')
    const plot = page.getByRole('img', { name: /^63 requests, 2 failed/ })
    await plot.waitFor()
    // Again where the page was still moving: what is above may come after the plot.
    const mark = async (): Promise<boolean> => {
      const box = await plot.boundingBox()
      if (!box) throw new Error('nothing is drawn')
      await page.mouse.move(box.x + 70, box.y + 10)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width - 15, box.y + 80, { steps: 4 })
      await page.mouse.up()
      const chosen = page.getByText('10 chosen, compared with 53 others')
      return chosen.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      )
    }
    await expect.poll(mark, { timeout: 12_000, interval: 50 }).toBe(true)
    const first = () => table('What distinguishes these').locator('tbody tr').first().textContent()
    await expect.poll(first, soon).toMatch(/^(cloud\.region(eu|us)|routeGET \/orders)/)
    expect(await heads('What distinguishes these')).toContain('cloud.region')
    const marked = new URL(page.url()).searchParams
    expect(Number(marked.get('chosenMinMs'))).toBeGreaterThan(15)
    // The same without a pointer.
    await page.getByRole('button', { name: 'Choose errors' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('2 chosen, compared with 61 others').waitFor()
    await page.goBack()
    await page.getByText('10 chosen').waitFor()
    const eu = table('What distinguishes these').getByRole('link', { name: 'eu', exact: true })
    await eu.click()
    await expect.poll(() => new URL(page.url()).searchParams.get('q'), soon).toBe('cloud.region=eu')
    await expect
      .poll(() => page.getByRole('list', { name: 'Traces' }).locator('.name').count(), soon)
      .toBe(10)
  })

  it('opens the trace of a point that is clicked', async () => {
    await open('/latency?last=5m&q=duration%3E850ms')
    await page.getByRole('img', { name: /^1 requests/ }).waitFor()
    const { points, fromMs, toMs } = await viewer.get<{
      points: { timeMs: number; traceId: string }[]
      fromMs: number
      toMs: number
    }>('/api/latencies?last=5m&q=duration%3E850ms')
    const box = await page.getByRole('img', { name: /^1 requests/ }).boundingBox()
    const share = ((points[0]?.timeMs ?? 0) - fromMs) / (toMs - fromMs)
    const x = (box?.x ?? 0) + 64 + share * ((box?.width ?? 0) - 74)
    for (let y = 10; y < 230 && page.url().includes('/latency'); y += 12) {
      await page.mouse.click(x, (box?.y ?? 0) + y)
    }
    await page.waitForURL(`**/traces/${points[0]?.traceId}**`)
  })

  it('draws who calls whom, by keys as well, and as a table', async () => {
    await open('/map?last=5m')
    const map = page.getByLabel('Map of services')
    const arrow = map.getByRole('link', {
      name: /^shop calls bank: .*p95 39\.9 ms, 33.3 % errors$/,
    })
    await arrow.waitFor()
    expect(await map.getByRole('link').count()).toBe(7)
    await map.getByRole('link', { name: `sqlite ${HOSTILE} database` }).waitFor()
    await expect.poll(() => heads('Calls'), soon).toEqual(['outside', 'shop', 'shop'])
    await table('Calls').getByRole('button', { name: 'p95' }).click()
    await arrow.focus()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('class'))).toContain(
      'edge',
    )
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/traces/${traceId(3)}?span=${spanId(3)}`)
  })

  it('asks for instruments and series in one box, with keys and values to choose from', async () => {
    await open('/metrics')
    const names = () =>
      page.getByRole('list', { name: 'Instruments' }).locator('.name').allTextContents()
    await expect.poll(names, soon).toHaveLength(3)
    const length = await page.evaluate(() => history.length)
    const box = page.getByRole('combobox', { name: 'Search' })
    await box.pressSequentially('http.route=/slow and type=sum', { delay: 10 })
    await expect.poll(names, soon).toEqual(['failures', 'requests'])
    expect(await page.evaluate(() => history.length)).toBe(length)
    await box.fill('http.route=')
    const options = () =>
      page
        .locator('datalist option')
        .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value))
    await expect.poll(options, soon).toContain('http.route=/slow')
    await page.waitForTimeout(500)
    expect(watched.faults.splice(0).join()).toContain('400')
  })

  it('shows quantiles by an attribute side by side, and what they are in PromQL', async () => {
    await open(`/metrics/${await metricId('latency')}?last=5m&by=http.route`)
    for (const quantile of ['p50', 'p90', 'p95', 'p99']) {
      await page.getByRole('img', { name: new RegExp(`^${quantile}: /slow .*, /fast `) }).waitFor()
    }
    const series = table('Series').getByRole('row').filter({ hasText: '/slow' })
    expect(await series.getByRole('cell').allTextContents()).toEqual([
      '100',
      '550 ms',
      '910 ms',
      '955 ms',
      '991 ms',
    ])
    await table('Series').getByRole('button', { name: 'p99' }).click()
    await expect.poll(async () => (await heads('Series'))[0], soon).toContain('/slow')
    await page.getByText('In PromQL').click()
    await page
      .getByText(
        'histogram_quantile(0.95, sum by (le, http_route) (rate(latency_seconds_bucket[60s])))',
        { exact: true },
      )
      .waitFor()
    await page.getByRole('combobox', { name: 'Series with' }).fill('http.route!=/fast')
    await page.getByText('{http_route!="/fast",http_route!=""}').first().waitFor()
    await expect.poll(() => heads('Series'), soon).toHaveLength(1)
  })

  it('divides one instrument by another', async () => {
    await open(`/metrics/${await metricId('failures')}?last=5m`)
    await page.getByLabel('Divided by').selectOption({ label: 'requests' })
    await page.getByRole('img', { name: 'failures / requests: all 0.25' }).waitFor()
    await page
      .getByText('sum(rate(failures_total[60s])) / sum(rate(requests_total[60s]))')
      .waitFor()
    await page.getByRole('combobox', { name: 'of it, series with' }).fill('http.route=/slow')
    await page.getByRole('img', { name: 'failures / requests: all 0.5' }).waitFor()
    await page.goBack()
    await expect.poll(() => page.getByLabel('Divided by').inputValue(), soon).toBe('')
  })
})

const HOSTILE = '<img src=x onerror=alert(1)>'

function exception(type: string, message: string): Record<string, unknown> {
  const attributes = Object.entries({
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': `${type}: ${message}\n    at charge (/app/src/charge.ts:4:2)`,
  }).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  return {
    status: { code: 2, message },
    events: [{ name: 'exception', timeUnixNano: nano(AT), attributes }],
  }
}

function measurements(): Record<string, unknown>[] {
  const at = (data: Record<string, unknown>, route: string) => ({
    ...point(0, 0, data, { 'http.route': route }),
    startTimeUnixNano: nano(AT - 5000),
    timeUnixNano: nano(AT),
  })
  const sum = (name: string, values: [route: string, value: number][]) => ({
    name,
    sum: {
      isMonotonic: true,
      aggregationTemporality: 1,
      dataPoints: values.map(([route, value]) => at({ asInt: String(value) }, route)),
    },
  })
  const counts = (bucketCounts: string[], count: string) => ({
    explicitBounds: [0.1, 1],
    bucketCounts,
    count,
    sum: 1,
  })
  return [
    sum('requests', [
      ['/fast', 100],
      ['/slow', 100],
    ]),
    sum('failures', [['/slow', 50]]),
    {
      name: 'latency',
      unit: 's',
      histogram: {
        aggregationTemporality: 1,
        dataPoints: [
          at(counts(['90', '0', '0'], '90'), '/fast'),
          at(counts(['0', '100', '0'], '100'), '/slow'),
        ],
      },
    },
  ]
}
