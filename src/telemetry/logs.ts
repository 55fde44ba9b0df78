import type { Config } from '../config/config.ts'
import { createConsoleWriter } from '../logs/console.ts'
import { createLineFormat } from '../logs/json-line.ts'
import { createLevels, type Levels } from '../logs/levels.ts'
import type { LogRecord } from '../logs/record.ts'
import { createRedactor } from '../logs/redact.ts'
import { createLogSink } from '../logs/sink.ts'
import { encodeLogs } from '../otlp/logs-json.ts'
import type { SignalQueue } from '../pipeline/signal-queue.ts'
import { createQueue, destinationOf } from './sender.ts'

export interface LogSignal {
  readonly levels: Levels
  /** To the console, and by OTLP if that is on. */
  readonly write: (record: LogRecord) => void
  /** By OTLP only: what the access line already says on the console. Undefined when OTLP is off. */
  readonly export: ((record: LogRecord) => void) | undefined
  readonly queue: SignalQueue<LogRecord> | undefined
}

/** Log records, from loggers to console and queue; undefined when logs are off. */
export const createLogSignal = (config: Config, resource: string): LogSignal | undefined => {
  const { logs } = config
  if (!logs) {
    return undefined
  }
  const redactor = createRedactor(logs.redact)
  const format = createLineFormat({
    serviceName: String(config.resource['service.name']),
    redactor,
    maxLineBytes: logs.maxLineBytes,
  })
  const queue =
    logs.otlp && destinationOf(config, 'logs')
      ? createQueue<LogRecord>(config, 'logs', {
          encode: (records) => encodeLogs(resource, records),
        })
      : undefined
  const writeRecord =
    queue && ((record: LogRecord, bytes: number): void => queue.add(record, bytes))
  const writeLine = logs.console === false ? undefined : createConsoleWriter(logs.console)
  return {
    levels: createLevels(logs.levels),
    write: createLogSink({ format, redactor, writeLine, writeRecord }),
    export: writeRecord && createLogSink({ format, redactor, writeRecord }),
    queue,
  }
}
