import { headers } from '../../base/environment.ts'
import { mustBe } from '../../base/messages.ts'
import { sleep } from '../../base/sleep.ts'
import { warnOnce } from '../../base/warn.ts'

export type Headers = Readonly<Record<string, string>>

/** A reading that takes longer has died with its request. */
const LIFETIME_MS = 10_000
/** How often others look whether it has ended: its promise belongs to the request that made it. */
const LOOK_MS = 5

/**
 * Headers that a binding keeps, as a secret of the Secrets Store: read once, when the first export asks.
 *
 * @returns What rejects where they cannot be had, having said so once; the next call tries again.
 */
export const createSecretHeaders = (
  variable: string,
  get: () => Promise<unknown>,
): (() => Promise<Headers>) => {
  let known: Headers | undefined
  let busyUntilMs = 0
  return async () => {
    while (!known && Date.now() < busyUntilMs) {
      await sleep(LOOK_MS)
    }
    if (known) {
      return known
    }
    busyUntilMs = Date.now() + LIFETIME_MS
    try {
      known = parse(variable, await get())
      return known
    } catch (error) {
      warnOnce(`\`${variable}\` cannot be read: ${error}. Tried again.`, variable)
      throw error
    } finally {
      busyUntilMs = 0
    }
  }
}

/** @throws {TypeError} without what it was: that is a secret. */
const parse = (variable: string, text: unknown): Headers => {
  try {
    const parsed = typeof text === 'string' && headers.parse?.(text.trim())
    if (parsed && headers.test(parsed)) {
      return parsed
    }
  } catch {
    // Not even parsed.
  }
  throw new TypeError(mustBe(variable, headers.expected, text))
}
