import { type Attributes, type Context, type SpanContext, trace } from '@opentelemetry/api'
import * as HONO_ATTR from '../../base/hono-attributes.ts'
import { KIND_INTERNAL, STATUS_ERROR } from '../../base/otel-enums.ts'
import { redactStart } from '../../base/own-lines.ts'
import * as ATTR from '../../base/semconv.ts'
import { errorType } from '../../base/thrown.ts'
import { runWithContext } from '../../context/async-context.ts'
import { runtimeName } from '../../runtimes/runtime-name.ts'
import { log } from '../../telemetry/log.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { SpanTracer } from '../../traces/tracer.ts'
import * as WS_ATTR from './attributes.ts'
import type { ConnectionState } from './connection-state.ts'
import { countConnection, countMessage, type Direction, measureConnection } from './metrics.ts'
import { type Payload, payloadAttributes, payloadOf } from './payload.ts'

/** Messages of a connection that are events of its span: the first ones, which are kept until it is over. */
export const MAX_MESSAGE_EVENTS = 20

/** Characters of a close's reason: the protocol has room for 123 bytes. */
const MAX_REASON = 123

/** Of a connection that ended without saying so. */
const ABNORMAL_CLOSURE = 1006

interface MessageEvent {
  readonly timeMs: number
  readonly attributes: Attributes
}

/**
 * One WebSocket from open to close. Its span is made when it is over, with the ids that it was given at its beginning:
 * so nothing is held open for hours, nor lost where the end is seen by another isolate than the beginning.
 */
export class Connection {
  readonly telemetry: Telemetry
  readonly state: ConnectionState
  /** What its handlers run in, below its span. */
  readonly context: Context
  readonly #keepsEvents: boolean
  readonly #events: MessageEvent[] = []
  #isOpen = false
  #isOver = false
  #endMs: number | undefined

  /** @param base Of the request that was upgraded: its ids, and its request's. */
  constructor(telemetry: Telemetry, state: ConnectionState, base: Context, keepsEvents = false) {
    this.telemetry = telemetry
    this.state = state
    this.context = trace.setSpanContext(base, this.spanContext)
    this.#keepsEvents = keepsEvents
  }

  /** Of a span that is recorded if the upgrade's is. */
  get spanContext(): SpanContext {
    const { parent, spanId } = this.state
    return { traceId: parent.traceId, spanId, traceFlags: parent.traceFlags }
  }

  /** Has it counted, once. */
  open(): void {
    if (!this.#isOpen) {
      this.#isOpen = true
      this.state.startMs = Date.now()
      countConnection(this.state.route, 1)
    }
  }

  received(data: unknown): Payload {
    const payload = payloadOf(data)
    this.state.receivedMessages++
    this.state.receivedBytes += payload.bytes
    this.#count('receive', payload)
    return payload
  }

  sent(data: unknown): void {
    if (!this.#isOver) {
      const payload = payloadOf(data)
      this.state.sentMessages++
      this.state.sentBytes += payload.bytes
      this.#count('transmit', payload)
    }
  }

  /** A handler has. */
  failed(error: unknown): void {
    this.state.failures++
    this.state.errorType ??= errorType(error, '_OTHER')
  }

  /** Its socket says so. */
  errored(error: unknown): void {
    this.state.errorType ??= errorType(error, '_OTHER')
  }

  /** Nothing comes after its error. Elsewhere than on Workers it is closed next. */
  broken(error: unknown): void {
    this.errored(error)
    if (runtimeName() === 'workers') {
      this.closed(undefined)
    }
  }

  /** It is not open any more, though its handlers may still have to do. What was never open was not closed. */
  closing(): void {
    if (this.#endMs === undefined && (this.#isOpen || this.state.isRestored)) {
      this.#endMs = Math.max(Date.now(), this.state.startMs)
      countConnection(this.state.route, -1)
    }
  }

  /** It is over, which is told once. */
  closed(told: number | undefined, reason?: unknown, wasClean?: unknown): void {
    this.closing()
    const endMs = this.#endMs
    if (this.#isOver || endMs === undefined) {
      return
    }
    this.#isOver = true
    const { route, startMs, errorType: failure } = this.state
    // Deno tells 0 of one that broke off. RFC 6455, 7.1.5.
    const code = told === 0 ? ABNORMAL_CLOSURE : told
    const attributes: Attributes = {
      ...this.#attributes(),
      [WS_ATTR.closeCode]: code,
      [WS_ATTR.closeReason]: reason ? redactStart(String(reason), MAX_REASON) : undefined,
      [WS_ATTR.closeClean]: typeof wasClean === 'boolean' ? wasClean : undefined,
      [ATTR.errorType]: failure,
    }
    runWithContext(this.context, () => measureConnection(route, endMs - startMs, code, failure))
    this.#record(attributes, endMs)
    const { logs } = this.telemetry.config
    if (logs && logs.access) {
      runWithContext(this.context, () =>
        closings.info(`${this.state.name} ${code ?? ''}`.trim(), {
          ...attributes,
          duration_ms: endMs - startMs,
        }),
      )
    }
  }

  #count(direction: Direction, payload: Payload): void {
    // Not in the message's: it would have a span, for an example to lead to.
    runWithContext(this.context, () => countMessage(this.state.route, direction, payload))
    if (this.#keepsEvents && this.#events.length < MAX_MESSAGE_EVENTS) {
      this.#events.push({
        timeMs: Date.now(),
        attributes: { [WS_ATTR.direction]: direction, ...payloadAttributes(payload) },
      })
    }
  }

  #attributes(): Attributes {
    const { state } = this
    return {
      [WS_ATTR.protocolName]: 'websocket',
      [ATTR.route]: state.route,
      [WS_ATTR.receivedMessages]: state.receivedMessages,
      [WS_ATTR.receivedBytes]: state.receivedBytes,
      [WS_ATTR.sentMessages]: state.sentMessages,
      [WS_ATTR.sentBytes]: state.sentBytes,
      [WS_ATTR.failures]: state.failures || undefined,
    }
  }

  #record(attributes: Attributes, endMs: number): void {
    const { parent, spanId, name, startMs, errorType: failure } = this.state
    const span = (this.telemetry.tracer as SpanTracer).startSpan(
      name,
      {
        kind: KIND_INTERNAL,
        attributes,
        startTime: startMs,
        ids: { traceId: parent.traceId, spanId },
      },
      trace.setSpanContext(this.context, parent),
    )
    for (const { timeMs, attributes: told } of this.#events) {
      span.addEvent('hono.websocket.message', told, timeMs)
    }
    if (failure !== undefined) {
      span.setStatus({ code: STATUS_ERROR })
    }
    span.end(endMs)
  }
}

/** Of a message's span, which is in a trace of its own: one of hours would have no end. */
export const linkTo = (
  connection: Connection,
): { context: SpanContext; attributes: Attributes } => ({
  context: connection.spanContext,
  attributes: { [HONO_ATTR.linkReason]: 'websocket' },
})

const closings = /* @__PURE__ */ log.named('websocket')
