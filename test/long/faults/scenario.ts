import type { Wire } from '../../support/faulty-collector.ts'
import type { Answer, SinkRequest } from '../../support/otlp-sink.ts'

/** What a receiver does with a request. */
export interface ScriptedAnswer extends Answer {
  /** Whether it keeps what came. Default: if it begins to answer 2xx. */
  keeps?: boolean
  /** How many records of the request it says that it has not kept. Default 0. */
  rejects?: number
}

/** How much of something arrived. */
export type Share = 'all' | 'some' | 'none'

/** One way to fail, and what is to become of the telemetry. */
export interface Scenario {
  /** Completes "A receiver that …". */
  name: string
  /** Answers while it fails. Default: success. */
  respond?: (request: SinkRequest, index: number) => ScriptedAnswer
  /** Its network while it fails. Default `open`. */
  wire?: Wire
  /** URL to use instead of the receiver's while it fails; `PORT` stands for the receiver's. */
  endpoint?: string
  /** `OTEL_*` variables. */
  vars?: Record<string, string | number>
  /** Spreads the load over so many milliseconds. Default: as fast as it goes. */
  spreadMs?: number
  /** Goes on failing for so many milliseconds after the load. Default 0. */
  lingersMs?: number
  /** The receiver has asked for a pause longer than a test: `forceFlush` ends it. */
  isFlushed?: boolean
  /** How much of what was recorded while it failed the receiver has in the end. Default `all`. */
  delivered?: Share
  /** Whether it keeps some of it twice. Default false. */
  repeats?: boolean
  /** Reasons that spans and log records may be dropped for; some are. Default none. */
  lost?: readonly string[]
  /** Reasons that points of metrics may be dropped for; some are. Default: the same. */
  lostPoints?: readonly string[]
}
