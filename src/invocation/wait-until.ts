import { ownWaiter } from './own-waiter.ts'

/** What keeps an invocation alive. */
export interface WaitUntil {
  waitUntil(promise: Promise<unknown>): void
}

const canWait = (value: unknown): value is WaitUntil =>
  typeof (value as WaitUntil | undefined | null)?.waitUntil === 'function'

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
  return canWait(vercel) ? vercel : ownWaiter()
}
