import type { Attributes } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { activeContext } from '../context/async-context.ts'
import type { SignalQueue } from '../export/pipeline/signal-queue.ts'
import { createConsoleWriter } from '../logs/console.ts'
import { formatted } from '../logs/formats/format.ts'
import { createLineFormat } from '../logs/json-line.ts'
import { createLevels, type Levels } from '../logs/levels.ts'
import type { LogRecord } from '../logs/record.ts'
import type { Redactor } from '../logs/redact.ts'
import { createLogSink } from '../logs/sink.ts'
import type { Config } from './config/config.ts'
import { createQueues } from './queues.ts'

export interface LogSignal {
  readonly levels: Levels
  /** To the console, and by OTLP if that is on. */
  readonly write: (record: LogRecord) => void
  /** By OTLP only: what the access line already says on the console. Undefined when OTLP is off. */
  readonly export: ((record: LogRecord) => void) | undefined
  readonly queues: readonly SignalQueue<LogRecord>[]
}

/** Log records, from loggers to console and queue; undefined when logs are off. */
export const createLogSignal = (
  config: Config,
  attributes: Attributes,
  redactor: Redactor,
): LogSignal | undefined => {
  const { logs } = config
  if (!logs) {
    return undefined
  }
  const format = createLineFormat({
    serviceName: String(config.resource['service.name']),
    redactor,
    maxLineBytes: logs.maxLineBytes,
  })
  const queues = logs.otlp
    ? createQueues<LogRecord>(config, 'logs', attributes, {
        encode: (encoding, records, resource) => encoding.encodeLogs(resource, records),
      })
    : []
  const writeRecord = queues.length
    ? (record: LogRecord, bytes: number): void => {
        for (const queue of queues) {
          queue.add(record, bytes)
        }
      }
    : undefined
  const { console: given, format: shape, lineFormat } = logs
  const form: typeof given = typeof given === 'function' ? (line) => given(line, lineFormat) : given
  const writeOut = form
    ? createConsoleWriter(shape === 'default' ? form : formatted(form, shape))
    : undefined
  const { usage } = config
  const writeLine: typeof writeOut =
    usage && writeOut
      ? (severityNumber, line) => {
          writeOut(severityNumber, line)
          guard(() => usage.wrote?.(line, activeContext()))
        }
      : writeOut
  return {
    levels: createLevels(logs.levels),
    write: createLogSink({ format, redactor, writeLine, writeRecord }),
    export: writeRecord && createLogSink({ format, redactor, writeRecord }),
    queues,
  }
}
