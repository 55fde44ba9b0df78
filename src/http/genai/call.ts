import { type Attributes, type Context, type Span, trace } from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import * as HONO_ATTR from '../../base/hono-attributes.ts'
import { KIND_CLIENT, STATUS_ERROR } from '../../base/otel-enums.ts'
import * as ATTR from '../../base/semconv.ts'
import { unrefTimer } from '../../base/sleep.ts'
import { errorType, readProperty } from '../../base/thrown.ts'
import { SCOPE_NAME, VERSION } from '../../base/version.ts'
import { Watcher } from '../../context/results/watcher.ts'
import { currentScope } from '../../telemetry/scope.ts'
import { recordFailure } from '../../traces/failure.ts'
import type { ModelCall } from '../../traces/options.ts'
import { Answer } from './answer.ts'
import { nameOfSpan } from './asked.ts'
import * as GENAI from './attributes.ts'
import { AnswerText } from './content.ts'
import { EventReader } from './events.ts'
import { parse } from './json.ts'
import { measureFirstChunk, measureModel, measureTokens } from './metrics.ts'
import { nestedIn } from './nested.ts'
import {
  type BodyObserver,
  isEventStream,
  isObservable,
  observeResponse,
} from './observed-response.ts'
import { whenScopeEnds } from './scope-end.ts'

/** Bytes of an answer that is no stream of events that are kept until all of it is there. */
const MAX_ANSWER = 1_048_576

/** Milliseconds after the request within which a stream that was handed on is begun with. */
const HANDED_ON_MS = 1000

/** Milliseconds after the request within which who reads an answer goes on with it. */
const READ_ON_MS = 5000

/** A question to a model: it lasts until the answer has been read. */
class Call extends Watcher implements ModelCall {
  readonly #parent: Context
  readonly #span: Span
  readonly #asked: Attributes
  readonly #startedMs: number = performance.now()
  readonly #answer: Answer = new Answer()
  readonly #text: AnswerText | undefined
  readonly #isJoined: boolean
  #events: EventReader | undefined
  #chunks: Uint8Array[] = []
  #bytes = 0
  #firstChunkS: number | undefined
  #isAsked = false
  #isRead = false
  /** Pieces that are being waited for. */
  #reads = 0
  #lastReadMs = 0
  /** Whether there is nothing more to wait for. */
  #isTold = false
  #isCancelled = false

  /** @param span Of this call's own. Undefined where the active one is of it. */
  constructor(
    parent: Context,
    span: Span | undefined,
    asked: Attributes,
    text: AnswerText | undefined,
  ) {
    super(nestedIn(span ? trace.setSpan(parent, span) : parent))
    this.#parent = parent
    this.#isJoined = !span
    this.#span = span ?? (trace.getSpan(parent) as Span)
    this.#asked = asked
    this.#text = text
  }

