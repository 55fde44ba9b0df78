import { nativeFetch } from '../../runtimes/global-fetch.ts'
import { currentTelemetry } from '../../telemetry/log-core.ts'
import { instrumentFetch } from '../instrument-fetch.ts'

/**
 * A `fetch` to be passed to an SDK, whose questions are then shown as {@link genai} says, and its other requests as
 * client spans: for apps that do not want the global one patched (`traces.fetch`), and for SDKs that are given another,
 * such as that of a binding or one with a proxy. Outside of any request it just sends.
 *
 * @param send - What sends the requests. Default: the runtime's `fetch`.
 * @returns A function to be used as `fetch`.
 * @throws TypeError when `send` is not a function.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { genai, modelFetch } from 'hono-observability/genai'
 * import OpenAI from 'openai'
 *
 * const app = new Hono()
 * app.use(observability({ traces: { genai: genai() } }))
 * const openai = new OpenAI({ apiKey: 'key', fetch: modelFetch() })
 * ```
 */
export const modelFetch = (send: typeof fetch = nativeFetch()): typeof fetch => {
  if (typeof send !== 'function') {
    throw new TypeError(`Cannot trace models: \`send\` must be a function, received ${typeof send}`)
  }
  // The patched one makes spans of its own.
  return instrumentFetch(send === globalThis.fetch ? nativeFetch() : send, currentTelemetry)
}
