import { type Comparison, compare, p99 } from './latency.ts'
import { makeRequests, type Reply } from './requests.ts'

const CLIENTS = 8
const ROUNDS = 20
const REQUESTS_PER_ROUND = 250
/** Further rounds if the first say that the app is too slow, which noise can. */
const MORE_ROUNDS = 20

/** The same requests to two apps, in turn, each request with a number of its own. */
export class Load {
  /** Requests to each so far. */
  made = 0
  /** What the first answered otherwise than the second. */
  readonly differing: string[] = []
  readonly #observedUrl: string
  readonly #baselineUrl: string

  constructor(observedUrl: string, baselineUrl: string) {
    this.#observedUrl = observedUrl
    this.#baselineUrl = baselineUrl
  }

  /** Returns the 99th percentiles of the latency of each, in milliseconds. */
  async both(requests: number): Promise<{ observedMs: number; baselineMs: number }> {
    const round = { first: this.made, requests, clients: CLIENTS }
    this.made += requests
    const observed = await makeRequests({ ...round, url: this.#observedUrl })
    const baseline = await makeRequests({ ...round, url: this.#baselineUrl })
    for (const [i, { seen }] of observed.entries()) {
      const expected = baseline[i]?.seen
      if (seen !== expected) this.differing.push(`${seen} instead of ${expected}`)
    }
    return { observedMs: p99OfReplies(observed), baselineMs: p99OfReplies(baseline) }
  }

  /** Makes 5,000 requests to each in rounds, spread over `spreadMs`. */
  async measure(spreadMs = 0): Promise<Comparison> {
    const first = { url: this.#baselineUrl, first: this.made, requests: REQUESTS_PER_ROUND }
    const baselineMs = [p99OfReplies(await makeRequests({ ...first, clients: CLIENTS }))]
    const observedMs: number[] = []
    const startMs = performance.now()
    const round = async (): Promise<void> => {
      const p99 = await this.both(REQUESTS_PER_ROUND)
      observedMs.push(p99.observedMs)
      baselineMs.push(p99.baselineMs)
    }
    for (let i = 0; i < ROUNDS; i++) {
      await round()
      await until(startMs + (spreadMs / ROUNDS) * (i + 1))
    }
    let comparison = compare(baselineMs, observedMs)
    for (let i = 0; i < MORE_ROUNDS && !comparison.isWithinBounds; i++) {
      await round()
      comparison = compare(baselineMs, observedMs)
    }
    return comparison
  }
}

function p99OfReplies(replies: readonly Reply[]): number {
  return p99(replies.map(({ latencyMs }) => latencyMs))
}

function until(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, timeMs - performance.now())))
}
