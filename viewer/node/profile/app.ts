import { readAtMost } from '../../otlp/read-body.ts'
import { CannotProfile, type Recording, reasonOf } from './recording.ts'

const PATHS = { cpu: '/debug/profile', heap: '/debug/heap' } as const
const MAX_BYTES = 256 * 1024 * 1024
/** Beyond the time of the profile. */
const ANSWER_TIMEOUT_MS = 60_000

/**
 * Asks the routes of an app, which `profileRoutes()` makes, for a profile. A URL with a path is taken as it is.
 *
 * @throws CannotProfile
 */
export async function profileByApp(
  app: URL,
  kind: 'cpu' | 'heap',
  seconds: number,
  token: string | undefined,
): Promise<Recording> {
  const url = app.pathname === '/' ? new URL(PATHS[kind], app) : new URL(app)
  url.searchParams.set('seconds', String(seconds))
  url.searchParams.set('format', `${kind}profile`)
  const startMs = Date.now()
  const response = await ask(url, seconds, token)
  const text = new TextDecoder().decode(await readAtMost(response.body, MAX_BYTES, ''))
  if (!response.ok) {
    const line = text.split('\n')[0]?.slice(0, 200) ?? ''
    throw new CannotProfile(`${url.origin}${url.pathname} answered ${response.status}: ${line}`)
  }
  return { text, name: url.host, startMs, durationMs: seconds * 1000 }
}

async function ask(url: URL, seconds: number, token: string | undefined): Promise<Response> {
  try {
    return await fetch(url, {
      // A token is for whom it was given to.
      redirect: 'error',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(seconds * 1000 + ANSWER_TIMEOUT_MS),
    })
  } catch (error) {
    throw new CannotProfile(`no answer from ${url.origin} (${reasonOf(error)})`)
  }
}
