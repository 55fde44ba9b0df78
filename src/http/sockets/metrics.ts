import type { Attributes, Counter, Histogram } from '@opentelemetry/api'
import * as ATTR from '../../base/semconv.ts'
import { ownCounter, ownHistogram, ownUpDownCounter } from '../../metrics/own.ts'
import * as WS_ATTR from './attributes.ts'
import type { Payload } from './payload.ts'

/** From an instant to a day. */
const SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

const connections: Pick<Counter, 'add'> = /* @__PURE__ */ ownUpDownCounter(
  'hono.websocket.connections',
  '{connection}',
  'WebSockets that are open.',
)

const messages: Pick<Counter, 'add'> = /* @__PURE__ */ ownCounter(
  'hono.websocket.messages',
  '{message}',
  'Messages of WebSockets.',
)

const io: Pick<Counter, 'add'> = /* @__PURE__ */ ownCounter(
  'hono.websocket.io',
  'By',
  'Payload of messages of WebSockets.',
)

const duration: Pick<Histogram, 'record'> = /* @__PURE__ */ ownHistogram(
  'hono.websocket.connection.duration',
  'How long WebSockets were open.',
  SECONDS,
)

export type Direction = 'receive' | 'transmit'

const routed = (route: string | undefined): Attributes =>
  route === undefined ? {} : { [ATTR.route]: route }

export const countConnection = (route: string | undefined, change: 1 | -1): void =>
  connections.add(change, routed(route))

export const countMessage = (
  route: string | undefined,
  direction: Direction,
  { bytes }: Payload,
): void => {
  const attributes = { ...routed(route), [WS_ATTR.direction]: direction }
  messages.add(1, attributes)
  io.add(bytes, attributes)
}

export const measureConnection = (
  route: string | undefined,
  durationMs: number,
  code: number | undefined,
  errorType: string | undefined,
): void =>
  duration.record(durationMs / 1000, {
    ...routed(route),
    ...(code !== undefined && { [WS_ATTR.closeCode]: boundedCode(code) }),
    ...(errorType !== undefined && { [ATTR.errorType]: errorType }),
  })

/** A client may close with any of two thousand codes: each thousand is one, and 0 is what nobody may close with. */
const boundedCode = (code: number): number => {
  if (code >= 1000 && code <= 1015) {
    return code
  }
  return code >= 3000 && code < 5000 ? Math.floor(code / 1000) * 1000 : 0
}
