import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { log, logs, request, spans } from '../../unit/viewer/suite/records.ts'
import { launchBrowser, openPage, runsBrowser, type WatchedPage } from './support/browser.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'

describe.runIf(runsBrowser)("the page's query box", () => {
  let viewer: ViewerServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    viewer = await startViewer()
    browser = await launchBrowser()
    await viewer.send(
      'traces',
      spans([
        request({ trace: 1, span: 1, route: '/fast', to: 10, attributes: { tier: 'gold' } }),
        request({ trace: 2, span: 1, route: '/slow', to: 500, attributes: { tier: 'gold' } }),
        request({ trace: 3, span: 1, route: '/other', to: 700, attributes: { tier: 'silver' } }),
      ]),
    )
    await viewer.send(
      'logs',
      logs([log({ body: 'one', attributes: { tier: 'gold' } }), log({ body: 'two' })]),
    )
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, `${viewer.url}/traces`)
    page = watched.page
  })
  afterEach(async () => {
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  const box = () => page.getByRole('combobox', { name: 'Search' })
  const names = (list: string) =>
    page.getByRole('list', { name: list, exact: true }).locator('.name, .message').allTextContents()

  it('finds by a condition, is carried by the address, and makes no history of letters', async () => {
    const length = await page.evaluate(() => history.length)
    await box().pressSequentially('tier=gold and duration>100ms', { delay: 20 })
    await expect.poll(() => names('Traces')).toEqual(['GET /slow'])
    expect(new URL(page.url()).searchParams.get('q')).toBe('tier=gold and duration>100ms')
    expect(await page.evaluate(() => history.length)).toBe(length)
    await page.reload()
    await expect.poll(() => names('Traces')).toEqual(['GET /slow'])
    expect(await box().inputValue()).toBe('tier=gold and duration>100ms')
  })

  it('offers keys, and after a sign their values', async () => {
    const options = () =>
      page
        .locator('datalist option')
        .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value))
    await box().fill('tie')
    await expect.poll(options).toContain('tier=')
    await box().fill('not tier=')
    await expect.poll(options).toEqual(['not tier=silver', 'not tier=gold'])
    // Half a query is none, which the list may say meanwhile.
    await page.waitForTimeout(600)
    expect(watched.faults.splice(0).join()).toContain('400')
  })

  it('says what is wrong with a query, and keeps what was listed', async () => {
    await box().fill('tier=gold and (')
    await page.getByRole('alert').getByText('expected a word or a condition, at 16').waitFor()
    expect(watched.faults.splice(0).join()).toContain('400')
    expect(await names('Traces')).toHaveLength(3)
  })

  it('asks for log records as well', async () => {
    await page.goto(`${viewer.url}/logs`)
    await box().fill('not tier exists')
    await expect.poll(() => names('Log records')).toEqual(['two'])
  })
})
