import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  metrics,
  nano,
  point,
  request,
  span,
  spans,
  traceId,
} from '../../unit/viewer/suite/records.ts'
import { launchBrowser, openPage, runsBrowser, type WatchedPage } from './support/browser.ts'
import { type Load, logBatch, requestBatch, startLogs, startTraces } from './support/load.ts'
import { tasksDuring } from './support/tasks.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'

const soon = { timeout: 20_000, interval: 100 }

describe.runIf(runsBrowser)("the viewer's page under load", () => {
  let viewer: ViewerServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page
  let load: Load | undefined

  beforeAll(async () => {
    viewer = await startViewer()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })
  beforeEach(async () => {
    await fetch(`${viewer.url}/api/data`, { method: 'DELETE' })
    watched = await openPage(browser, `${viewer.url}/`)
    page = watched.page
  })
  afterEach(async () => {
    await load?.stop()
    load = undefined
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  const open = (path: string) => page.goto(viewer.url + path)
  const rows = (name: string) =>
    page.getByRole('list', { name, exact: true }).locator(':scope > li')
  const list = (name: string) => page.getByRole('list', { name, exact: true })
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest('li')?.textContent ?? '')
  const newButton = () => page.getByRole('button', { name: / new$/ })
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  /** By what it computes: a task that waits for a processor is none of the page's. */
  const longestTask = async (act: () => Promise<void>): Promise<number> =>
    Math.max(0, ...(await tasksDuring(browser, act)).map(({ cpuMs }) => cpuMs))
  const away = () => page.mouse.move(640, 20)
  /** The numbers that the rows' texts end their first words with. */
  const numbers = async (name: string): Promise<number[]> =>
    (await rows(name).allTextContents()).map((text) =>
      Number(/(?:record |\/load\/)(\d+)/.exec(text)?.[1]),
    )

  it('draws a thousand log records a second, once a frame, and only those in sight', async () => {
    await open('/logs')
    await page.getByText('live', { exact: true }).waitFor()
    await away()
    load = startLogs(viewer, 1000)
    await rows('Log records').first().waitFor()
    const begun = load.sent
    const longest = await longestTask(() => pause(4000))
    const { sent } = load
    // What is at the top is what was sent just now, not what was sent seconds ago.
    const [top = 0] = await numbers('Log records')
    expect(sent - top).toBeLessThan((sent - begun) / 2)
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
    expect(nodes).toBeLessThan(2000)
    expect(longest).toBeLessThan(50)
    console.info(`${sent} log records: ${nodes} nodes, longest task ${longest.toFixed(1)} ms`)
    const all = await numbers('Log records')
    expect(all).toEqual([...all].sort((a, b) => b - a))
  })

  it('draws a thousand traces a second without a task over 50 ms', async () => {
    await open('/traces')
    await page.getByText('live', { exact: true }).waitFor()
    await away()
    load = startTraces(viewer, 1000)
    await rows('Traces').first().waitFor()
    const longest = await longestTask(() => pause(4000))
    expect(longest).toBeLessThan(50)
    console.info(`${load.sent} traces: longest task ${longest.toFixed(1)} ms`)
    const [top = 0] = await numbers('Traces')
    expect(load.sent - top).toBeLessThan(3000)
  })

  it('holds the list of logs while the pointer is over it, says how many are new, and shows them', async () => {
    await viewer.send('logs', logBatch(0, 60))
    await open('/logs')
    await page.getByText('live', { exact: true }).waitFor()
    await rows('Log records').nth(3).hover()
    const before = await numbers('Log records')
    await viewer.send('logs', logBatch(60, 37))
    await page.getByRole('button', { name: '37 new' }).waitFor()
    expect(await numbers('Log records')).toEqual(before)
    await newButton().click()
    await expect.poll(async () => (await numbers('Log records'))[0], soon).toBe(96)
    await expect.poll(() => newButton().count(), soon).toBe(0)
  })

  it('opens the trace that is clicked, at twenty requests a second', async () => {
    await viewer.send('traces', requestBatch(100, 60))
    await open('/traces')
    load = startTraces(viewer, 20)
    for (let i = 0; i < 3; i++) {
      await away()
      await pause(1500)
      const at = await rows('Traces').nth(5).boundingBox()
      await page.mouse.move(300, (at?.y ?? 0) + 10)
      await pause(50)
      const wanted = await page.evaluate(
        ([x, y]) => document.elementFromPoint(x as number, y as number)?.closest('li')?.dataset.key,
        [300, (at?.y ?? 0) + 10],
      )
      await pause(2500)
      await page.mouse.click(300, (at?.y ?? 0) + 10)
      await page.getByRole('tree').waitFor()
      expect(new URL(page.url()).pathname).toBe(`/traces/${wanted}`)
      await page.goBack()
      await list('Traces').waitFor()
    }
    expect(load.sent).toBeGreaterThan(60)
  })

  it('comes back from a trace to where it was: place, pages, selection', async () => {
    await viewer.send('traces', requestBatch(1000, 120))
    await open('/traces')
    await rows('Traces').first().waitFor()
    await page.getByRole('button', { name: 'Show older ones' }).click()
    await expect
      .poll(() => page.evaluate(() => document.body.scrollHeight), soon)
      .toBeGreaterThan(2800)
    await page.evaluate(() => window.scrollTo(0, 1800))
    await pause(200)
    const chosen = rows('Traces').nth(20)
    const name = /\/load\/\d+/.exec((await chosen.textContent()) ?? '')?.[0] ?? ''
    const where = (await chosen.boundingBox())?.y
    await chosen.locator('a').click()
    await page.getByRole('tree').waitFor()
    await viewer.send('traces', requestBatch(5000, 3))
    await page.goBack()
    const again = rows('Traces').filter({ hasText: name })
    await again.waitFor()
    await expect.poll(async () => (await again.boundingBox())?.y, soon).toBe(where)
    await expect.poll(focused, soon).toContain(name)
    await page.keyboard.press('j')
    expect(await focused()).not.toContain(name)
    await page.keyboard.press('k')
    expect(await focused()).toContain(name)
    await page.getByRole('button', { name: '3 new' }).waitFor()
  })

  it('shows an open trace grow, and keeps what is selected', async () => {
    await open(`/traces/${traceId(1)}`)
    await page.getByText('This trace is not here').waitFor()
    expect(watched.faults.splice(0).join()).toContain('404')
    await viewer.send('traces', spans([request({ trace: 1, span: 1 })]))
    await page.getByRole('treeitem').first().click()
    await viewer.send('traces', spans([span({ trace: 1, span: 2, parent: 1, name: 'later' })]))
    await page.getByRole('treeitem', { name: /later/ }).waitFor()
    expect(await page.getByRole('treeitem', { selected: true }).count()).toBe(1)
    await page.getByRole('button', { name: 'Pause' }).click()
    await viewer.send('traces', spans([span({ trace: 1, span: 3, parent: 1, name: 'unseen' })]))
    await pause(1000)
    expect(await page.getByRole('treeitem', { name: /unseen/ }).count()).toBe(0)
  })

  it('keeps the rows of a growing trace in their place while it is scrolled', async () => {
    const at = (first: number, count: number) =>
      spans([
        request({ trace: 2, span: 1, to: 900 }),
        ...Array.from({ length: count }, (_, i) =>
          span({
            trace: 2,
            span: first + i,
            parent: 1,
            name: `step ${first + i}`,
            from: 2000 - first - i,
          }),
        ),
      ])
    await viewer.send('traces', at(10, 200))
    await open(`/traces/${traceId(2)}`)
    await page.getByRole('tree').evaluate((tree) => tree.scrollTo(0, 1500))
    await pause(200)
    const row = page.getByRole('treeitem').nth(20)
    const name = (await row.getAttribute('aria-label')) ?? ''
    const where = (await row.boundingBox())?.y
    // They begin before all others.
    await viewer.send('traces', at(300, 50))
    await page.getByText('251 spans').waitFor()
    await expect
      .poll(
        async () => (await page.getByRole('treeitem', { name, exact: true }).boundingBox())?.y,
        soon,
      )
      .toBe(where)
  })

  it.each(['/', '/traces', '/logs', '/ingest', '/notes'])('can be paused at %s', async (path) => {
    await viewer.send('traces', requestBatch(1, 5))
    await viewer.send('logs', logBatch(0, 5))
    await open(path)
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?live=no')
    const shown = () => page.locator('main').textContent()
    await pause(500)
    const before = await shown()
    await viewer.send('traces', requestBatch(100, 5))
    await viewer.send('logs', logBatch(5, 5))
    await pause(4000)
    expect(await shown()).toBe(before)
    await page.getByRole('button', { name: 'Follow' }).click()
    if (path !== '/notes') await expect.poll(shown, soon).not.toBe(before)
  })

  it('leaves the slot in progress out of rates', async () => {
    const nowMs = Date.now()
    const at = (ms: number) => ({
      ...point(0, 0, { asInt: '1000' }),
      startTimeUnixNano: nano(ms - 1000),
      timeUnixNano: nano(ms),
    })
    const steps = Array.from({ length: 120 }, (_, i) => at(nowMs - (i + 1) * 1000))
    const sum = { isMonotonic: true, aggregationTemporality: 1, dataPoints: steps }
    await viewer.send('metrics', metrics([{ name: 'hits', sum }]))
    const { metrics: found } = await viewer.get<{ metrics: { id: number }[] }>('/api/metrics')
    await open(`/metrics/${found[0]?.id}`)
    const legend = page.getByRole('figure').filter({ hasText: 'Per second' }).locator('.legend b')
    await expect.poll(() => legend.first().textContent(), soon).toMatch(/^1(\.0)?k\/s|^1,?000\/s/)
  })

  it('says how old the newest is, and goes there', async () => {
    const oldMs = Date.now() - 22 * 60_000
    const old = {
      ...request({ trace: 7, span: 1, route: '/old' }),
      startTimeUnixNano: nano(oldMs),
      endTimeUnixNano: nano(oldMs + 10),
    }
    await viewer.send('traces', spans([old]))
    const said = { ...(logBatch(0, 1) as { resourceLogs: never[] }) }
    await viewer.send(
      'logs',
      JSON.parse(
        JSON.stringify(said).replace(/"timeUnixNano":"\d+"/, `"timeUnixNano":"${nano(oldMs)}"`),
      ),
    )
    for (const path of ['/', '/traces?last=15m', '/logs?last=15m']) {
      await open(path)
      await page.getByText('The newest is 22 min old').waitFor()
      await page.getByRole('link', { name: 'go there' }).click()
      await page
        .getByText(path === '/logs?last=15m' ? 'record 0' : 'GET /old')
        .first()
        .waitFor()
      expect(await page.getByText('The newest is').count()).toBe(0)
    }
  })
})
