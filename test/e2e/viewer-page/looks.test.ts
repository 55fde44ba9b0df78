import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  log,
  logs,
  metrics,
  point,
  request,
  span,
  spanId,
  spans,
  traceId,
} from '../../unit/viewer/suite/records.ts'
import { launchBrowser, openPage, runsBrowser } from './support/browser.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'
import { everyView } from './support/views.ts'

const LONG = 'a-very-long-name-without-any-space-'.repeat(6)

describe.runIf(runsBrowser)("the viewer's page", () => {
  let viewer: ViewerServer
  let browser: Browser

  beforeAll(async () => {
    viewer = await startViewer()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })

  const background = (page: Page) =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)

  it('says what to do when nothing has arrived, and shows what arrives then', async () => {
    const { page, context, faults } = await openPage(browser, viewer.url)
    await page.getByText(`OTEL_EXPORTER_OTLP_ENDPOINT=${viewer.url}`).waitFor()
    await page.getByText("app.use(observability({ service: { name: 'my-app' } }))").waitFor()
    for (const path of ['/traces', '/metrics', '/logs', '/notes', '/ingest']) {
      await page.goto(viewer.url + path)
      await page.getByText(`OTEL_EXPORTER_OTLP_ENDPOINT=${viewer.url}`).waitFor()
    }
    await page.goto(`${viewer.url}/health`)
    await page.getByText('npx hono-observability --health').waitFor()
    await page.goto(`${viewer.url}/traces`)
    await page.getByText('live', { exact: true }).waitFor()
    await viewer.send('traces', spans([request({ trace: 1, span: 1, route: `/${LONG}` })], LONG))
    await page.getByRole('list', { name: 'Traces' }).waitFor()
    expect(faults).toEqual([])
    await context.close()
  })

  it('is dark where the system is, and remembers another choice', async () => {
    const { page, context } = await openPage(browser, viewer.url, { colorScheme: 'dark' })
    expect(await background(page)).toBe('rgb(20, 22, 26)')
    await page.getByRole('button', { name: 'Colours: system' }).click()
    expect(await background(page)).toBe('rgb(251, 251, 250)')
    await page.reload()
    await page.getByRole('button', { name: 'Colours: light' }).click()
    expect(await background(page)).toBe('rgb(20, 22, 26)')
    await context.close()
  })

  it('needs no sideways scrolling at 360 px, whatever the names are', async () => {
    const bounds = { explicitBounds: [0.1, 1], bucketCounts: ['3', '2', '1'], count: '6', sum: 3 }
    const exemplars = [
      {
        timeUnixNano: `${Date.now()}000000`,
        asDouble: 0.3,
        traceId: traceId(2),
        spanId: spanId(1),
      },
    ]
    await viewer.send(
      'traces',
      spans(
        [
          request({
            trace: 2,
            span: 1,
            route: `/${LONG}`,
            status: 500,
            attributes: { [LONG]: LONG },
          }),
          ...Array.from({ length: 30 }, (_, at) =>
            span({ trace: 2, span: at + 2, parent: at + 1, name: LONG }),
          ),
        ],
        LONG,
      ),
    )
    await viewer.send(
      'logs',
      logs([log({ body: LONG, severity: 17, trace: 2, attributes: { [LONG]: LONG } })], LONG),
    )
    await viewer.send(
      'metrics',
      metrics(
        [
          {
            name: LONG,
            unit: 's',
            histogram: {
              aggregationTemporality: 1,
              dataPoints: [point(0, 50_000, { ...bounds, exemplars }, { [LONG]: LONG })],
            },
          },
        ],
        LONG,
      ),
    )
    const { page, context, faults } = await openPage(browser, viewer.url, {
      viewport: { width: 360, height: 720 },
      hasTouch: true,
    })
    const shown = { trace: 2, other: 1, filter: 'attribute=a%3Db' }
    for await (const path of everyView(viewer, page, shown)) {
      await page.waitForLoadState('load')
      const width = await page.evaluate(() => {
        // `overflow: clip` on the body would hide what is too wide.
        document.body.style.overflowX = 'visible'
        return document.documentElement.scrollWidth
      })
      expect(`${path} ${width}`).toBe(`${path} 360`)
    }
    expect(faults).toEqual([])
    await context.close()
  })

  it('says so when the viewer is gone', async () => {
    const { page, context } = await openPage(browser, `${viewer.url}/traces`)
    await page.getByRole('list', { name: 'Traces' }).waitFor()
    await page.route('**/api/**', (route) => route.abort())
    await page.getByLabel('Search').fill('x')
    await page.getByText('The viewer does not answer. Is it still running?').waitFor()
    await context.close()
  })

  it('shows the message of the API when a filter makes no sense', async () => {
    const { page, context } = await openPage(browser, `${viewer.url}/traces?minMs=many`)
    await page.getByRole('alert').getByText('`minMs` must be a number').waitFor()
    await context.close()
  })

  it('has an answer for paths and ids that it does not know', async () => {
    const { page, context } = await openPage(browser, `${viewer.url}/nowhere`)
    await page.getByText('There is no such page').waitFor()
    await page.goto(`${viewer.url}/traces/${traceId(404)}`)
    await page.getByText('This trace is not here').waitFor()
    await page.goto(`${viewer.url}/metrics/404`)
    await page.getByText('This instrument is not here').waitFor()
    await context.close()
  })

  it('takes in an exported trace, and removes everything when asked twice', async () => {
    const { page, context } = await openPage(browser, `${viewer.url}/ingest`)
    const file = await (await fetch(`${viewer.url}/api/traces/${traceId(2)}/otlp.json`)).text()
    await page.getByRole('button', { name: 'Remove what was received' }).click()
    await page.getByRole('button', { name: 'Remove everything' }).click()
    await page.getByText('Removed.').waitFor()
    expect((await viewer.get<{ items: unknown[] }>('/api/traces')).items).toEqual([])
    await page.goto(`${viewer.url}/traces`)
    await page.getByLabel('OTLP/JSON file').setInputFiles({
      name: 'trace.json',
      mimeType: 'application/json',
      buffer: Buffer.from(file),
    })
    await page.getByText('31 spans, 1 logs').waitFor()
    await page.getByRole('list', { name: 'Traces' }).waitFor()
    await context.close()
  })
})
