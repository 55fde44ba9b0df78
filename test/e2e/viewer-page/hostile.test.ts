import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  log,
  logs,
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
import { everyView } from './support/views.ts'

const ATTACKS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(2)>',
  '"><svg onload=alert(3)>',
  'javascript:alert(4)',
  '</title><iframe srcdoc="<script>alert(5)</script>">',
  "{{constructor.constructor('alert(6)')()}}",
  '‮evil\u0000\n`code`',
]
const ALL = ATTACKS.join(' ')

const MANY = 10_000

describe.runIf(runsBrowser)("the viewer's page, given hostile telemetry", () => {
  let viewer: ViewerServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    viewer = await startViewer()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, viewer.url)
    page = watched.page
  })
  afterEach(async () => {
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  const lines = () => page.getByRole('treeitem')
  const openTrace = async (number: number): Promise<void> => {
    await page.goto(`${viewer.url}/traces/${traceId(number)}`)
    await lines().first().waitFor()
  }

  it('shows markup in every string as text, in every view', async () => {
    const each = Object.fromEntries(ATTACKS.map((attack, at) => [`attack.${at}`, attack]))
    const attributes = { [ALL]: ALL, 'exception.stacktrace': ALL, [`__proto__`]: ALL, ...each }
    const evil = {
      ...request({ trace: 1, span: 1, route: ALL, status: 500, attributes }),
      name: ALL,
      status: { code: 2, message: ALL },
      events: [
        {
          name: ALL,
          timeUnixNano: nano(Date.now()),
          attributes: [{ key: ALL, value: { stringValue: ALL } }],
        },
      ],
      links: [
        {
          traceId: traceId(2),
          spanId: spanId(2),
          attributes: [{ key: ALL, value: { stringValue: ALL } }],
        },
      ],
      traceState: ALL,
    }
    await viewer.send('traces', spans([evil, request({ trace: 2, span: 2, route: ALL })], ALL))
    await viewer.send('logs', logs([log({ body: ALL, severity: 17, trace: 1, attributes })], ALL))
    const dataPoints = [point(0, 50_000, { asInt: '1' }, { [ALL]: ALL })]
    await viewer.send(
      'metrics',
      metrics(
        [
          {
            name: ALL,
            unit: ALL,
            description: ALL,
            sum: { isMonotonic: true, aggregationTemporality: 1, dataPoints },
          },
        ],
        ALL,
      ),
    )
    const query = encodeURIComponent(ALL)
    const filter = `service=${query}&text=${query}&attribute=${query}%3D${query}`
    for await (const path of everyView(viewer, page, { trace: 1, other: 2, filter })) {
      for (const details of await page.locator('main details > summary').all())
        await details.click()
      const planted = await page.evaluate(
        () =>
          document.querySelectorAll(
            '#app script, #app iframe, main img, main svg:not(.spark, .map svg), [onerror], [onload]',
          ).length,
      )
      expect(`${path} ${planted}`).toBe(`${path} 0`)
      const links = await page.evaluate(() => [...document.links].map(({ protocol }) => protocol))
      expect(links.every((protocol) => protocol === 'http:')).toBe(true)
    }
    await page.goto(`${viewer.url}/traces`)
    await page
      .getByRole('list', { name: 'Traces' })
      .getByText('<script>alert(1)</script>')
      .first()
      .waitFor()
  })

  it('stays quick with 10,000 spans, of which few are in the document', async () => {
    for (let from = 0; from < MANY; from += 2500) {
      await viewer.send(
        'traces',
        spans(
          Array.from({ length: 2500 }, (_, at) => {
            const number = from + at + 1
            const parent = number === 1 ? {} : { parent: Math.max(1, number - (number % 50)) }
            return span({
              trace: 3,
              span: number,
              ...parent,
              name: `span ${number}`,
              from: at,
              to: at + 5,
              failed: number === 9000,
            })
          }),
        ),
      )
    }
    const started = performance.now()
    await openTrace(3)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await lines().count()).toBeLessThan(100)
    await page.keyboard.press('e')
    await page.getByRole('treeitem', { selected: true, name: /^span 9000,/ }).waitFor()
    // Details are asked for one by one when there are so many.
    await page.getByRole('heading', { name: 'Attributes' }).waitFor()
    const pressed = performance.now()
    for (let at = 0; at < 20; at++) await page.keyboard.press('j')
    await expect.poll(() => page.getByRole('treeitem', { selected: true }).count()).toBe(1)
    expect(performance.now() - pressed).toBeLessThan(5000)
    expect(await lines().count()).toBeLessThan(100)
  })

  it('draws a hundred levels, so that names can still be read', async () => {
    await viewer.send(
      'traces',
      spans(
        Array.from({ length: 100 }, (_, at) =>
          span({ trace: 4, span: at + 1, ...(at > 0 && { parent: at }), name: `level ${at + 1}` }),
        ),
      ),
    )
    await openTrace(4)
    await page.keyboard.press('k')
    const deepest = page.getByRole('treeitem', { name: /^level 100,/ })
    await deepest.waitFor()
    expect(await deepest.getAttribute('aria-level')).toBe('100')
    expect((await deepest.locator('.name').boundingBox())?.width).toBeGreaterThan(40)
  })

  it('marks spans whose parents are missing or lead back to themselves', async () => {
    await viewer.send(
      'traces',
      spans([
        span({ trace: 5, span: 1, parent: 99, name: 'orphan' }),
        span({ trace: 5, span: 2, parent: 3, name: 'hen' }),
        span({ trace: 5, span: 3, parent: 2, name: 'egg' }),
        span({ trace: 5, span: 4, parent: 4, name: 'own parent' }),
      ]),
    )
    await openTrace(5)
    expect(await lines().count()).toBe(4)
    await page
      .getByRole('treeitem', { name: /^orphan/ })
      .getByText('no parent')
      .waitFor()
    expect(await page.getByText('cycle', { exact: true }).count()).toBeGreaterThan(0)
    await page.getByText('The first span of this trace has not arrived').waitFor()
    for (const key of ['j', 'ArrowLeft', 'j', 'ArrowLeft', 'j', 'e', 'k'])
      await page.keyboard.press(key)
    expect(await lines().count()).toBeGreaterThan(0)
  })

  it('draws traces of 1970, of no length, and that end before they start', async () => {
    await viewer.send(
      'traces',
      spans([
        {
          ...span({ trace: 6, span: 1, name: 'epoch' }),
          startTimeUnixNano: '0',
          endTimeUnixNano: '1',
        },
        span({ trace: 6, span: 2, parent: 1, name: 'today' }),
        span({ trace: 7, span: 3, name: 'nothing', from: 5, to: 5 }),
        span({ trace: 8, span: 4, name: 'backwards', from: 50, to: 10 }),
        {
          ...span({ trace: 9, span: 5, name: 'far future' }),
          startTimeUnixNano: '18446744073709551614',
          endTimeUnixNano: '18446744073709551615',
        },
      ]),
    )
    for (const [trace, name] of [
      [6, 'epoch'],
      [7, 'nothing'],
      [8, 'backwards'],
      [9, 'far future'],
    ] as const) {
      await openTrace(trace)
      await page.getByRole('treeitem', { name: new RegExp(`^${name}`) }).click()
      await page.getByRole('heading', { name: 'Attributes' }).waitFor()
    }
    await page.goto(`${viewer.url}/traces`)
    await page.getByRole('list', { name: 'Traces' }).waitFor()
  })
})
