import type { Signal } from './otlp/model.ts'

/** Where everything received goes as well. */
export interface ForwardOptions {
  /** Base of an OTLP/HTTP endpoint: `/v1/traces` and the like are added. */
  url: string
  /** Sent with each request, for example `authorization`. */
  headers?: Record<string, string>
  /** Default `globalThis.fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/** What became of what was to be forwarded, in posts. */
export interface ForwardCounts {
  url: string
  sent: number
  failed: number
  /** Not tried, because too much waited already. */
  dropped: number
  waiting: number
  lastError: string | null
}

const MAX_WAITING_BYTES = 16 * 1024 * 1024
const MAX_WAITING = 256
const CONCURRENT = 2
const TIMEOUT_MS = 10_000

interface Waiting {
  signal: Signal
  headers: Record<string, string>
  body: Uint8Array<ArrayBuffer>
}

/**
 * Sends what was received on, as it was. Nobody waits for it: behind a dead endpoint the newest are
 * dropped and counted. Nothing is tried twice, since the sender has been told of success.
 */
export class Forwarder {
  readonly #options: ForwardOptions
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #running = 0
  #sent = 0
  #failed = 0
  #dropped = 0
  #lastError: string | null = null

  constructor(options: ForwardOptions) {
    this.#options = { ...options, url: options.url.replace(/\/+$/, '') }
  }

  get counts(): ForwardCounts {
    return {
      url: withoutCredentials(this.#options.url),
      sent: this.#sent,
      failed: this.#failed,
      dropped: this.#dropped,
      waiting: this.#waiting.length + this.#running,
      lastError: this.#lastError,
    }
  }

  offer(signal: Signal, request: Request, body: Uint8Array<ArrayBuffer>): void {
    const isFull =
      this.#waiting.length >= MAX_WAITING ||
      this.#waitingBytes + body.byteLength > MAX_WAITING_BYTES
    if (isFull) {
      this.#dropped++
      return
    }
    const headers: Record<string, string> = { ...this.#options.headers }
    for (const name of ['content-type', 'content-encoding']) {
      const value = request.headers.get(name)
      if (value) headers[name] = value
    }
    this.#waiting.push({ signal, headers, body })
    this.#waitingBytes += body.byteLength
    while (this.#running < CONCURRENT && this.#waiting.length) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running++
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#waitingBytes -= next.body.byteLength
      await this.#send(next)
    }
    this.#running--
  }

  async #send({ signal, headers, body }: Waiting): Promise<void> {
    const send = this.#options.fetch ?? fetch
    try {
      const response = await send(`${this.#options.url}/v1/${signal}`, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      await response.body?.cancel()
      if (response.ok) this.#sent++
      else this.#fail(`${signal}: status ${response.status}`)
    } catch (error) {
      this.#fail(`${signal}: ${error instanceof Error ? error.message : error}`)
    }
  }

  #fail(reason: string): void {
    this.#failed++
    this.#lastError = reason
  }
}

function withoutCredentials(url: string): string {
  try {
    const parsed = new URL(url)
    parsed.username = ''
    parsed.password = ''
    return parsed.href.replace(/\/$/, '')
  } catch {
    return url
  }
}
