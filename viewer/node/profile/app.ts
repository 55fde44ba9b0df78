import { readAtMost } from '../../otlp/read-body.ts'
import { CannotProfile, type Recording, reasonOf, withoutToken } from './recording.ts'

const PATHS = { cpu: '/debug/profile', heap: '/debug/heap' } as const
const MAX_BYTES = 256 * 1024 * 1024
/** Beyond the time of the profile. */
const ANSWER_TIMEOUT_MS = 10_000

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
  const place = `${url.origin}${url.pathname}`
  const startMs = Date.now()
  const signal = AbortSignal.timeout(seconds * 1000 + ANSWER_TIMEOUT_MS)
  const response = await ask(url, token, signal)
  const text = await textOf(response, place, signal)
  if (!response.ok) {
    const line = withoutToken(text, token).split('\n')[0]?.slice(0, 200) ?? ''
    throw new CannotProfile(`${place} answered ${response.status}: ${line}`)
  }
  return { text, name: url.host, startMs, durationMs: seconds * 1000 }
}

async function ask(url: URL, token: string | undefined, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      // A token is for whom it was given to.
      redirect: 'error',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal,
    })
  } catch (error) {
    throw new CannotProfile(`no answer from ${url.origin} (${reasonOf(error)})`)
  }
}

async function textOf({ body }: Response, place: string, signal: AbortSignal): Promise<string> {
  try {
    return new TextDecoder().decode(await readAtMost(body, MAX_BYTES, ''))
  } catch (error) {
    const reason = signal.aborted ? 'it did not end in time' : reasonOf(error)
    throw new CannotProfile(`no whole answer from ${place} (${reason})`)
  }
}
