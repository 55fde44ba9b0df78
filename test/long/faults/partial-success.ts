import type { Signal } from '../../support/otlp-decoder.ts'
import type { Answer } from '../../support/otlp-sink.ts'

const FIELD: Record<Signal, string> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
}

/** An answer that takes a request but for some of its records, fewer than 128. */
export const partialSuccess = (
  signal: Signal = 'traces',
  rejected: number,
  encoding: 'json' | 'protobuf' = 'json',
): Answer =>
  encoding === 'json'
    ? { body: JSON.stringify({ partialSuccess: { [FIELD[signal]]: String(rejected) } }) }
    : // Field 1, a message of two bytes; in it field 1, a number.
      { body: Uint8Array.of(0x0a, 2, 0x08, rejected) }
