import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunningWorker } from '../../support/worker.ts'
import { type Bank, startBank } from '../shop/bank.ts'
import { launchBrowser, openPage, runsBrowser, type WatchedPage } from './support/browser.ts'
import { call, mishaps, startSendingShop, visit } from './support/shop.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'

const soon = { timeout: 15_000, interval: 100 }

describe.runIf(runsBrowser)("the viewer's page, while the shop runs on workerd", () => {
  let bank: Bank
  let shop: RunningWorker
  let viewer: ViewerServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    bank = await startBank()
    viewer = await startViewer(async (url) => {
      shop = await startSendingShop(url, bank.url)
      return `${shop.url}/health`
    })
    browser = await launchBrowser()
    await visit(shop, 'ada')
    await mishaps(shop)
    const arrived = async (): Promise<number> => {
      const { items } = await viewer.get<{ items: unknown[] }>('/api/traces')
      const { items: logs } = await viewer.get<{ items: unknown[] }>('/api/logs')
      return Math.min(items.length, logs.length)
    }
    await vi.waitUntil(async () => (await arrived()) >= 8, soon)
  })
  afterAll(async () => {
    await browser?.close()
    await shop?.stop()
    await viewer?.stop()
    bank?.close()
  })
  beforeEach(async () => {
    watched = await openPage(browser, `${viewer.url}/`)
    page = watched.page
  })
  afterEach(async () => {
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  const open = (path: string) => page.goto(viewer.url + path)
  const path = (): string => new URL(page.url()).pathname + new URL(page.url()).search
  const rows = (name: string) => page.getByRole('list', { name }).locator('[data-item]')
  const heading = () => page.getByRole('heading', { level: 1 }).textContent()
  const section = (name: string) =>
    page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click()

  /** A part of the page, by its heading. */
  const part = (name: string) =>
    page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) })

  /** Opens the trace of the order. */
  const openOrder = async (): Promise<void> => {
    await open('/traces?httpStatus=201')
    await rows('Traces').first().click()
    await expect.poll(heading, soon).toContain('POST /orders')
  }

  it('shows services, rates, errors and quantiles by route, and follows new requests', async () => {
    const route = part('Routes').getByRole('row', { name: /^GET \/products shop/ })
    await route.waitFor()
    expect(await route.textContent()).toMatch(/\d ms/)
    expect(
      await part('Routes')
        .getByRole('row', { name: /^GET \/boom/ })
        .textContent(),
    ).toContain('100 %')
    const requests = () => route.getByRole('cell').nth(1).textContent()
    const before = Number(await requests())
    await call(shop, 'GET', '/products')
    await expect.poll(async () => Number(await requests()), soon).toBe(before + 1)
    await route.getByRole('link', { name: 'GET /products' }).click()
    expect(path()).toBe('/traces?service=shop&name=GET+%2Fproducts')
    await expect.poll(() => rows('Traces').count(), soon).toBe(before + 1)
  })

  it('shows what routes cost, the dearest first', async () => {
    const dearest = part('Costs').getByRole('row', { name: /^POST \/orders/ })
    await dearest.waitFor()
    expect(await dearest.textContent()).toMatch(/\$\d+\.\d\d/)
    expect(await dearest.getAttribute('title')).toContain('d1.rows_written')
    await dearest.getByRole('link').click()
    expect(path()).toBe('/traces?service=shop&name=POST+%2Forders')
  })

  it('filters traces by status, HTTP status, text, duration and attribute, one at a time or all', async () => {
    await section('Traces')
    await rows('Traces').nth(6).waitFor()
    await page.getByRole('combobox', { name: 'Status' }).selectOption('error')
    await expect.poll(() => rows('Traces').count(), soon).toBe(1)
    expect(await rows('Traces').textContent()).toContain('GET /boom')
    await page.getByRole('combobox', { name: 'Status' }).selectOption('')
    await page.getByText('More filters').click()
    await page.getByLabel('HTTP status').fill('4xx')
    await expect.poll(() => rows('Traces').count(), soon).toBe(3)
    await page.getByLabel('Search').fill('products')
    await expect.poll(() => rows('Traces').count(), soon).toBe(1)
    await page.getByLabel('HTTP status').fill('')
    await page.getByLabel('Search').fill('')
    await page.getByLabel('Attribute').fill('http.response.status_code=401')
    await page.getByLabel('Attribute').press('Enter')
    await expect.poll(path).toBe('/traces?attribute=http.response.status_code%3D401')
    await expect.poll(() => rows('Traces').count(), soon).toBe(1)
    await page.getByRole('button', { name: 'http.response.status_code=401' }).click()
    await page.getByLabel('At least, ms').fill('600000')
    await page.getByText('No trace is like that').waitFor()
    await page.getByRole('link', { name: 'show all traces' }).click()
    await rows('Traces').nth(6).waitFor()
  })

  it('puts a trace on top of the list when it arrives', async () => {
    await section('Traces')
    await page.getByText('live', { exact: true }).waitFor()
    const before = await rows('Traces').count()
    await call(shop, 'GET', '/')
    await expect.poll(() => rows('Traces').count(), soon).toBe(before + 1)
    expect(await rows('Traces').first().textContent()).toContain('GET /')
  })

  it('draws a trace as a waterfall with attributes, logs and the critical path', async () => {
    await openOrder()
    const tree = page.getByRole('tree', { name: 'Spans of the trace' })
    const line = tree.getByRole('treeitem', { name: /^SELECT products, .*, shop/ })
    expect(await line.getAttribute('aria-level')).toBe('3')
    expect(await tree.locator('.critical').count()).toBeGreaterThan(3)
    await tree.getByRole('treeitem', { name: 'log, info, POST /orders 201' }).waitFor()
    await line.click()
    const panel = page.getByRole('complementary', { name: 'Span SELECT products' })
    expect(await panel.textContent()).toMatch(/db\.system\.name\s*sqlite/)
    expect(path()).toContain('?span=')
    await page.reload()
    await panel.waitFor()
    await page.getByLabel('Logs').uncheck()
    await expect.poll(() => tree.getByRole('treeitem', { name: /^log,/ }).count()).toBe(0)
  })

  it('folds what is below a span', async () => {
    await openOrder()
    const price = page.getByRole('treeitem', { name: /^price,/ })
    await price.getByTitle('Fold').click()
    expect(await price.getAttribute('aria-expanded')).toBe('false')
    expect(await page.getByRole('treeitem', { name: /^SELECT products/ }).count()).toBe(0)
  })

  it('jumps to the error of a trace', async () => {
    await open('/traces?status=error')
    await rows('Traces').first().click()
    await page.getByRole('button', { name: 'Next error' }).click()
    const panel = page.getByRole('complementary')
    expect(await panel.textContent()).toContain('the coffee machine is on fire')
  })

  it('finds other traces with the same attribute', async () => {
    await openOrder()
    await page.getByRole('treeitem', { name: /^POST \/orders,/ }).click()
    await page.getByRole('link', { name: 'Find http.response.status_code with this value' }).click()
    expect(path()).toBe('/traces?attribute=http.response.status_code%3D201')
    await expect.poll(() => rows('Traces').count(), soon).toBe(1)
  })

  it('exports a trace as OTLP', async () => {
    await openOrder()
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Export' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toMatch(/^trace-[\da-f]{32}\.json$/)
  })

  it('compares two traces', async () => {
    await visit(shop, 'grace')
    await openOrder()
    await page.getByRole('button', { name: 'Compare' }).click()
    await expect.poll(() => rows('Traces').count(), soon).toBeGreaterThan(1)
    await rows('Traces').last().click()
    await page.getByRole('tree', { name: 'Spans of both traces' }).waitFor()
    const root = page.getByRole('treeitem', { name: /^POST \/orders/ })
    await root.click()
    await page.getByRole('link', { name: 'Open in B' }).waitFor()
    expect(path()).toMatch(/^\/compare\?a=[\da-f]{32}&b=[\da-f]{32}$/)
  })

  it('follows a log record to its trace, and back', async () => {
    await section('Logs')
    await page.getByLabel('Level').selectOption('error')
    const record = page.getByRole('listitem').filter({ hasText: 'GET /boom 500' })
    await record.getByRole('link', { name: 'Open the trace of this record' }).click()
    await expect.poll(heading, soon).toContain('GET /boom')
    await page.getByRole('complementary').getByRole('link', { name: 'Show in Logs' }).click()
    expect(path()).toMatch(/^\/logs\?traceId=[\da-f]{32}&spanId=[\da-f]{16}$/)
    await page.getByRole('listitem').filter({ hasText: 'GET /boom 500' }).waitFor()
  })

  it('shows log records as they are written, but not while it is paused', async () => {
    await section('Logs')
    await page.getByText('live', { exact: true }).waitFor()
    const first = () => rows('Log records').first().textContent()
    await call(shop, 'PUT', '/ping')
    await expect.poll(first, soon).toContain('PUT /ping 200')
    await page.getByRole('button', { name: 'Pause' }).click()
    await call(shop, 'DELETE', '/ping')
    const sent = () => viewer.get<{ items: unknown[] }>('/api/logs?text=DELETE')
    await expect.poll(async () => (await sent()).items.length, soon).toBe(1)
    expect(await first()).toContain('PUT /ping 200')
    await page.getByRole('button', { name: 'Follow' }).click()
    await page.getByLabel('Search').fill('DELETE')
    await expect.poll(first, soon).toContain('DELETE /ping 200')
  })

  it('shows an instrument with unit, temporality, splits and quantiles', async () => {
    await section('Metrics')
    await page.getByLabel('Search').fill('http.server')
    await expect.poll(() => rows('Instruments').count(), soon).toBe(1)
    await rows('Instruments').click()
    await expect.poll(heading, soon).toBe('http.server.request.duration')
    const main = page.getByRole('main')
    await main.getByText('delta', { exact: true }).waitFor()
    await page.getByRole('img', { name: /^Distribution of \d+ values, median .* m?s/ }).waitFor()
    for (const key of [
      'http.response.status_code',
      'url.scheme',
      'http.request.method',
      'error.type',
    ]) {
      await page.getByLabel(key, { exact: true }).uncheck()
    }
    expect(path()).toContain('by=http.route')
    await page.getByRole('rowheader', { name: 'http.route=/boom' }).waitFor()
    await page.getByRole('button', { name: 'Only http.route /boom' }).click()
    await expect.poll(() => main.getByRole('rowheader').count(), soon).toBe(1)
  })

  it('opens the trace of an exemplar', async () => {
    await section('Metrics')
    await page.getByRole('link', { name: /^http\.server\.request\.duration/ }).click()
    const dot = page.locator('.plot').getByRole('link', { name: /^Trace of .* m?s at/ })
    await dot.first().waitFor()
    await dot.last().click()
    await expect.poll(heading, soon).toMatch(/GET|POST|PUT|DELETE/)
    await page.getByText('Measured in this trace').waitFor()
  })

  it('zooms into the stretch of time that is marked in a chart', async () => {
    const chart = page.getByRole('figure').filter({ hasText: 'Requests per second' })
    const plot = await chart.locator('.u-over').boundingBox()
    if (!plot) throw new Error('the chart is not drawn')
    await page.mouse.move(plot.x + plot.width / 2, plot.y + 20)
    await page.mouse.down()
    await page.mouse.move(plot.x + plot.width - 2, plot.y + 40, { steps: 5 })
    await page.mouse.up()
    await expect.poll(path).toMatch(/^\/\?from=\d{13}&to=\d{13}$/)
    const { searchParams } = new URL(page.url())
    const lengthMs = Number(searchParams.get('to')) - Number(searchParams.get('from'))
    expect(lengthMs).toBeGreaterThan(300_000)
    expect(lengthMs).toBeLessThan(600_000)
    await page.getByTitle('Show the usual time again').click()
    expect(path()).toBe('/')
  })

  it('says what the backend will receive', async () => {
    await section('Ingest')
    for (const signal of ['traces', 'metrics', 'logs']) {
      await page.getByRole('row', { name: new RegExp(`^${signal} json \\d+`) }).waitFor()
    }
    expect(await page.getByRole('main').textContent()).toMatch(/kB per request/)
  })

  it('shows the checks of the health route', async () => {
    await section('Health')
    await page.getByRole('row', { name: /^db pass/ }).waitFor()
    await page.getByRole('row', { name: /^carts pass/ }).waitFor()
  })

  it('explains spans without length', async () => {
    await section('Notes')
    await page.getByText('the clock stands still').first().waitFor()
    await page
      .getByRole('link', { name: /^trace [\da-f]{8}$/ })
      .first()
      .click()
    await page.getByText('This span has no length.').waitFor()
  })

  it('keeps service and time from view to view', async () => {
    await page.getByRole('combobox', { name: 'Time' }).selectOption('1h')
    await page.getByRole('combobox', { name: 'Service' }).selectOption('shop')
    await section('Traces')
    expect(path()).toBe('/traces?last=1h&service=shop')
    expect(await page.getByRole('combobox', { name: 'Service' }).inputValue()).toBe('shop')
  })
})
