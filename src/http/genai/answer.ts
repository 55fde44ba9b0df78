import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../../base/semconv.ts'
import * as GENAI from './attributes.ts'
import { countOf, type Json, listOf, nameOf, numberOf, objectOf } from './json.ts'

const CACHE_READ = 'gen_ai.usage.cache_read.input_tokens'
const CACHE_WRITTEN = 'gen_ai.usage.cache_creation.input_tokens'
const REASONING = 'gen_ai.usage.reasoning.output_tokens'

/** Alternative answers to one question whose reasons are told. */
const MAX_CHOICES = 128

/** What an answer tells of itself: of one body, or of the events of a stream, whichever API's. */
export class Answer {
  id: string | undefined
  model: string | undefined
  /** What it failed with, in a stream that had begun well. */
  error: string | undefined
  readonly #reasons: string[] = []
  readonly #more: Attributes = {}
  /** What is no part of an API's own count, and is of the conventions': what a cache held, what tools gave. */
  #inputApart: readonly string[] = []
  #toolInput = 0
  #input: number | undefined
  #output: number | undefined
  /** Whether thoughts are no part of the output, as Google and xAI count. */
  #areThoughtsApart = false

  /** Whether its first event was seen. */
  get hasBegun(): boolean {
    return this.id !== undefined
  }

  get input(): number | undefined {
    const sum = this.#sum(this.#input, this.#inputApart)
    return sum === undefined ? sum : sum + this.#toolInput
  }

  get output(): number | undefined {
    return this.#sum(this.#output, this.#areThoughtsApart ? [REASONING] : [])
  }

  read(value: unknown): void {
    if (Array.isArray(value)) {
      // Gemini's stream, where it is no stream of events.
      for (const each of value) {
        this.read(each)
      }
      return
    }
    const event = objectOf(value)
    // Of the Responses API's events, and of the first of Anthropic's.
    const whole = objectOf(event.response ?? event.message ?? event)
    this.id ??= nameOf(whole.id ?? whole.responseId)
    this.model ??= nameOf(whole.model ?? whole.modelVersion)
    this.#readReasons(event, whole)
    this.#readUsage(
      objectOf(whole.usage ?? event.usage ?? whole.usageMetadata ?? objectOf(whole.x_groq).usage),
    )
    this.#more['openai.response.service_tier'] ??= nameOf(whole.service_tier)
    this.#more['openai.response.system_fingerprint'] ??= nameOf(whole.system_fingerprint)
    const error = objectOf(whole.error ?? event.error)
    this.error ??= nameOf(error.code) ?? nameOf(error.type)
    if (event.type === 'error') {
      this.error ??= nameOf(event.code) ?? 'error'
    }
  }

  attributes(isOpenAi: boolean): Attributes {
    const {
      'openai.response.service_tier': tier,
      'openai.response.system_fingerprint': fingerprint,
      ...more
    } = this.#more
    return {
      'gen_ai.response.id': this.id,
      [GENAI.responseModel]: this.model,
      'gen_ai.response.finish_reasons': this.#reasons.length ? this.reasons : undefined,
      [GENAI.inputTokens]: this.input,
      [GENAI.outputTokens]: this.output,
      ...more,
      ...(isOpenAi && {
        'openai.response.service_tier': tier,
        'openai.response.system_fingerprint': fingerprint,
      }),
      [ATTR.errorType]: this.error,
    }
  }

  /** Why each of the alternatives ended. */
  get reasons(): string[] {
    return this.#reasons.filter(Boolean)
  }

  #readReasons(event: Json, whole: Json): void {
    listOf(whole.choices ?? whole.candidates)
      .slice(0, MAX_CHOICES)
      .forEach((each, i) => {
        const choice = objectOf(each)
        this.#reason(choice.finish_reason ?? choice.finishReason, numberOf(choice.index) ?? i)
      })
    this.#reason(whole.stop_reason ?? objectOf(event.delta).stop_reason, 0)
    if (whole.object === 'response' && !['in_progress', 'queued'].includes(String(whole.status))) {
      this.#reason(objectOf(whole.incomplete_details).reason ?? whole.status, 0)
    }
  }

  #reason(given: unknown, index: number): void {
    const reason = nameOf(given)
    if (reason && index >= 0 && index < MAX_CHOICES) {
      this.#reasons[index] = reason
    }
  }

  /** The last that is told counts: those of a stream are sums. */
  #readUsage(usage: Json): void {
    const details = objectOf(usage.prompt_tokens_details ?? usage.input_tokens_details)
    const made = objectOf(usage.completion_tokens_details ?? usage.output_tokens_details)
    const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage
    const { cachedContentTokenCount: cached, thoughtsTokenCount: thoughts } = usage
    this.#count(CACHE_READ, details.cached_tokens ?? read ?? cached)
    this.#count(CACHE_WRITTEN, written)
    this.#count(REASONING, made.reasoning_tokens ?? thoughts)
    const whole = countOf(usage.prompt_tokens ?? usage.promptTokenCount)
    const input = whole ?? countOf(usage.input_tokens)
    if (input !== undefined) {
      this.#input = input
      // Anthropic's `input_tokens`. Those of OpenAI have details, and gateways that tell both count as OpenAI does.
      this.#inputApart =
        whole === undefined && !usage.input_tokens_details ? [CACHE_READ, CACHE_WRITTEN] : []
    }
    this.#toolInput = countOf(usage.toolUsePromptTokenCount) ?? this.#toolInput
    const output = countOf(
      usage.completion_tokens ?? usage.output_tokens ?? usage.candidatesTokenCount,
    )
    if (output !== undefined) {
      this.#output = output
    }
    // Who does not say so shows it by the total.
    this.#areThoughtsApart =
      countOf(thoughts) !== undefined ||
      (output === undefined
        ? this.#areThoughtsApart
        : usage.total_tokens === (input ?? 0) + output + (countOf(made.reasoning_tokens) ?? 0) &&
          usage.total_tokens > (input ?? 0) + output)
  }

  #count(attribute: string, value: unknown): void {
    const count = countOf(value)
    if (count !== undefined) {
      this.#more[attribute] = count
    }
  }

  #sum(count: number | undefined, apart: readonly string[]): number | undefined {
    return apart.reduce<number | undefined>(
      (sum, each) => (sum === undefined ? sum : sum + Number(this.#more[each] ?? 0)),
      count,
    )
  }
}
