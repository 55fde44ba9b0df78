import type { Context, MiddlewareHandler } from 'hono'
import { guard } from '../../base/guard.ts'
import { hmac } from '../../base/hmac.ts'
import { mustBe } from '../../base/messages.ts'
import { atOnce } from '../../base/thenable.ts'
import { warnOnce } from '../../base/warn.ts'
import { activeContext } from '../../context/async-context.ts'
import { ownCounter } from '../../metrics/own.ts'
import { currentScope } from '../../telemetry/scope.ts'
import { passageOf } from '../inner-request.ts'

const users = /* @__PURE__ */ ownCounter(
  'hono.users.seen',
  '{sighting}',
  'Slots in which users were seen, each at most once a minute by an isolate.',
)

const sessions = /* @__PURE__ */ ownCounter(
  'hono.sessions.seen',
  '{sighting}',
  'Slots in which sessions were seen, each at most once a minute by an isolate.',
)

/** Slots that ids fall into, and so series of each metric. */
export const MAX_SLOTS = 256

/** A slot that was just seen says nothing new. */
const AGAIN_MS = 60_000

const MAX_ONE_IN = 65_536

/** Reads an id from a request that was handled: a text or finite number, at once; anything else, a promise too, is nobody. */
// biome-ignore lint/suspicious/noExplicitAny: as for Hono's own middleware, of apps of any environment
export type SeenId = (c: Context<any>) => string | number | null | undefined

/** Whom {@link usersSeen} counts. */
export interface UsersSeenOptions {
  /** Id of the user who made a request. Default: users are not counted. */
  readonly user?: SeenId
  /** Id of the session that a request is of. Default: sessions are not counted. */
  readonly session?: SeenId
  /**
   * Looks at one id in so many, always the same ones: a whole number from 1 to 65,536. Default 1, for up to about 1,000
   * that are active in the time that is asked about. Choose it so that that many, divided by it, are between 50 and 1,000.
   */
  readonly oneIn?: number
}

/**
 * Counts who is active, so that it can be told **about how many** users and sessions there were in any time, over all
 * isolates, and never who. Each id falls into one of 256 slots by an HMAC-SHA-256 with `HONO_OBSERVABILITY_SECRET`, and
 * the slot's number is all that leaves, as `hono.slot` of `hono.users.seen` and `hono.sessions.seen`. Of how many slots
 * grew in that time, PromQL estimates how many ids there were (linear counting): within 5 % up to 250, 11 % at 1,000
 * (one standard error), and never more than 1,419 times `oneIn`. Without the secret nothing is counted, with one warning.
 *
 * Ids are read once the request is handled, when authentication knows them. Register it behind `observability()`.
 *
 * @param options - Where the ids are.
 * @returns A Hono middleware.
 * @throws TypeError when an option is not what it must be, or none says where ids are.
 *
 * @example
 * ```ts
 * import { type Context, Hono } from 'hono'
 * import { type JwtVariables, jwt } from 'hono/jwt'
 * import { observability } from 'hono-observability'
 * import { usersSeen } from 'hono-observability/hono'
 *
 * const claims = (c: Context<{ Variables: JwtVariables<{ sub: string; jti: string } | undefined> }>) =>
 *   c.get('jwtPayload')
 *
 * const app = new Hono()
 * app.use(
 *   observability(),
 *   usersSeen({ user: (c) => claims(c)?.sub, session: (c) => claims(c)?.jti }),
 * )
 * app.use('/account/*', jwt({ secret: 'secret', alg: 'HS256' }))
 * ```
 */
export const usersSeen = (options: UsersSeenOptions): MiddlewareHandler => {
  const { user, session, oneIn = 1 } = checked(options)
  const kinds = [
    ...(user ? [{ idOf: safely('user', user), see: sighting('user', users, oneIn) }] : []),
    ...(session
      ? [{ idOf: safely('session', session), see: sighting('session', sessions, oneIn) }]
      : []),
  ]
  return async function usersSeen(c, next) {
    await next()
    guard(() => {
      const secret = secretOfRequest()
      if (secret) {
        for (const { idOf, see } of kinds) {
          const id = idOf(c)
          if (Number.isFinite(id) || (typeof id === 'string' && id)) {
            see(secret, String(id))
          }
        }
      }
    })
  }
}

const checked = (options: UsersSeenOptions): UsersSeenOptions => {
  const { user, session, oneIn = 1 } = Object(options) as UsersSeenOptions
  const fault =
    user === undefined && session === undefined
      ? mustBe('user', 'a function, or else `session`', user)
      : user !== undefined && typeof user !== 'function'
        ? mustBe('user', 'a function', user)
        : session !== undefined && typeof session !== 'function'
          ? mustBe('session', 'a function', session)
          : !(Number.isInteger(oneIn) && oneIn >= 1 && oneIn <= MAX_ONE_IN)
            ? mustBe('oneIn', `a whole number from 1 to ${MAX_ONE_IN}`, oneIn)
            : undefined
  if (fault) {
    throw new TypeError(`Cannot count users: ${fault}`)
  }
  return options
}

/** A function of the app's: nobody where it fails. What it threw may have the id in it, and is not told. */
const safely =
  (name: 'user' | 'session', idOf: SeenId): SeenId =>
  (c) => {
    try {
      return atOnce(idOf(c))
    } catch {
      warnOnce(`usersSeen's \`${name}\` threw or is async: nobody is counted.`)
      return undefined
    }
  }

/** Undefined where nothing is to be counted: outside a request, of one that is ignored, and without a secret. */
const secretOfRequest = (): string | undefined => {
  const context = activeContext()
  const telemetry = currentScope(context)?.telemetry
  const passage = passageOf(context)
  if (!telemetry?.config.metrics || (passage && 'isIgnored' in passage && passage.isIgnored)) {
    return undefined
  }
  // Not a credential of the exporter: who receives the metrics knows that.
  const [secret] = telemetry.config.secrets
  if (!secret) {
    warnOnce(
      'users and sessions are not counted: there is no secret to hash their ids with. Set HONO_OBSERVABILITY_SECRET.',
      'no secret for users',
    )
  }
  return secret
}

/** What counts an id, given the secret: unless it is one of those that are not looked at, or its slot was just seen. */
const sighting = (
  kind: string,
  counter: ReturnType<typeof ownCounter>,
  oneIn: number,
): ((secret: string, id: string) => void) => {
  const seenMs = new Float64Array(MAX_SLOTS).fill(Number.NEGATIVE_INFINITY)
  return (secret, id) => {
    const digest = hmac(secret, `hono-observability seen ${kind}\n${id}`)
    const slot = Number.parseInt(digest.slice(0, 2), 16)
    const nowMs = Date.now()
    // A clock that was set back must not silence it.
    const isNew = Math.abs(nowMs - (seenMs[slot] as number)) >= AGAIN_MS
    if (isNew && Number.parseInt(digest.slice(2, 14), 16) % oneIn === 0) {
      seenMs[slot] = nowMs
      counter.add(1, { 'hono.slot': slot })
    }
  }
}
