/** What a health route answered. */
export interface HealthView {
  url: string
  /** HTTP status; null when there was no answer. */
  status: number | null
  durationMs: number
  /** Its JSON, as `application/health+json` has it; null when it sent none. */
  body: unknown
  error: string | null
}

const TIMEOUT_MS = 5000
const MAX_LENGTH = 1_000_000

/** Asks the health route of the app that is watched. Its URL is set at the start, by no request. */
export async function readHealth(url: string, now: () => number): Promise<HealthView> {
  const startMs = now()
  const view = (rest: Partial<HealthView>): HealthView => ({
    url,
    status: null,
    durationMs: now() - startMs,
    body: null,
    error: null,
    ...rest,
  })
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/health+json, application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = (await response.text()).slice(0, MAX_LENGTH)
    return view({ status: response.status, body: parse(text) })
  } catch (error) {
    return view({ error: error instanceof Error ? error.message : String(error) })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
