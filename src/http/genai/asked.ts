import type { Attributes } from '@opentelemetry/api'
import * as GENAI from './attributes.ts'
import { type Json, listOf, nameOf, numberOf, objectOf, parse } from './json.ts'
import type { Api, Recognised } from './providers.ts'

/** Characters or bytes of a request that are read. Images may be among them. */
const MAX_REQUEST = 1_048_576

const OPERATIONS: Readonly<Record<Api, string>> = {
  chat_completions: 'chat',
  responses: 'chat',
  messages: 'chat',
  embeddings: 'embeddings',
  embed_content: 'embeddings',
  completions: 'text_completion',
  generate_content: 'generate_content',
}

/** The JSON of a request's body, where it can be read without taking it from whom it is for. */
export const readRequest = (init: unknown): Json => {
  // Not asked for: a getter may answer only once, and `fetch` is to be who asks it.
  const body: unknown = Object.getOwnPropertyDescriptor(objectOf(init), 'body')?.value
  if (typeof body === 'string') {
    return body.length <= MAX_REQUEST ? objectOf(parse(body)) : {}
  }
  return body instanceof Uint8Array && body.length <= MAX_REQUEST
    ? objectOf(parse(new TextDecoder().decode(body)))
    : {}
}

/** What is known before it is answered, by the names of one API or another. */
export const askedAttributes = (
  { provider, api, model }: Recognised,
  url: URL,
  body: Json,
): Attributes => {
  const config = objectOf(body.generationConfig)
  const stop = body.stop ?? body.stop_sequences ?? config.stopSequences
  const choices = numberOf(body.n) ?? numberOf(config.candidateCount)
  const isStream = body.stream === true || url.pathname.endsWith(':streamGenerateContent')
  const format = nameOf(
    objectOf(body.response_format).type ?? objectOf(objectOf(body.text).format).type,
  )
  const attributes: Attributes = {
    [GENAI.operation]: OPERATIONS[api],
    [GENAI.provider]: provider,
    [GENAI.requestModel]: nameOf(body.model) ?? nameOf(model),
    'gen_ai.request.stream': isStream || undefined,
    'gen_ai.request.max_tokens': numberOf(
      body.max_completion_tokens ??
        body.max_output_tokens ??
        body.max_tokens ??
        config.maxOutputTokens,
    ),
    'gen_ai.request.temperature': numberOf(body.temperature ?? config.temperature),
    'gen_ai.request.top_p': numberOf(body.top_p ?? config.topP),
    'gen_ai.request.top_k': numberOf(body.top_k ?? config.topK),
    'gen_ai.request.frequency_penalty': numberOf(body.frequency_penalty ?? config.frequencyPenalty),
    'gen_ai.request.presence_penalty': numberOf(body.presence_penalty ?? config.presencePenalty),
    'gen_ai.request.seed': numberOf(body.seed ?? config.seed),
    'gen_ai.request.choice.count': choices === 1 ? undefined : choices,
    'gen_ai.request.stop_sequences': stop
      ? [stop].flat().filter((each) => typeof each === 'string')
      : undefined,
    'gen_ai.output.type':
      format?.startsWith('json') || config.responseMimeType === 'application/json'
        ? 'json'
        : undefined,
    'gen_ai.conversation.id':
      api === 'responses' ? nameOf(objectOf(body.conversation).id ?? body.conversation) : undefined,
    'gen_ai.embeddings.dimension.count': numberOf(body.dimensions ?? body.outputDimensionality),
    'gen_ai.request.encoding_formats': nameOf(body.encoding_format)
      ? listOf([body.encoding_format]).map(String)
      : undefined,
  }
  if (provider === 'openai' && (api === 'chat_completions' || api === 'responses')) {
    attributes['openai.api.type'] = api
    attributes['openai.request.service_tier'] =
      body.service_tier === 'auto' ? undefined : nameOf(body.service_tier)
  }
  return attributes
}

/** `chat gpt-5`: few, since an app asks few models. */
export const nameOfSpan = (attributes: Attributes): string =>
  [attributes[GENAI.operation], attributes[GENAI.requestModel]].filter(Boolean).join(' ')
