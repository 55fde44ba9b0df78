import type { Page } from 'playwright-core'
import { START_MS, spanId, traceId } from '../../../unit/viewer/suite/records.ts'
import { sendProfile } from './profile.ts'
import type { ViewerServer } from './viewer.ts'

interface Shown {
  /** Numbers of the trace that is opened, at its first span, and of the one it is compared with. */
  trace: number
  other: number
  /** Query of a filtered list of traces. */
  filter: string
}

/** Opens every view there is, one after the other, and says which it is. */
export async function* everyView(
  viewer: ViewerServer,
  page: Page,
  { trace, other, filter }: Shown,
): AsyncGenerator<string> {
  const { metrics } = await viewer.get<{ metrics: { id: number }[] }>('/api/metrics')
  const profile = await sendProfile(viewer, START_MS)
  const paths = [
    '/',
    '/traces',
    `/traces?${filter}`,
    `/traces/${traceId(trace)}`,
    `/traces/${traceId(trace)}?span=${spanId(1)}`,
    `/compare?a=${traceId(other)}&b=${traceId(trace)}`,
    '/metrics',
    `/metrics/${metrics[0]?.id}`,
    '/logs',
    '/errors',
    '/latency?chosenStatus=error',
    '/map',
    '/notes',
    '/ingest',
    '/health',
    '/profiles',
    `/profiles/${profile}`,
  ]
  for (const path of paths) {
    await page.goto(viewer.url + path)
    await page.waitForFunction(() => document.querySelector('main h1, main h2'))
    yield path
  }
}
