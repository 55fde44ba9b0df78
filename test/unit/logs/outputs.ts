import { readFileSync } from 'node:fs'
import { encodeLogs } from '../../../src/export/json/logs.ts'
import { createLineFormat } from '../../../src/logs/json-line.ts'
import type { LogFields, LogRecord } from '../../../src/logs/record.ts'
import { createRedactor, type RedactOptions } from '../../../src/logs/redact.ts'
import { createLogSink } from '../../../src/logs/sink.ts'

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
export const SPAN_ID = '00f067aa0ba902b7'
export const REQUEST_ID = '9f1c2d3e-4b5a-4978-8796-a5b4c3d2e1f0'
export const TIME_MS = Date.UTC(2026, 10, 21, 8, 30, 15, 42)
export const RESOURCE = '{"attributes":[]}'

export const recordOf = (
  attributes: LogFields,
  body: unknown = 'order read',
  more: Partial<LogRecord> = {},
): LogRecord => ({
  timeMs: TIME_MS,
  severityNumber: 9,
  severityText: 'info',
  body,
  loggerName: 'app',
  attributes,
  ...more,
})

/** What the two outputs make of one record. */
export interface Outputs {
  line: string
  /** The record for export. */
  plain: LogRecord
  /** Its estimated size. */
  bytes: number
  /** An export request of it. */
  readonly otlp: string
}

export interface OutputOptions {
  redact?: RedactOptions | false
  maxLineBytes?: number
}

/** What both outputs make of records, with one and the same state, as in an isolate. */
export const outputsOf = ({
  redact = {},
  ...options
}: OutputOptions = {}): ((record: LogRecord) => Outputs) => {
  const redactor = createRedactor(redact)
  const format = createLineFormat({ serviceName: 'shop', redactor, ...options })
  let line: string
  let plain: LogRecord
  let bytes: number
  const sink = createLogSink({
    format,
    redactor,
    writeLine: (_severity, written) => {
      line = written
    },
    writeRecord: (record, estimate) => {
      plain = record
      bytes = estimate
    },
  })
  return (record) => {
    sink(record)
    const written = plain
    return {
      line,
      plain,
      bytes,
      get otlp() {
        return encodeLogs(RESOURCE, [written])
      },
    }
  }
}

/** The fields of a line made from these fields. */
export const fieldsOf = (fields: LogFields, options?: OutputOptions): LogFields => {
  const line = JSON.parse(outputsOf(options)(recordOf(fields)).line) as LogFields
  for (const key of [
    'timestamp',
    'level',
    'severity_number',
    'message',
    'logger',
    'service.name',
  ]) {
    delete line[key]
  }
  return line
}

/** The lines that the documentation shows. */
export const documentedLines = (): string[] =>
  readFileSync(new URL('../../../docs/logging.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"timestamp"'))
