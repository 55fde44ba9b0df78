import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nano, request, span, spanId, spans, traceId } from '../../unit/viewer/suite/records.ts'
import { launchBrowser, openPage, runsBrowser, type WatchedPage } from './support/browser.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'

/** Two minutes ago, on a whole minute. */
const AT = Math.floor(Date.now() / 60_000) * 60_000 - 180_000

const at = (record: Record<string, unknown>, fromMs: number, lastsMs: number) => ({
  ...record,
  startTimeUnixNano: nano(AT + fromMs),
  endTimeUnixNano: nano(AT + fromMs + lastsMs),
})

/** 40 orders in each of two minutes. In the second, a new version is slow, and its 7th order fails in a query. */
function orders(): Record<string, unknown>[] {
  return Array.from({ length: 80 }, (_, nth) => {
    const isNew = nth >= 40
    const trace = nth + 1
    const failed = nth === 46
    const fromMs = nth * 1500
    const lastsMs = failed ? 2000 : isNew ? 300 : 30
    const version = { 'app.version': isNew ? '2.0.0' : '1.9.0' }
    const query = { 'db.system.name': 'postgresql', 'db.query.text': SLOW }
    return [
      at(
        request({
          trace,
          span: 1,
          route: '/orders',
          method: 'POST',
          status: failed ? 500 : 201,
          attributes: version,
        }),
        fromMs,
        lastsMs,
      ),
      at(span({ trace, span: 2, parent: 1, name: 'check cart' }), fromMs, 4),
      at(
        span({
          trace,
          span: 3,
          parent: 1,
          kind: 3,
          name: 'SELECT stock',
          failed,
          attributes: query,
        }),
        fromMs + 5,
        lastsMs - 10,
      ),
      at(
        span({
          trace,
          span: 4,
          parent: 1,
          kind: 4,
          name: 'send mails',
          attributes: { 'messaging.destination.name': 'mails' },
        }),
        fromMs + lastsMs - 4,
        2,
      ),
    ]
  }).flat()
}

const SLOW = 'SELECT * FROM stock FOR UPDATE'

/** What the queue hands to another service, in traces of their own. */
const mails = Array.from({ length: 80 }, (_, nth) => ({
  ...at(
    span({
      trace: 1000 + nth,
      span: 9,
      kind: 5,
      name: 'process mails',
      attributes: { 'messaging.destination.name': 'mails' },
    }),
    nth * 1500 + 500,
    20,
  ),
  links: [{ traceId: traceId(nth + 1), spanId: spanId(4) }],
}))

describe.runIf(runsBrowser)('three tasks', () => {
  let viewer: ViewerServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    viewer = await startViewer()
    browser = await launchBrowser()
    await viewer.send('traces', spans(orders()))
    await viewer.send('traces', spans(mails, 'mailer'))
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, `${viewer.url}/?from=${AT - 1000}&to=${AT + 122_000}`)
    page = watched.page
    // A mark that is drawn with the pointer is one, as a click is.
    await page.evaluate(() => {
      Object.assign(window, { clicks: 0 })
      const count = (): void => {
        ;(window as unknown as { clicks: number }).clicks++
      }
      document.addEventListener('pointerdown', count, true)
    })
  })
  afterEach(async () => {
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  /** As many as the table of the documentation says. */
  const expectClicks = async (task: string): Promise<void> => {
    const docs = readFileSync(new URL('../../../docs/viewer.md', import.meta.url), 'utf8')
    const row = docs.split('\n').find((line) => line.startsWith(`| ${task} |`))
    const clicks = await page.evaluate(() => (window as unknown as { clicks: number }).clicks)
    expect(row?.split('|')[3]?.trim()).toBe(String(clicks))
  }

  it('finds the slow query of a failed order', async () => {
    const row = page
      .getByRole('table', { name: 'Routes' })
      .getByRole('row')
      .filter({ hasText: 'POST /orders' })
    await row.getByRole('link', { name: '%' }).click()
    await page.getByRole('list', { name: 'Traces' }).getByRole('link').click()
    await page.getByRole('treeitem', { name: /^SELECT stock/ }).click()
    await page.getByRole('complementary').getByText(SLOW).first().waitFor()
    await expectClicks('Find the slow query of a failed order')
  })

  it('says what changed between two minutes', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Traces' }).click()
    await page.getByRole('link', { name: 'Latency' }).click()
    const box = await page.getByRole('img', { name: /requests, 1 failed/ }).boundingBox()
    if (!box) throw new Error('nothing is drawn')
    const x = (ms: number): number => box.x + 64 + ((ms + 1000) / 123_000) * (box.width - 74)
    await page.mouse.move(x(59_500), box.y + 12)
    await page.mouse.down()
    await page.mouse.move(x(121_000), box.y + 236, { steps: 3 })
    await page.mouse.up()
    const table = page.getByRole('table', { name: 'What distinguishes these' })
    await table.getByRole('row', { name: /^app\.version 2\.0\.0/ }).waitFor()
    await expectClicks('Say what changed between two minutes')
  })

  it('follows a message through a queue', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Map' }).click()
    await page.getByRole('link', { name: /^mails calls mailer/ }).click()
    await page.getByRole('complementary').waitFor()
    await page
      .locator(
        `aside a[href*="/traces/${traceId(80)}"], [role=complementary] a[href*="${traceId(80)}"]`,
      )
      .first()
      .click()
    await page.getByRole('treeitem', { name: /^send mails/, selected: true }).waitFor()
    await expectClicks('Follow a message through a queue, back to its sender')
  })
})
