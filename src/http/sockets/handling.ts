import type { Context, Span, SpanOptions } from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import { KIND_SERVER } from '../../base/otel-enums.ts'
import { unrefTimer } from '../../base/sleep.ts'
import { runWithContext } from '../../context/async-context.ts'
import { closing } from '../../invocation/run.ts'
import { log } from '../../telemetry/log.ts'
import { recordFailure } from '../../traces/failure.ts'
import { type Connection, linkTo } from './connection.ts'
import { payloadAttributes } from './payload.ts'
import type { WebSocketSettings } from './settings.ts'
import { SpanOnDemand } from './span-on-demand.ts'

/** So long is waited for the handlers of an end, which may hang. */
const LONGEST_MS = 5000

/** One event of a connection while its handlers run. */
export class Handling {
  readonly #connection: Connection
  readonly #span: SpanOnDemand
  /** It begins with its event, whenever it is asked for. The trace's clock reads this. */
  readonly #startMs = performance.now()
  #running = 0
  /** When its handlers had come to their end. */
  #endMs: number | undefined
  #over: (() => void)[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection, event: string, options: SpanOptions) {
    const { telemetry, state, context } = connection
    // The route is in its name alone: it is no request of HTTP, nor to be taken for one.
    const name = `${event} ${state.route ?? ''}`.trim()
    this.#connection = connection
    this.#span = new SpanOnDemand(context, () => {
      const span = telemetry.tracer.startSpan(
        name,
        { ...options, startTime: this.#startMs },
        context,
      )
      if (this.#endMs !== undefined) {
        // Work goes on that nobody waits for: what it belongs to is over.
        span.end(this.#endMs)
      }
      return span
    })
  }

  /** Its span is there, whatever its handlers do, and whether there are any. */
  makeSpan(): this {
    this.#span.make()
    this.#endSoon()
    return this
  }

  /** Runs a handler. What it throws is recorded, and thrown. */
  run<T>(call: () => T): T {
    this.#running++
    this.#endMs = undefined
    return closing(this.#span.context, call, (error, hasFailed) => {
      this.#running--
      if (hasFailed) {
        fail(this.#connection, this.#span.make(), this.#span.context, error)
      }
      this.#endSoon()
    })
  }

  /** Told when all handlers have come to their end: when nothing is left that could fail, or for too long. */
  whenOver(over: () => void): void {
    this.#over.push(over)
    this.#endSoon()
  }

  /** Several listeners of an event are told one after the other. */
  #endSoon(): void {
    queueMicrotask(() => {
      if (this.#running) {
        this.#wait()
        return
      }
      if (this.#endMs === undefined) {
        this.#endMs = performance.now()
        guard(() => this.#span.made?.end())
      }
      this.#tell()
    })
  }

  #wait(): void {
    if (this.#over.length && this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#tell(), LONGEST_MS)
      unrefTimer(this.#timer)
    }
  }

  #tell(): void {
    clearTimeout(this.#timer)
    for (const over of this.#over.splice(0)) {
      // Not in its own context, where who looks would make its span.
      guard(() => runWithContext(this.#connection.context, over))
    }
  }
}

/** A message that has come is counted, and its handlers run in a trace of their own. */
export const receive = (
  connection: Connection,
  data: unknown,
  { messages }: WebSocketSettings,
): Handling => {
  const handling = new Handling(connection, 'message', {
    root: true,
    kind: KIND_SERVER,
    attributes: payloadAttributes(connection.received(data)),
    links: [linkTo(connection)],
  })
  return messages === 'spans' ? handling.makeSpan() : handling
}

/** Of any other event there are few: what its handlers record is below the connection's span. */
export const handle = (connection: Connection, event: string): Handling =>
  new Handling(connection, event, {})

const fail = (connection: Connection, span: Span, context: Context, error: unknown): void => {
  connection.failed(error)
  recordFailure(span, error)
  runWithContext(context, () => errors.error(error, `handler of ${connection.state.name} failed`))
}

const errors = /* @__PURE__ */ log.named('websocket')
