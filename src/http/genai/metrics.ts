import type { Attributes } from '@opentelemetry/api'
import { ownHistogram } from '../../metrics/own.ts'
import * as GENAI from './attributes.ts'

const SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
]

const durations = /* @__PURE__ */ ownHistogram(
  'gen_ai.client.operation.duration',
  'GenAI operation duration.',
  SECONDS,
)

const firstChunks = /* @__PURE__ */ ownHistogram(
  'gen_ai.client.operation.time_to_first_chunk',
  'Time to receive the first chunk of a streamed answer, from when it was asked for.',
  SECONDS,
)

const tokens = /* @__PURE__ */ ownHistogram(
  'gen_ai.client.token.usage',
  'Number of input and output tokens used.',
  [
    1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
    67_108_864,
  ],
  '{token}',
)

/** Models of one isolate that metrics tell apart. */
const MAX_MODELS = 256

const models = /* @__PURE__ */ new Set<unknown>()

/**
 * Of an operation's attributes, those that have few values. An app may let its clients choose the model: those that have
 * answered are told, and no more of them than there is room for.
 */
const shared = (attributes: Attributes, hasAnswered = true): Attributes => {
  const { [GENAI.requestModel]: model } = attributes
  if (hasAnswered && models.size < MAX_MODELS) {
    models.add(model)
  }
  return {
    [GENAI.operation]: attributes[GENAI.operation],
    [GENAI.provider]: attributes[GENAI.provider],
    [GENAI.requestModel]: models.has(model) ? model : undefined,
  }
}

/** Semantic conventions for generative AI, "Generative AI client metrics". */
export const measureModel = (
  attributes: Attributes,
  durationMs: number,
  failure: Attributes | undefined,
): void => durations.record(durationMs / 1000, { ...failure, ...shared(attributes, !failure) })

export const measureFirstChunk = (attributes: Attributes, seconds: number): void =>
  firstChunks.record(seconds, shared(attributes))

export const measureTokens = (
  attributes: Attributes,
  input: number | undefined,
  output: number | undefined,
): void => {
  for (const [type, count] of [
    ['input', input],
    ['output', output],
  ] as const) {
    if (count !== undefined) {
      tokens.record(count, { ...shared(attributes), 'gen_ai.token.type': type })
    }
  }
}
