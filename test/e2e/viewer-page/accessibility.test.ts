import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metrics, nano, point, spanId, traceId } from '../../unit/viewer/suite/records.ts'
import { violations } from './support/accessibility.ts'
import { launchBrowser, openPage, runsBrowser } from './support/browser.ts'
import { sendOrder } from './support/order.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'
import { everyView } from './support/views.ts'

/** Where only the colours change, only they are looked at again. */
const LOOKS = [
  ['light', 1440, 'all'],
  ['dark', 1440, 'colours'],
  ['dark', 390, 'all'],
  ['light', 390, 'colours'],
] as const

describe.runIf(runsBrowser)("the viewer's page, for everybody", () => {
  let viewer: ViewerServer
  let browser: Browser

  beforeAll(async () => {
    viewer = await startViewer()
    browser = await launchBrowser()
    await sendOrder(viewer)
    const exemplars = [
      { timeUnixNano: nano(Date.now()), asDouble: 0.3, traceId: traceId(1), spanId: spanId(1) },
    ]
    const data = { explicitBounds: [0.1, 1], bucketCounts: ['3', '2', '1'], count: '6', sum: 3 }
    const dataPoints = [point(0, 50_000, { ...data, exemplars }, { 'http.route': '/orders' })]
    const histogram = { aggregationTemporality: 1, dataPoints }
    await viewer.send('metrics', metrics([{ name: 'duration', unit: 's', histogram }]))
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })

  it('keeps to WCAG 2.2 AA in every view, light and dark, wide and narrow', async () => {
    const { page, context, faults } = await openPage(browser, viewer.url)
    const found: string[] = []
    const look = async (path: string): Promise<void> => {
      // Charts and lists are drawn when their answers are there.
      await page.waitForLoadState('networkidle', { timeout: 700 }).catch(() => undefined)
      for (const [colorScheme, width, what] of LOOKS) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        for (const each of await violations(page, what)) {
          found.push(`${path} ${colorScheme} ${width}: ${each}`)
        }
      }
    }
    for await (const path of everyView(viewer, page, {
      trace: 1,
      other: 2,
      filter: 'attribute=a%3Db',
    })) {
      await look(path)
    }
    const trace = `/traces/${traceId(1)}`
    for (const query of [
      '?view=flame',
      '?view=names',
      '?colour=self&zoom=20-90&find=POST',
      `?colour=kind&service=bank&span=${spanId(4)}`,
      `?span=${spanId(5)}&clock=sent`,
    ]) {
      await page.goto(viewer.url + trace + query)
      await page.getByRole('heading', { level: 1 }).waitFor()
      if (query.includes('find')) await page.getByText('More', { exact: true }).click()
      await look(trace + query)
    }
    await page.goto(viewer.url)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await look('help')
    expect(found).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })

  it('has lists of rows of 26 px, the state first', async () => {
    const { page, context } = await openPage(browser, `${viewer.url}/traces`, {
      viewport: { width: 1440, height: 900 },
    })
    for (const [path, first] of [
      ['/traces', '.mark'],
      ['/logs', '.level'],
    ] as const) {
      await page.goto(viewer.url + path)
      const row = page.locator('.rows > li').first()
      await row.waitFor()
      expect((await row.boundingBox())?.height).toBe(26)
      const [state, time] = await Promise.all(
        [first, 'time'].map(
          async (part) => (await row.locator(part).first().boundingBox())?.x ?? 0,
        ),
      )
      expect(state).toBeLessThan(time ?? 0)
    }
    await page.goto(`${viewer.url}/traces/${traceId(1)}`)
    const line = page.getByRole('treeitem').first()
    await line.waitFor()
    expect((await line.boundingBox())?.height).toBe(26)
    await context.close()
  })

  it('keeps the direction of a name to the name', async () => {
    const { page, context } = await openPage(browser, `${viewer.url}/traces`)
    await page.locator('.rows > li').first().waitFor()
    const outside = await page.evaluate(
      () =>
        [...document.querySelectorAll('.name, .service')].filter(
          (element) => element.localName !== 'bdi' && !element.querySelector('bdi'),
        ).length,
    )
    expect(outside).toBe(0)
    await context.close()
  })
})
