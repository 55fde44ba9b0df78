import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where a browser is, or undefined. `CHROMIUM_PATH` comes first. */
export const browserPath: string | undefined = [process.env.CHROMIUM_PATH ?? '', ...PATHS].find(
  (path) => path && existsSync(path),
)

const REASON = `no Chromium at ${PATHS.join(', ')}; install it (Debian: apt-get install chromium) or set CHROMIUM_PATH`

/** Whether tests with a browser are run: where there is one, and in CI, where they fail without. */
export const runsBrowser: boolean = browserPath !== undefined || !!process.env.CI

if (!runsBrowser) console.warn(`The viewer's page is not tested: ${REASON}.`)

/** @throws Error when there is none. */
export async function launchBrowser(): Promise<Browser> {
  if (!browserPath) throw new Error(`Cannot start a browser: ${REASON}`)
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
}

/** A page, and what must not happen in it. */
export interface WatchedPage {
  page: Page
  context: BrowserContext
  /** Violations of the content security policy, dialogs, uncaught errors, requests to elsewhere. */
  faults: string[]
}

/** Opens a page whose every fault is noted. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const faults: string[] = []
  await context.exposeBinding('noteViolation', (_, what: string) => {
    faults.push(`content security policy: ${what}`)
  })
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const note = (window as unknown as { noteViolation: (what: string) => void }).noteViolation
      note(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const elsewhere = !request.url().startsWith(new URL(url).origin)
    if (elsewhere && !/^(data|blob):/.test(request.url())) faults.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, context, faults }
}
