import { activeContext } from '../context/async-context.ts'
import { createConsoleWriter } from '../logs/console.ts'
import { idsOf, type LoggerCore } from '../logs/core.ts'
import { describeError } from '../logs/error.ts'
import { joinFields } from '../logs/join-fields.ts'
import { createLineFormat } from '../logs/json-line.ts'
import type { LogRecord } from '../logs/record.ts'
import { createRedactor } from '../logs/redact.ts'
import { fieldsOf } from '../logs/scope-fields.ts'
import { createLogSink } from '../logs/sink.ts'
import { existingTelemetry, rememberedOptions } from './registry.ts'
import { currentScope, requestIdOf } from './scope.ts'
import type { Telemetry } from './telemetry.ts'

/** That of what is being handled, a request or an event, or else of the first options given. */
export const currentTelemetry = (): Telemetry | undefined =>
  currentScope(activeContext())?.telemetry ?? existingTelemetry(rememberedOptions())

const INFO = 9

/** Looks up request and outputs anew at every call, so that one logger serves all requests. */
export const logCore: LoggerCore = {
  level: (name) => {
    const telemetry = currentTelemetry()
    // Before the first request nothing is known; what is said then is not lost.
    return telemetry ? (telemetry.logs?.levels.of(name) ?? Infinity) : INFO
  },
  write: (record) => {
    const telemetry = currentTelemetry()
    if (telemetry) {
      telemetry.logs?.write(record)
    } else {
      writeEarly(record)
    }
  },
  scope: () => {
    const context = activeContext()
    return {
      ...idsOf(context),
      requestId: requestIdOf(currentScope(context)),
      fields: fieldsOf(context),
    }
  },
  set: (fields) => {
    const scope = currentScope(activeContext())
    if (scope) {
      scope.fields = joinFields(scope.fields, fields)
    }
  },
  describe: (error, given) =>
    describeError(error, currentTelemetry()?.config.logs || undefined, undefined, given),
  caller: (method, given) => {
    const logs = currentTelemetry()?.config.logs
    return logs ? logs.caller?.ofCall?.(method, given) : undefined
  },
}

let earlySink: ((record: LogRecord) => void) | undefined

/** Before the first request there is no configuration: a line on the console, redacted all the same. */
const writeEarly = (record: LogRecord): void => {
  if (!earlySink) {
    const redactor = createRedactor()
    earlySink = createLogSink({
      format: createLineFormat({ serviceName: 'unknown_service', redactor }),
      redactor,
      writeLine: createConsoleWriter(),
    })
  }
  earlySink(record)
}
