import { type Context, Hono } from 'hono'
import { type FromEnv, lackOf } from '../../http/guarded.ts'
import { PROBE_MARK } from '../../http/probe-mark.ts'
import { pprofOfCpu, pprofOfHeap } from './pprof.ts'
import { CannotProfile, cpuProfile, heapProfile } from './session.ts'

/** Settings of {@link profileRoutes}. One of the first two is needed: a profile shows the names of an app's code. */
export interface ProfileOptions<Bindings extends object = Record<string, unknown>> {
  /** Bearer token that opens the routes. Compared in constant time; an empty one opens nothing. */
  token?: FromEnv<Bindings>
  /** Opens the routes to the requests it returns true for. */
  authorize?: (c: Context<{ Bindings: Bindings }>) => boolean | Promise<boolean>
  /** Path of CPU profiles. Default `/debug/profile`. */
  cpuPath?: string
  /** Path of heap profiles. Default `/debug/heap`. */
  heapPath?: string
}

const DEFAULT_SECONDS = 10

/** What each option may be, as `typeof` says it. */
const TYPES = new Map([
  ['token', 'string or function'],
  ['authorize', 'function'],
  ['cpuPath', 'string'],
  ['heapPath', 'string'],
])

const check = (options: unknown): void => {
  const given: object = typeof options === 'object' && options ? options : {}
  for (const [name, value] of Object.entries(given)) {
    const types = TYPES.get(name)
    if (!types) {
      refuse(`\`${name}\` is not an option, expected one of \`${[...TYPES.keys()].join('`, `')}\``)
    } else if (value !== undefined && !types.includes(typeof value)) {
      refuse(`\`${name}\` must be a ${types}, received ${typeof value}`)
    }
  }
  if (!('token' in given || 'authorize' in given)) {
    refuse(
      `\`options\` must be an object with \`token\` or \`authorize\`, received ${options && typeof options}`,
    )
  }
}

const refuse = (mistake: string): never => {
  throw new TypeError(`Cannot make routes for profiles: ${mistake}`)
}

/** Of all routes and all copies of the package: a process has one sampler of its heap, which ends with whoever ends it. */
const ofProcess = (): { isBusy: boolean } => {
  const all = globalThis as unknown as Record<symbol, { isBusy: boolean } | undefined>
  const key = Symbol.for('hono-observability.profile')
  const running = all[key] ?? { isBusy: false }
  all[key] = running
  return running
}

/** Longest time of one profile, in seconds: its samples are held in memory. */
export const MAX_PROFILE_SECONDS = 60

type Make = (c: Context, ms: number, isPprof: boolean) => Promise<Uint8Array<ArrayBuffer>>

const json = (value: unknown): Uint8Array<ArrayBuffer> =>
  // A copy: not everybody's types say that this has a buffer of its own.
  Uint8Array.from(new TextEncoder().encode(JSON.stringify(value)))

/** Of a request that its client gave up, too. */
const cpu: Make = async ({ req }, ms, isPprof) => {
  const timeMs = Date.now()
  const profile = await cpuProfile(ms, req.raw.signal)
  return isPprof ? pprofOfCpu(profile, timeMs) : json(profile)
}

const heap: Make = async ({ req }, ms, isPprof) => {
  const timeMs = Date.now()
  const profile = await heapProfile(ms, req.raw.signal)
  return isPprof ? pprofOfHeap(profile, timeMs, ms) : json(profile)
}

/** As pprof's own tools write and read it. */
const gzip = (bytes: Uint8Array<ArrayBuffer>): ReadableStream =>
  new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))

/**
 * Makes routes for profiles on demand, on Deno, Bun and Node, as a Hono app to mount: where the process spends its CPU
 * time (`GET /debug/profile?seconds=10`), and who allocates memory that lives on (`GET /debug/heap?seconds=10`; not on
 * Bun, whose runtime has none). From 1 to 60 seconds, 10 unless said otherwise; one profile at a time in a process,
 * another is 409.
 * The answer is a compressed pprof profile, or with `?format=cpuprofile` and `?format=heapprofile` what DevTools opens.
 *
 * Closed to everyone but those whom `token` or `authorize` lets in (403). Requests for profiles are neither traced nor
 * counted. What the runtime cannot make, and on Workers all of it, is 501; there, DevTools profile: see
 * docs/debugging.md.
 *
 * @throws TypeError when neither `token` nor `authorize` is given (an undefined one is: it opens nothing), or an option
 * is not what it should be; the message names option, expectation and value.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { profileRoutes } from 'hono-observability/process'
 *
 * const app = new Hono()
 * app.route('/', profileRoutes({ token: 'a long one' }))
 *
 * console.assert((await app.request('/debug/profile')).status === 403)
 * ```
 */
export const profileRoutes = <Bindings extends object = Record<string, unknown>>(
  options: ProfileOptions<Bindings>,
): Hono => {
  check(options)
  const answer = async (c: Context, make: Make, own: string): Promise<Response> => {
    c.set(PROBE_MARK, true)
    c.header('Cache-Control', 'no-store')
    if (c.req.method !== 'GET') {
      return c.text('Method Not Allowed\n', 405, { Allow: 'GET' })
    }
    const lack = await lackOf(c, options)
    if (lack) {
      return c.text(`${REFUSALS[lack]}\n`, 403)
    }
    const seconds = Number(c.req.query('seconds') ?? DEFAULT_SECONDS)
    if (!(seconds >= 1 && seconds <= MAX_PROFILE_SECONDS)) {
      return c.text(`\`seconds\` must be a number from 1 to ${MAX_PROFILE_SECONDS}.\n`, 400)
    }
    const format = c.req.query('format') ?? 'pprof'
    if (format !== 'pprof' && format !== own) {
      return c.text(`\`format\` must be pprof or ${own}.\n`, 400)
    }
    const running = ofProcess()
    if (running.isBusy) {
      return c.text('Another profile is being made.\n', 409)
    }
    running.isBusy = true
    try {
      const isPprof = format === 'pprof'
      const bytes = await make(c, seconds * 1000, isPprof)
      const name = isPprof ? own.replace('profile', '.pb.gz') : `profile.${own}`
      c.header('Content-Disposition', `attachment; filename="${name}"`)
      return isPprof
        ? c.body(gzip(bytes), 200, { 'Content-Type': 'application/octet-stream' })
        : c.body(bytes, 200, { 'Content-Type': 'application/json' })
    } catch (error) {
      if (error instanceof CannotProfile) {
        return c.text(`Cannot make this profile: ${error.message}\n`, 501)
      }
      throw error
    } finally {
      running.isBusy = false
    }
  }

  const app = new Hono()
  app.all(options.cpuPath ?? '/debug/profile', (c) => answer(c, cpu, 'cpuprofile'))
  app.all(options.heapPath ?? '/debug/heap', (c) => answer(c, heap, 'heapprofile'))
  return app
}

const REFUSALS = {
  token: 'Profiles need `Authorization: Bearer <token>`.',
  consent: 'Profiles need `authorize` to return true.',
  way: 'Profiles need `token` or `authorize` in profileRoutes().',
} as const