  answered(response: unknown): void {
    if (!guard(() => this.#isObserved(response))) {
      super.end()
    }
  }

  #isObserved(response: unknown): boolean {
    const status = Number(readProperty(response, 'status'))
    if (status >= 400) {
      this.#isRead = true
      this.#answer.error = String(status)
      return false
    }
    if (!isObservable(response)) {
      return false
    }
    if (isEventStream(response)) {
      this.#events = new EventReader(
        () => this.#text !== undefined || !this.#answer.hasBegun,
        (event) => this.#read(event),
      )
    }
    observeResponse(response, this.#observer())
    // Perhaps nobody reads it, or the runtime sends it on unseen.
    this.wait()
    if (!this.#span.isRecording()) {
      // A span that is not recorded does not say when its request ends.
      this.whenOver(whenScopeEnds(currentScope(this.#parent), () => this.end()))
    }
    return true
  }

  /** All of the answer has been told, or the request has ended. */
  override end(): void {
    if (this.#isTold || !(this.#isAsked || this.#isRead)) {
      super.end()
    } else {
      unrefTimer(setTimeout(() => this.#endUnlessRead(), HANDED_ON_MS))
    }
  }

  /** Who has begun to read it may have left without a word. Only he can be who is waited for, not the model. */
  #endUnlessRead(): void {
    this.#isTold ||=
      this.#reads <= 0 && !(this.#isRead && performance.now() - this.#lastReadMs < READ_ON_MS)
    if (this.#isTold) {
      this.#isCancelled = this.#isRead
    }
    this.end()
  }

  #observer(): BodyObserver {
    return {
      asked: () => {
        this.#isAsked = true
      },
      reads: () => {
        this.#isRead = true
        this.#reads++
      },
      chunk: (value) => {
        this.#reads--
        this.#lastReadMs = performance.now()
        this.#chunk(value)
      },
      whole: (body) => {
        if (typeof body === 'string') {
          this.#textOf(body)
        } else if (body instanceof ArrayBuffer || body instanceof Uint8Array) {
          this.#chunk(new Uint8Array(body as ArrayBuffer))
        } else {
          this.#read(body)
        }
      },
      end: (outcome) => {
        this.#isRead = true
        this.#isTold = true
        this.#isCancelled = outcome === 'cancel'
        this.end()
      },
      fail: (error) => this.fail(error),
    }
  }

  #chunk(value: unknown): void {
    if (!(value instanceof Uint8Array)) {
      return
    }
    if (this.#events) {
      this.#firstChunkS ??= (performance.now() - this.#startedMs) / 1000
      this.#events.bytes(value)
    } else if (this.#bytes + value.length <= MAX_ANSWER) {
      // Its memory may be taken from whoever reads it.
      this.#chunks.push(value.slice())
      this.#bytes += value.length
    } else {
      this.#chunks = []
      this.#bytes = Number.POSITIVE_INFINITY
    }
  }

  protected ended(): void {
    guard(() => {
      this.#events?.end()
      if (this.#chunks.length) {
        this.#textOf(decode(this.#chunks))
      }
    })
    const { error } = this.#answer
    this.#close(error === undefined ? undefined : { [ATTR.errorType]: error })
  }

  protected failed(error: unknown): void {
    if (readProperty(error, 'name') === 'AbortError') {
      this.#isCancelled = true
      this.ended()
      return
    }
    if (!this.#isJoined) {
      recordFailure(this.#span, error)
    }
    this.#close({ [ATTR.errorType]: errorType(error, '_OTHER') })
  }

  #textOf(text: string): void {
    if (this.#events) {
      this.#events.text(text)
    } else if (text.length <= MAX_ANSWER) {
      this.#read(parse(text))
    }
  }

  #read(event: unknown): void {
    this.#answer.read(event)
    this.#text?.read(event)
  }

  #close(failure: Attributes | undefined): void {
    const { input, output, reasons } = this.#answer
    const used = { [GENAI.inputTokens]: input, [GENAI.outputTokens]: output }
    guard(() =>
      this.#tell({
        ...this.#answer.attributes(this.#asked[GENAI.provider] === 'openai'),
        ...failure,
        [GENAI.timeToFirstChunk]: this.#firstChunkS,
        'gen_ai.output.messages': this.#text?.messages(reasons[0]),
        // Some SDKs leave as soon as they know that it is over.
        [HONO_ATTR.streamOutcome]: this.#isCancelled && !reasons.length ? 'cancel' : undefined,
        [HONO_ATTR.incomplete]: this.#isRead || failure ? undefined : true,
      }),
    )
    this.run(() => {
      measureModel(this.#asked, performance.now() - this.#startedMs, failure)
      measureTokens(this.#asked, input, output)
      if (this.#firstChunkS !== undefined) {
        measureFirstChunk(this.#asked, this.#firstChunkS)
      }
    })
    guard(() => {
      if (input !== undefined || output !== undefined) {
        const usage = currentScope(this.#parent)?.telemetry.config.usage
        // As the request that asked was counted.
        usage?.end({ name: 'fetch', attributes: {} }, this.#parent, used, undefined)
      }
    })
    if (!this.#isJoined) {
      guard(() => this.#span.end())
    } else if (failure) {
      // Asked once more, it is of the same span.
      joined.delete(this.#span)
    }
  }

  #tell(attributes: Attributes): void {
    if (this.#isJoined) {
      tellMore(this.#span, attributes)
      return
    }
    this.#span.setAttributes(attributes)
    if (attributes[ATTR.errorType]) {
      this.#span.setStatus({ code: STATUS_ERROR })
    }
  }
}

const attributesOf = (span: Span | undefined): Attributes =>
  (span as { attributes?: Attributes } | undefined)?.attributes ?? {}

/** What whoever made this span has not said of it. Whether it failed, and when it ends, is his to say. */
const tellMore = (span: Span, { [ATTR.errorType]: _, ...attributes }: Attributes): void => {
  const known = attributesOf(span)
  span.setAttributes(
    Object.fromEntries(Object.entries(attributes).filter(([key]) => known[key] === undefined)),
  )
}

const decode = (chunks: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder()
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('')
}

/** Spans of somebody else's whose question is known: what else is asked within them has spans of its own. */
const joined = /* @__PURE__ */ new WeakSet<Span>()

/** Of a span that is of one question, as some SDKs make them by themselves. */
const QUESTIONS = /^(?:chat|embeddings|generate_content|text_completion)$/

/**
 * Begins a question. The request that asks it is sent in the context of the call. Where the SDK has a span of its own
 * for it, there is no second one: that one is told what it lacks.
 */
export const beginCall = (
  parent: Context,
  asked: Attributes,
  content: Attributes | undefined,
): ModelCall => {
  const active = trace.getSpan(parent)
  const isJoined =
    active !== undefined &&
    !joined.has(active) &&
    QUESTIONS.test(String(attributesOf(active)[GENAI.operation]))
  if (isJoined) {
    joined.add(active)
    tellMore(active, { ...asked, ...content })
  }
  const span = isJoined
    ? undefined
    : trace
        .getTracer(SCOPE_NAME, VERSION)
        .startSpan(
          nameOfSpan(asked),
          { kind: KIND_CLIENT, attributes: { ...asked, ...content } },
          parent,
        )
  return new Call(parent, span, asked, content && new AnswerText())
}
