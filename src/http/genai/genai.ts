import { guard } from '../../base/guard.ts'
import * as ATTR from '../../base/semconv.ts'
import type { ModelTracing } from '../../traces/options.ts'
import { askedAttributes, readRequest } from './asked.ts'
import { beginCall } from './call.ts'
import { inputMessages, systemInstructions } from './content.ts'
import { isNested } from './nested.ts'
import { recognise } from './providers.ts'

/** Settings of {@link genai}. */
export interface GenaiOptions {
  /**
   * More hosts (`llm.internal`, with a port `localhost:11434`) whose APIs are like OpenAI's, Anthropic's or Google's,
   * and what `gen_ai.provider.name` is for them. Default none.
   */
  hosts?: Readonly<Record<string, string>>
  /**
   * Record what was asked and answered, at most 8192 characters of each: `gen_ai.input.messages`,
   * `gen_ai.system_instructions` and `gen_ai.output.messages`, texts alone, without the secrets that `logs.redact` knows.
   * Default false.
   */
  content?: boolean
}

/**
 * A span and metrics for each question to a model that the patched `fetch` sends: by `openai`, `@anthropic-ai/sdk`, `ai`
 * of Vercel or by hand, streamed or not. Recognised are the chat completions, completions, responses and embeddings APIs
 * of OpenAI and of those that are like them, Anthropic's messages and Google's `generateContent` and `embedContent`, by
 * host and path. Needs `traces.fetch: true`, or `modelFetch()` where an SDK takes a `fetch`.
 *
 * The span is called `chat gpt-5`, has what was asked for, why the answer ended, its tokens and the time to its first
 * chunk, and the request's span below it. It lasts until the answer has been read. Metrics:
 * `gen_ai.client.operation.duration`, `.time_to_first_chunk` (both in seconds) and `gen_ai.client.token.usage`. Bodies
 * stay as they are, streams included: they are looked at while the app reads them. Of requests and answers of more than
 * 1 MiB nothing is read. OpenTelemetry's semantic conventions for generative AI, "Inference" and "Embeddings".
 *
 * @returns What `traces.genai` takes.
 * @throws TypeError when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { genai } from 'hono-observability/genai'
 *
 * const app = new Hono()
 * app.use(observability({ traces: { fetch: true, genai: genai() } }))
 * ```
 */
export const genai = ({ hosts = {}, content = false }: GenaiOptions = {}): ModelTracing => {
  if (typeof content !== 'boolean') {
    throw new TypeError(
      `Cannot trace models: \`content\` must be true or false, received ${typeof content}`,
    )
  }
  for (const [host, provider] of Object.entries(hosts)) {
    if (!isHost(host) || typeof provider !== 'string' || !provider) {
      throw new TypeError(
        `Cannot trace models: \`hosts\` must be providers by hosts like \`llm.internal:8080\`, received ${host}: ${provider}`,
      )
    }
  }
  const begin: ModelTracing['begin'] = (href, method, init, parent) => {
    const url = new URL(href)
    const recognised = method === 'POST' && !isNested(parent) ? recognise(url, hosts) : undefined
    if (!recognised) {
      return undefined
    }
    const body = readRequest(init)
    const asked = askedAttributes(recognised, url, body)
    asked[ATTR.serverAddress] = url.hostname
    asked[ATTR.serverPort] = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
    const said = content
      ? {
          'gen_ai.input.messages': inputMessages(body),
          'gen_ai.system_instructions': systemInstructions(body),
        }
      : undefined
    return beginCall(parent, asked, said)
  }
  return { begin: (...args) => guard(() => begin(...args)) }
}

const isHost = (host: string): boolean =>
  URL.canParse(`http://${host}`) && new URL(`http://${host}`).host === host
