import { type Attributes, type Context, type Link, type Span, trace } from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import * as HONO_ATTR from '../../base/hono-attributes.ts'
import { KIND_CLIENT, KIND_SERVER, STATUS_ERROR } from '../../base/otel-enums.ts'
import * as ATTR from '../../base/semconv.ts'
import { errorType } from '../../base/thrown.ts'
import { SCOPE_NAME, VERSION } from '../../base/version.ts'
import { runWithContext } from '../../context/async-context.ts'
import { recordFailure } from '../../traces/failure.ts'
import * as GENAI from '../genai/attributes.ts'
import { jsonOf } from '../genai/content.ts'
import { objectOf, shortly } from '../genai/json.ts'
import type { KnownNames } from './known-names.ts'
import { type Message, methodOf, targetOf } from './messages.ts'
import { measureOperation } from './metrics.ts'

/** What a request says of itself, besides its method and target. */
export interface Described {
  readonly isReceived: boolean
  readonly attributes: Attributes
  readonly links: Link[]
  readonly names: KnownNames
  /** Whether arguments, results and what errors say are recorded. */
  readonly content: boolean
}

/** The codes of JSON-RPC 2.0 and MCP, and those of HTTP, which servers answer with as well. */
const CODES = /^(?:-32(?:700|60[0-3]|0\d\d)|[45]\d\d)$/

/** One request of either side, from when it is sent or received until it is answered. */
export class Operation {
  readonly context: Context
  readonly method: string
  readonly #described: Described
  readonly #attributes: Attributes
  readonly #span: Span
  readonly #target: string | undefined
  readonly #startedMs: number = performance.now()
  #isOver = false

  constructor(message: Message, described: Described, parent: Context) {
    const { isReceived, links, names, content } = described
    this.method = methodOf(message)
    this.#described = described
    this.#target = targetOf(message)
    this.#attributes = { 'mcp.method.name': this.method, ...described.attributes }
    if (this.method === 'tools/call') {
      this.#attributes[GENAI.operation] = 'execute_tool'
    }
    const { kind } = this
    const isKnown =
      kind !== undefined && !!this.#target && names.has(kind, this.#target, isReceived)
    if (isKnown) {
      this.#attributes[this.#key] = this.#target
    }
    const argumentsText =
      content && this.method === 'tools/call'
        ? jsonOf(objectOf(message.params).arguments)
        : undefined
    this.#span = trace.getTracer(SCOPE_NAME, VERSION).startSpan(
      isKnown ? `${this.method} ${this.#target}` : this.method,
      {
        kind: isReceived ? KIND_SERVER : KIND_CLIENT,
        attributes: { ...this.#attributes, 'gen_ai.tool.call.arguments': argumentsText },
        links,
      },
      parent,
    )
    this.context = trace.setSpan(parent, this.#span)
  }

  /** What its target is of. */
  get kind(): 'tools' | 'prompts' | undefined {
    return this.method === 'tools/call'
      ? 'tools'
      : this.method === 'prompts/get'
        ? 'prompts'
        : undefined
  }

  /** Of what is known only when it is answered. */
  set(attributes: Attributes): void {
    Object.assign(this.#attributes, attributes)
    guard(() => this.#span.setAttributes(attributes))
  }

  answered({ result, error }: Message): void {
    const { names, content, isReceived } = this.#described
    guard(() => {
      if (error !== undefined) {
        this.#refused(objectOf(error))
        return
      }
      if (objectOf(result).isError === true) {
        this.#fail('tool_error')
        return
      }
      if (this.kind && this.#target && !isReceived) {
        names.called(this.kind, this.#target)
        if (names.has(this.kind, this.#target, isReceived)) {
          this.set({ [this.#key]: this.#target })
          this.#span.updateName(`${this.method} ${this.#target}`)
        }
      }
      if (content && this.kind === 'tools') {
        this.#span.setAttribute('gen_ai.tool.call.result', jsonOf(result) ?? (undefined as never))
      }
      if (this.method === 'tools/list' || this.method === 'prompts/list') {
        names.listed(this.method === 'tools/list' ? 'tools' : 'prompts', result, isReceived)
      }
    })
    this.#end()
  }

  /** It could not be sent. */
  failed(error: unknown): void {
    guard(() => recordFailure(this.#span, error))
    this.#attributes[ATTR.errorType] = errorType(error, '_OTHER')
    this.#end()
  }

  /** Nobody waits for an answer any more. */
  cancelled(): void {
    this.#fail('cancelled')
    this.#end()
  }

  /** Its connection has ended before it. */
  abandoned(): void {
    this.set({ [HONO_ATTR.incomplete]: true })
    this.#end()
  }

  get #key(): string {
    return this.kind === 'prompts' ? GENAI.promptName : GENAI.toolName
  }

  #refused({ code, message }: { readonly code?: unknown; readonly message?: unknown }): void {
    const told = Number.isSafeInteger(code) ? String(code) : '_OTHER'
    const status = CODES.test(told) ? told : '_OTHER'
    this.set({ 'rpc.response.status_code': status })
    // Metrics have those that are some hundreds, a span what was answered.
    guard(() => this.#span.setAttribute('rpc.response.status_code', told))
    // It quotes what was asked for: a URI with its query, a name that nobody has.
    const isTold = this.#described.content && typeof message === 'string'
    this.#fail(status, isTold ? shortly(message) : undefined)
  }

  #fail(type: string, message?: string): void {
    this.set({ [ATTR.errorType]: type })
    guard(() => this.#span.setStatus({ code: STATUS_ERROR, ...(message && { message }) }))
  }

  #end(): void {
    if (this.#isOver) {
      return
    }
    this.#isOver = true
    runWithContext(this.context, () =>
      measureOperation(
        this.#described.isReceived,
        this.#attributes,
        performance.now() - this.#startedMs,
      ),
    )
    guard(() => this.#span.end())
  }
}
