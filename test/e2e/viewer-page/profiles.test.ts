import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cpuProfile } from '../../unit/viewer/suite/cpu-profile.ts'
import { request, START_MS, spans, traceId } from '../../unit/viewer/suite/records.ts'
import { launchBrowser, openPage, runsBrowser } from './support/browser.ts'
import { sendProfile } from './support/profile.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'

const soon = { timeout: 10_000, interval: 50 }

describe.runIf(runsBrowser)('profiles on the page', () => {
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

  it('say how one is taken, and take one that is dropped', async () => {
    const { page, context, faults } = await openPage(browser, `${viewer.url}/profiles`)
    await page
      .getByText(`npx hono-observability profile --viewer ${viewer.url}`, { exact: true })
      .waitFor()
    const text = JSON.stringify(cpuProfile([{ name: 'dropped' }], [0, 0]))
    await page.evaluate((content) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([content], 'my.cpuprofile'))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }))
    }, text)
    await page.getByRole('heading', { name: 'my.cpuprofile', level: 1 }).waitFor()
    await page.getByRole('rowheader', { name: 'dropped' }).waitFor()
    await page.getByText('No trace of this time is here').waitFor()
    await page.getByLabel('Profile', { exact: true }).setInputFiles({
      name: 'none.cpuprofile',
      mimeType: 'application/json',
      buffer: Buffer.from('{}'),
    })
    await page.getByRole('status').getByText('must be a .cpuprofile').waitFor()
    // The browser's own line about the status 400.
    expect(faults.filter((fault) => !/status of 400/.test(fault))).toEqual([])
    await context.close()
  })

  it('show a flame graph, functions, and the requests that ran meanwhile with their traces', async () => {
    await viewer.send(
      'traces',
      spans([request({ trace: 7, span: 1, from: 0, to: 100, route: '/orders' })]),
    )
    const id = await sendProfile(viewer, START_MS)
    const { page, context, faults } = await openPage(browser, `${viewer.url}/profiles`)
    await page.getByRole('link', { name: 'the shop' }).click()
    await page.getByText('CPU: 90.0 ms of work in 100 ms').waitFor()

    const row = page.getByRole('table', { name: 'Functions' }).getByRole('row')
    await expect.poll(() => row.nth(1).textContent(), soon).toMatch(/^price.*60.0 ms.*60.0 ms$/)
    const meanwhile = page.getByRole('table', { name: 'Requests meanwhile' })
    await meanwhile.getByRole('rowheader', { name: 'GET /orders' }).waitFor()
    expect(await meanwhile.getByRole('row').nth(1).textContent()).toMatch(/GET \/orders.*1.*90/)

    // handle is over the whole width, price below it from the left.
    const canvas = page.getByRole('img', { name: /Flame graph of 3 functions/ })
    const head = page.locator('.flame-head')
    await canvas.hover({ position: { x: 40, y: 10 } })
    await expect
      .poll(() => head.textContent(), soon)
      .toMatch(/^handle app.ts:3 · 90.0 ms \(100 %\)/)
    await canvas.dblclick({ position: { x: 40, y: 30 } })
    await page.getByRole('button', { name: 'Whole profile' }).waitFor()
    await canvas.hover({ position: { x: 800, y: 30 } })
    await expect.poll(() => head.textContent(), soon).toMatch(/^price/)
    await page.getByRole('button', { name: 'Whole profile' }).click()
    await canvas.hover({ position: { x: 1000, y: 30 } })
    await expect.poll(() => head.textContent(), soon).toMatch(/^render/)

    await page.keyboard.press('/')
    await page.keyboard.type('PRI')
    await page.getByText('1 found.').waitFor()
    expect(new URL(page.url()).searchParams.get('find')).toBe('PRI')

    await meanwhile.getByRole('link', { name: 'trace of GET /orders' }).click()
    await page.waitForURL(new RegExp(`/traces/${traceId(7)}`))
    await page.goBack()
    await page.getByRole('link', { name: 'Their traces' }).click()
    await page
      .getByRole('link', { name: /GET \/orders/ })
      .first()
      .waitFor()
    expect(faults).toEqual([])
    expect(id).toBeGreaterThan(0)
    await context.close()
  })

  it('say so when one is gone', async () => {
    const { page, context } = await openPage(browser, `${viewer.url}/profiles/999`)
    await page.getByText('This profile is not here').waitFor()
    await context.close()
  })
})
