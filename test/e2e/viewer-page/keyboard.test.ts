import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  log,
  logs,
  metrics,
  point,
  request,
  span,
  spans,
  traceId,
} from '../../unit/viewer/suite/records.ts'
import { launchBrowser, openPage, runsBrowser, type WatchedPage } from './support/browser.ts'
import { startViewer, type ViewerServer } from './support/viewer.ts'

describe.runIf(runsBrowser)("the viewer's page by keys alone", () => {
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
        request({ trace: 1, span: 1, route: '/one', from: 0, to: 100 }),
        span({ trace: 1, span: 2, parent: 1, name: 'look up', from: 10, to: 40 }),
        span({ trace: 1, span: 3, parent: 2, name: 'read', from: 20, to: 30, failed: true }),
        span({ trace: 1, span: 4, parent: 1, name: 'render', from: 50, to: 90 }),
        request({ trace: 2, span: 5, route: '/two', from: 200, to: 210 }),
      ]),
    )
    const dataPoints = [point(0, 1000, { asInt: '1' })]
    await viewer.send(
      'metrics',
      metrics([
        { name: 'orders', sum: { isMonotonic: true, aggregationTemporality: 1, dataPoints } },
      ]),
    )
    await viewer.send('logs', logs([log({ body: 'found it', trace: 1, span: 2, at: 20 })]))
  })
  afterAll(async () => {
    await browser?.close()
    await viewer?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, `${viewer.url}/`)
    page = watched.page
    await page.getByRole('row', { name: /GET \/one/ }).waitFor()
  })
  afterEach(async () => {
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const selected = () => page.getByRole('treeitem', { selected: true }).getAttribute('aria-label')
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')

  it('walks from the list through a trace and back, with the filter kept', async () => {
    await press('2')
    await page.getByRole('list', { name: 'Traces' }).waitFor()
    await press('/')
    await page.keyboard.type('GET')
    await expect.poll(() => new URL(page.url()).search).toBe('?q=GET')
    await press('Escape', 'j')
    await expect.poll(focused).toContain('GET /two')
    await press('j')
    expect(await focused()).toContain('GET /one')
    await press('k', 'j', 'Enter')
    await page.getByRole('tree').waitFor()
    await press('j', 'j')
    expect(await selected()).toContain('look up')
    await press('ArrowLeft', 'j')
    expect(await selected()).toContain('render')
    await press('e')
    await expect.poll(selected).toContain('read, 10.0 ms, it failed, shop, error')
    await press('Escape')
    await expect.poll(() => page.getByRole('complementary').count()).toBe(0)
    await press('Escape')
    await page.getByRole('list', { name: 'Traces' }).waitFor()
    expect(new URL(page.url()).search).toBe('?q=GET')
  })

  it('leaves an instrument and a comparison by Esc', async () => {
    await press('3')
    await page.getByRole('list', { name: 'Instruments' }).waitFor()
    await press('j', 'Enter')
    await page.getByRole('heading', { level: 1, name: 'orders' }).waitFor()
    await press('Escape')
    await page.getByRole('list', { name: 'Instruments' }).waitFor()
    await page.goto(`${viewer.url}/compare?a=${traceId(1)}&b=${traceId(2)}`)
    await page.getByRole('tree').waitFor()
    await press('j')
    await page.getByRole('link', { name: 'Open in A' }).waitFor()
    await press('Escape')
    await page.getByRole('list', { name: 'Traces' }).waitFor()
  })

  it('opens a log record by Enter', async () => {
    await press('4')
    await page.getByText('found it').first().waitFor()
    await press('j', 'Enter')
    await page.getByText('all records of this trace').waitFor()
  })

  it('starts a comparison by c', async () => {
    await page.goto(`${viewer.url}/traces/${traceId(1)}`)
    await page.getByRole('tree').waitFor()
    await press('c')
    await page.getByText('Choose the trace to compare with').waitFor()
  })

  it('explains the keys by ?, and Esc closes that', async () => {
    await press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await dialog.waitFor()
    await press('2')
    expect(new URL(page.url()).pathname).toBe('/')
    await press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('skips the navigation with the first tab', async () => {
    await press('Tab')
    expect(await focused()).toBe('Skip to the content')
    await press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })

  it('always shows where the focus is', async () => {
    await press('2')
    await page.getByRole('list', { name: 'Traces' }).waitFor()
    for (let at = 0; at < 20; at++) {
      await press('Tab')
      const outline = await page.evaluate(() => {
        const element = document.activeElement
        return element && element !== document.body
          ? getComputedStyle(element).outlineStyle
          : 'solid'
      })
      expect(outline).not.toBe('none')
    }
  })

  it('gives every control a name', async () => {
    for (const path of ['/', '/traces', `/traces/${traceId(1)}`, '/logs', '/ingest']) {
      await page.goto(viewer.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, a, input:not([hidden]), select')]
          .filter((element) => {
            const labels = (element as HTMLInputElement).labels
            const label = labels && [...labels].map((each) => each.textContent).join('')
            return !(element.textContent?.trim() || element.ariaLabel || label || element.title)
          })
          .map((element) => element.outerHTML),
      )
      expect(nameless).toEqual([])
    }
  })
})
