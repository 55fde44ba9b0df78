import { redactedStart } from '../base/cut.ts'
import { activeContext } from '../context/async-context.ts'
import { createRedactor, type Redactor } from '../logs/redact.ts'
import { step } from '../logs/redact-paths.ts'
import { currentScope } from '../telemetry/scope.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { say } from './say.ts'

/** Characters of an id: what clients choose may be of any length. */
export const MAX_USER_ID = 255

const USER_ID = 'user.id'

/**
 * Says who makes the request that is handled now: `user.id` on its server span and its access line, as the semantic
 * conventions name it. Nothing says so by itself, and metrics never do. What is redacted in log lines is redacted on the
 * span as well: an id that looks like a secret, an e-mail address where `logs.redact` has that pattern, every id where
 * its `keys` or `paths` have `user.id`. Within what the app asks of itself (`app.request`) it is said on that span alone.
 * Never throws; does nothing outside a request.
 *
 * @param id - A text or number, of which 255 characters are kept. Anything else, and an empty text, is nobody.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { setUser } from 'hono-observability/user'
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'shop' } }))
 * app.use(async (c, next) => {
 *   setUser(c.req.header('x-user')) // or what your authentication knows
 *   await next()
 * })
 * ```
 */
export const setUser = (id: string | number | undefined | null): void => {
  try {
    const context = activeContext()
    const scope = currentScope(context)
    if (!scope || !(typeof id === 'number' || (typeof id === 'string' && id))) {
      return
    }
    const shown = redacted(redactorOf(scope.telemetry), String(id))
    say(context, { [USER_ID]: shown })
  } catch {
    // An attribute is lost; the application is not.
  }
}

const redacted = (redactor: Redactor, id: string): string => {
  const { isSecretName, paths, censor, text, longestSecret } = redactor
  return isSecretName(USER_ID) || (paths && step(paths, USER_ID).includes(true))
    ? censor
    : redactedStart(text, id, MAX_USER_ID, longestSecret)
}

const redactors = /* @__PURE__ */ new WeakMap<Telemetry, Redactor>()

/** As lines have it, also where there are none. */
const redactorOf = (telemetry: Telemetry): Redactor => {
  let redactor = redactors.get(telemetry)
  if (!redactor) {
    const { logs } = telemetry.config
    redactor = createRedactor(logs ? logs.redact : {})
    redactors.set(telemetry, redactor)
  }
  return redactor
}
