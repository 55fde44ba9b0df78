import type { SafeLine } from '../base/console.ts'
import type { LineFormat } from './json-line.ts'
import type { EncodedRecord } from './json-value.ts'
import type { LogFields, LogRecord } from './record.ts'
import type { Redactor } from './redact.ts'

export interface LogSinkOptions {
  format: LineFormat
  redactor: Redactor
  /** Takes the finished line, for example {@link createConsoleWriter}'s. */
  writeLine?: ((severityNumber: number, line: SafeLine) => void) | undefined
  /** Takes the redacted record, which is plain data of its own, and its estimated size in bytes. */
  writeRecord?: ((record: LogRecord, bytes: number) => void) | undefined
}

/** Estimated bytes of an exported record besides its message and fields. */
const RECORD_BYTES = 300

/** The record made of plain data, from the same text as the line: both outputs say the same. */
const plainRecord = (
  record: LogRecord,
  encoded: EncodedRecord,
  { format, redactor }: Pick<LogSinkOptions, 'format' | 'redactor'>,
): LogRecord => ({
  ...record,
  body: JSON.parse(encoded.body),
  loggerName: redactor.text(record.loggerName),
  requestId: record.requestId && JSON.parse(format.id(record.requestId)),
  eventName: record.eventName && redactor.text(record.eventName),
  attributes: JSON.parse(`{${encoded.fields.slice(1)}}`) as LogFields,
})

/** Joins redaction and outputs: what it returns takes a record of anything, and has read it in full when it returns. */
export const createLogSink =
  ({ format, redactor, writeLine, writeRecord }: LogSinkOptions): ((record: LogRecord) => void) =>
  (record) => {
    const encoded = format.encode(record)
    writeLine?.(record.severityNumber, format.line(record, encoded))
    writeRecord?.(
      plainRecord(record, encoded, { format, redactor }),
      RECORD_BYTES + encoded.body.length + 2 * encoded.fields.length,
    )
  }
