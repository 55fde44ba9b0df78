import { NO_DURATION, quantileMs } from '../store/request-buckets.ts'

/** Requests, or other server and consumer spans, in some time. Durations within 4 %, runs of Workflows left out. */
export interface RequestFigures {
  requests: number
  errors: number
  ratePerS: number
  /** 0 to 1; null without requests. */
  errorRatio: number | null
  /** Null without requests that have a latency. */
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
}

/** Adds up requests by the buckets of their durations. */
export class Figures {
  readonly #counts = new Map<number, number>()
  #requests = 0
  #errors = 0

  get requests(): number {
    return this.#requests
  }

  add(bucket: number, count: number, errors: number): void {
    this.#requests += count
    this.#errors += errors
    if (bucket !== NO_DURATION) this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count)
  }

  over(ms: number): RequestFigures {
    const requests = this.#requests
    return {
      requests,
      errors: this.#errors,
      ratePerS: requests / (ms / 1000),
      errorRatio: requests ? this.#errors / requests : null,
      p50Ms: quantileMs(this.#counts, 0.5),
      p95Ms: quantileMs(this.#counts, 0.95),
      p99Ms: quantileMs(this.#counts, 0.99),
    }
  }
}
