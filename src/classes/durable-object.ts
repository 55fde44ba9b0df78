import type { Attributes } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { KIND_INTERNAL, KIND_SERVER } from '../base/otel-enums.ts'
import { runFetch } from '../http/run-fetch.ts'
import type { HibernatingSockets, SocketEvent } from '../http/sockets/hibernating-sockets.ts'
import { run } from '../invocation/run.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { checkPropagate, type PropagateSettings } from './propagate.ts'
import { runRpc } from './rpc.ts'
import { instrumentStorage } from './storage.ts'
import { type AnyClass, type Called, type Intercept, subclass } from './subclass.ts'

/** Settings of {@link instrumentDurableObject}. */
export interface DurableObjectSettings extends PropagateSettings {
  /** Spans and metrics of `ctx.storage` and its SQL. Default true. */
  storage?: boolean
  /** The connections of WebSockets that hibernate: `hibernatingSockets()` of `hono-observability/websocket`. Default none. */
  websockets?: HibernatingSockets
}

/**
 * Instruments a Durable Object: `fetch`, `alarm`, the events of hibernating WebSockets, and each RPC method, with
 * what they do to the object's storage. `this.env` has its bindings instrumented when the options say so.
 *
 * @param Class - Is not changed.
 * @param options - Default: those of the first `observability()` or `instrument()`, so that all share one pipeline.
 * @returns A subclass, of the same type: stubs of `DurableObjectNamespace` are those of `Class`.
 * @throws TypeError when `Class` is not a class, or an option is not what it should be.
 *
 * @example
 * ```ts workers
 * import { DurableObject } from 'cloudflare:workers'
 * import { instrumentDurableObject } from 'hono-observability'
 *
 * class CounterObject extends DurableObject {
 *   async increment(): Promise<number> {
 *     const value = ((await this.ctx.storage.get<number>('value')) ?? 0) + 1
 *     await this.ctx.storage.put('value', value)
 *     return value
 *   }
 * }
 *
 * export const Counter = instrumentDurableObject(CounterObject, { service: { name: 'shop' } })
 * ```
 */
export const instrumentDurableObject = <C extends AnyClass>(
  Class: C,
  options?: ObservabilityOptions,
  settings: DurableObjectSettings = {},
): C => {
  checkPropagate(settings)
  const { storage = true, propagate, websockets } = settings
  return subclass(
    websockets ? websockets.complete(Class) : Class,
    options,
    interceptWith(propagate, websockets),
    (owner, given) => {
      if (storage) {
        guard(() => instrumentStorage(owner, { usage: given.bindings?.usage }))
      }
      guard(() => websockets?.prepare(owner, given))
    },
  )
}

/** Events of the platform, with what they tell about themselves. */
const EVENTS: Readonly<Record<string, (args: readonly unknown[]) => Attributes>> = {
  alarm: ([info]) => alarmAttributes((info ?? {}) as AlarmInfo),
  webSocketMessage: ([, message]) => ({
    'hono.websocket.message.type': typeof message === 'string' ? 'text' : 'binary',
    'hono.websocket.message.size':
      typeof message === 'string' ? message.length : (message as ArrayBuffer).byteLength,
  }),
  webSocketClose: ([, code, , wasClean]) => ({
    'hono.websocket.close.code': code as number,
    'hono.websocket.close.clean': wasClean as boolean,
  }),
  webSocketError: () => ({}),
}

interface AlarmInfo {
  readonly retryCount?: number
  readonly isRetry?: boolean
  readonly scheduledTime?: number
}

const alarmAttributes = ({ retryCount, isRetry, scheduledTime }: AlarmInfo): Attributes => ({
  'faas.trigger': 'timer',
  'hono.alarm.retry_count': retryCount,
  'hono.alarm.is_retry': isRetry,
  'hono.alarm.lateness_ms':
    scheduledTime === undefined ? undefined : Math.max(0, Date.now() - Number(scheduledTime)),
})

const interceptWith =
  (propagate: boolean | undefined, sockets: HibernatingSockets | undefined): Intercept =>
  (method) =>
    method === 'fetch'
      ? ({ invocation, args, call }) => runFetch(invocation, args[0], call)
      : Object.hasOwn(EVENTS, method)
        ? (called) => runEvent(called, sockets)
        : (called) => runRpc(called, propagate)

const runEvent = (
  { invocation, className, method, args, call }: Called,
  sockets: HibernatingSockets | undefined,
): unknown =>
  run(
    invocation,
    () => {
      const socket: SocketEvent | undefined =
        method === 'alarm'
          ? undefined
          : guard(() => sockets?.event(invocation.executionCtx as object, method, args))
      return {
        name: `${method} ${className}`,
        kind: method === 'alarm' ? KIND_INTERNAL : KIND_SERVER,
        attributes: {
          'code.function.name': `${className}.${method}`,
          ...EVENTS[method]?.(args),
          ...socket?.attributes,
        },
        ...(socket && {
          links: socket.links,
          ended: (_span, error, hasFailed) => socket.ended(error, hasFailed),
        }),
      }
    },
    () => call(...args),
  )
