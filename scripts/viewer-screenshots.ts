/**
 * Takes the pictures of the viewer in docs/images: starts the example shop in workerd and the
 * viewer, sends traffic for half a minute, and looks at every view in a real browser.
 */
import { statSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { startBank } from '../test/e2e/shop/bank.ts'
import { launchBrowser, openPage } from '../test/e2e/viewer-page/support/browser.ts'
import { mishaps, startSendingShop, visit } from '../test/e2e/viewer-page/support/shop.ts'
import { startViewer, type ViewerServer } from '../test/e2e/viewer-page/support/viewer.ts'
import type { RunningWorker } from '../test/support/worker.ts'
import type { Page as ApiPage } from '../viewer/query/page.ts'
import type { TraceItem } from '../viewer/query/trace-item.ts'

const DIRECTORY = process.argv[2] ?? `${import.meta.dirname}/../docs/images`
const ROUNDS = 60
const PAUSE_MS = 500
const MAX_BYTES = 200_000

const LOOKS = [
  {
    suffix: '',
    names: [
      'overview',
      'traces',
      'trace-error',
      'trace-zoom',
      'trace-flame',
      'trace-names',
      'compare',
      'latency',
      'errors',
      'map',
      'logs',
      'notes',
      'ingest',
    ],
    colorScheme: 'light',
    viewport: { width: 1280, height: 800 },
  },
  {
    suffix: '-dark',
    names: ['metric', 'trace'],
    colorScheme: 'dark',
    viewport: { width: 1280, height: 800 },
  },
  {
    suffix: '-narrow',
    names: ['trace'],
    colorScheme: 'light',
    viewport: { width: 360, height: 720 },
  },
] as const

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function shoot(page: Page, name: string): Promise<void> {
  // Charts and lists are drawn when their answers are there.
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined)
  await pause(700)
  const path = `${DIRECTORY}/viewer-${name}.png`
  await page.screenshot({ path })
  const { size } = statSync(path)
  console.log(`${path}: ${size} B`)
  if (size > MAX_BYTES) throw new Error(`Cannot keep ${path}: it is larger than ${MAX_BYTES} B`)
}

/** The views that are worth a picture, and where they are. */
async function pathsOf(viewer: ViewerServer): Promise<Record<string, string>> {
  const { items } = await viewer.get<ApiPage<TraceItem>>('/api/traces?route=/orders&httpStatus=201')
  const [order, other] = items
  const { metrics } = await viewer.get<{ metrics: { id: number; name: string }[] }>('/api/metrics')
  const duration = metrics.find(({ name }) => name === 'http.server.request.duration')
  const failed = await viewer.get<ApiPage<TraceItem>>('/api/traces?route=/orders&status=error')
  const { spans } = await viewer.get<{ spans: { spanId: string; status: string }[] }>(
    `/api/traces/${failed.items[0]?.traceId}`,
  )
  const cause = spans.findLast(({ status }) => status === 'error')
  return {
    overview: '/?last=5m',
    traces: '/traces',
    trace: `/traces/${order?.traceId}`,
    'trace-error': `/traces/${failed.items[0]?.traceId}?span=${cause?.spanId}`,
    'trace-zoom': `/traces/${order?.traceId}?find=SELECT&zoom=${zoomOf(order)}&colour=kind`,
    'trace-flame': `/traces/${order?.traceId}?view=flame`,
    'trace-names': `/traces/${order?.traceId}?view=names`,
    compare: `/compare?a=${order?.traceId}&b=${other?.traceId}`,
    metric: `/metrics/${duration?.id}?last=5m&by=http.route`,
    latency: '/latency?last=5m&chosenMinMs=50',
    errors: '/errors?last=5m',
    map: '/map?last=5m',
    logs: '/logs',
    notes: '/notes',
    ingest: '/ingest?last=5m',
  }
}

/** The middle of a trace. */
function zoomOf(trace: TraceItem | undefined): string {
  const durationMs = trace?.durationMs ?? 0
  return `${(durationMs * 0.1).toFixed(2)}-${(durationMs * 0.7).toFixed(2)}`
}

async function shootAll(browser: Browser, viewer: ViewerServer): Promise<void> {
  const paths = await pathsOf(viewer)
  for (const look of LOOKS) {
    const { suffix, names, viewport } = look
    const { page, context } = await openPage(browser, viewer.url, look)
    for (const name of names) {
      // The many words of logs take many bytes.
      await page.setViewportSize({ ...viewport, height: name === 'logs' ? 520 : viewport.height })
      await page.goto(viewer.url + paths[name])
      await shoot(page, name + suffix)
    }
    await context.close()
  }
}

const bank = await startBank()
let shop: RunningWorker | undefined
const viewer = await startViewer(async (url) => {
  shop = await startSendingShop(url, bank.url)
  return `${shop.url}/health`
})
const browser = await launchBrowser()
try {
  if (!shop) throw new Error('Cannot take pictures: the shop did not start')
  for (let round = 0; round < ROUNDS; round++) {
    await visit(shop, `visitor-${round}`)
    if (round % 7 === 3) await mishaps(shop)
    bank.status = round % 20 === 10 ? 500 : 201
    await pause(PAUSE_MS)
  }
  await pause(2000)
  await shootAll(browser, viewer)
} finally {
  await browser.close()
  await shop?.stop()
  await viewer.stop()
  bank.close()
}
