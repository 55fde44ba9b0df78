import type { Attributes, Histogram } from '@opentelemetry/api'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import * as HTTP from '../base/semconv.ts'
import { ownHistogram } from '../metrics/own.ts'
import { observeStream, readUsage } from './ai-stream.ts'
import * as ATTR from './attributes.ts'
import { durations } from './metrics.ts'
import { observe } from './observe.ts'
import type { Ongoing } from './operation.ts'
import type { BindingContext } from './types.ts'
import { wrapObject } from './wrap-object.ts'

type Inputs = Record<string, unknown>

const OPERATION = 'gen_ai.operation.name'
const MODEL = 'gen_ai.request.model'
const PROVIDER = 'gen_ai.provider.name'

/** Semantic conventions for generative AI, "Generative AI client metrics". */
const measureModel = /* @__PURE__ */ durations(
  'gen_ai.client.operation.duration',
  'GenAI operation duration.',
  [OPERATION, PROVIDER, MODEL],
  [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
)

const tokens: Pick<Histogram, 'record'> = /* @__PURE__ */ ownHistogram(
  'gen_ai.client.token.usage',
  'Number of input and output tokens used.',
  [
    1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
    67_108_864,
  ],
  '{token}',
)

/** Workers AI: the model and its tokens. What was asked and answered is never recorded. */
export const wrapAi = (ai: object, context: BindingContext): object =>
  wrapObject(ai, {
    run: (call, args) =>
      observe(
        context.options,
        () => {
          const attributes = attributesOf(context.name, args)
          return {
            name: `${attributes[OPERATION]} ${attributes[MODEL]}`,
            attributes,
            succeeded: (result) => answered(attributes, result),
            measure: measureModel(attributes),
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
    [OPERATION]: operationOf(String(model), inputs),
    [PROVIDER]: 'cloudflare.workers_ai',
    [MODEL]: String(model),
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
  for (const [type, count] of [
    ['input', input],
    ['output', output],
  ] as const) {
    if (count !== undefined) {
      tokens.record(count, {
        [OPERATION]: attributes[OPERATION],
        [PROVIDER]: attributes[PROVIDER],
        [MODEL]: attributes[MODEL],
        'gen_ai.token.type': type,
      })
    }
  }
  return { 'gen_ai.usage.input_tokens': input, 'gen_ai.usage.output_tokens': output }
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
        'gen_ai.response.time_to_first_chunk': firstChunkS,
        [HONO_ATTR.streamOutcome]: outcome,
      }),
    fail: started.fail,
  })
}
