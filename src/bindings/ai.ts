import type { Attributes } from '@opentelemetry/api'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import * as HTTP from '../base/semconv.ts'
import * as GENAI from '../http/genai/attributes.ts'
import { measureModel, measureTokens } from '../http/genai/metrics.ts'
import { observeStream, readUsage } from './ai-stream.ts'
import * as ATTR from './attributes.ts'
import { observe } from './observe.ts'
import type { Ongoing } from './operation.ts'
import type { BindingContext } from './types.ts'
import { wrapObject } from './wrap-object.ts'

type Inputs = Record<string, unknown>

/** Workers AI: the model and its tokens. What was asked and answered is never recorded. */
export const wrapAi = (ai: object, context: BindingContext): object =>
  wrapObject(ai, {
    run: (call, args) =>
      observe(
        context.options,
        () => {
          const attributes = attributesOf(context.name, args)
          return {
            name: `${attributes[GENAI.operation]} ${attributes[GENAI.requestModel]}`,
            attributes,
            succeeded: (result) => answered(attributes, result),
            measure: (durationMs, failure) => measureModel(attributes, durationMs, failure),
            slowThresholdMs: false,
            goesOn: (result, started) =>
              result instanceof ReadableStream ? streamed(result, attributes, started) : undefined,
          }
        },
        () => call(...args),
      ),
  })

const attributesOf = (name: string, [model, given]: unknown[]): Attributes => {
  const inputs = (given ?? {}) as Inputs
  const number = (key: string): number | undefined =>
    typeof inputs[key] === 'number' ? inputs[key] : undefined
  return {
    [GENAI.operation]: operationOf(String(model), inputs),
    [GENAI.provider]: 'cloudflare.workers_ai',
    [GENAI.requestModel]: String(model),
    'gen_ai.request.max_tokens': number('max_tokens'),
    'gen_ai.request.temperature': number('temperature'),
    'gen_ai.request.top_k': number('top_k'),
    'gen_ai.request.top_p': number('top_p'),
    [ATTR.bindingType]: 'AI',
    [ATTR.bindingName]: name,
  }
}

/** The conventions' names for what the inputs look like; `run` says nothing of it. */
const operationOf = (model: string, inputs: Inputs): string =>
  inputs.messages
    ? 'chat'
    : inputs.text && /bge|embed/i.test(model)
      ? 'embeddings'
      : typeof inputs.prompt === 'string' && !/image|diffusion|flux|video/i.test(model)
        ? 'text_completion'
        : 'generate_content'

/** Asked for the raw response, it does not throw. */
const answered = (attributes: Attributes, result: unknown): Attributes =>
  result instanceof Response
    ? {
        [HTTP.statusCode]: result.status,
        [HTTP.errorType]: result.status >= 400 ? String(result.status) : undefined,
      }
    : used(attributes, (result as { usage?: unknown } | null)?.usage)

const used = (attributes: Attributes, usage: unknown): Attributes => {
  const [input, output] = readUsage(usage)
  measureTokens(attributes, input, output)
  return { [GENAI.inputTokens]: input, [GENAI.outputTokens]: output }
}

/** An answer that is sent while it is made: the operation lasts until its end. */
const streamed = (
  stream: ReadableStream<Uint8Array>,
  attributes: Attributes,
  started: Ongoing,
): ReadableStream<Uint8Array> => {
  let firstChunkS: number | undefined
  return observeStream(stream, {
    chunk() {
      firstChunkS ??= (performance.now() - started.startedMs) / 1000
    },
    end: (usage, outcome) =>
      started.end({
        ...used(attributes, usage),
        [GENAI.timeToFirstChunk]: firstChunkS,
        [HONO_ATTR.streamOutcome]: outcome,
      }),
    fail: started.fail,
  })
}
