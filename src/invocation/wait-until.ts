import { installExitHooks } from '../runtimes/host.ts'
import { isShortLived, isStoppedAtWill } from '../runtimes/short-lived.ts'
import { processEnd } from '../telemetry/flush.ts'

/** What keeps an invocation alive. */
export interface WaitUntil {
  waitUntil(promise: Promise<unknown>): void
}

const canWait = (value: unknown): value is WaitUntil =>
  typeof (value as WaitUntil | undefined | null)?.waitUntil === 'function'

/** Where processes live on for a while after a response, nobody has to be told. */
const UNATTENDED: WaitUntil = {
  waitUntil(promise) {
    promise.catch(() => {})
  },
}

let isFlushed = false

/** From now on, who calls the app sees to it that everything has left before the platform stops the process. */
export const flushItself = (): void => {
  isFlushed = true
}

type RequestContext = { get?(): unknown } | undefined

/** As Hono's adapters hand it over: Cloudflare, service workers; Netlify. */
export const givenWaiter = (executionCtx: unknown, env: unknown): unknown =>
  executionCtx ?? (env as { context?: unknown } | undefined | null)?.context

/** By whose leave work goes on after the response; undefined where timers outlive it. */
export const waiterOf = (given: unknown): WaitUntil | undefined => {
  if (canWait(given)) {
    return given
  }
  // Vercel has it in a global.
  const vercel = (globalThis as { [key: symbol]: RequestContext })[
    Symbol.for('@vercel/request-context')
  ]?.get?.()
  if (canWait(vercel)) {
    return vercel
  }
  const isHosted = isStoppedAtWill()
  if (isHosted || !isShortLived()) {
    installExitHooks(processEnd)
  }
  return isHosted && !isFlushed ? UNATTENDED : undefined
}
