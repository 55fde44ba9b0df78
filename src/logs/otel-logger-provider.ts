import { type Context, trace } from '@opentelemetry/api'
import { clockOffsetMs, toMs } from '../traces/clock.ts'
import type { LoggerCore, LogScope } from './core.ts'
import { asFields, joinFields } from './join-fields.ts'
import { levelName, parseLevel } from './levels.ts'

/** A record as bridges emit it: the API's `LogRecord` of every version so far. */
export interface EmittedRecord {
  eventName?: string
  timestamp?: unknown
  observedTimestamp?: unknown
  severityNumber?: number
  severityText?: string
  body?: unknown
  attributes?: object
  exception?: unknown
  context?: Context
}

/** The API's `Logger`. */
export interface BridgeLogger {
  emit(record: EmittedRecord): void
  enabled(options?: { severityNumber?: number }): boolean
}

/** The API's `LoggerProvider`. */
export interface BridgeLoggerProvider {
  getLogger(name: string, version?: string, options?: unknown): BridgeLogger
}

const scopeOf = (core: LoggerCore, context: Context | undefined): LogScope => {
  const scope = core.scope()
  const span = context && trace.getSpanContext(context)
  return span ? { ...scope, ...span } : scope
}

/** Creates a provider that hands what bridges (pino, winston, LogTape, …) emit to our outputs. */
export const createLoggerProvider = (core: LoggerCore): BridgeLoggerProvider => ({
  getLogger: (name, version) => {
    const severityOf = ({ severityNumber, severityText }: EmittedRecord): number =>
      // Whole and within the range, or it could not be written as the protocol's enum.
      (severityNumber as number) > 0 && (severityNumber as number) < 25
        ? Math.trunc(severityNumber as number)
        : parseLevel(typeof severityText === 'string' ? severityText : '') || 9
    return {
      enabled: (options) => {
        try {
          return severityOf(options ?? {}) >= core.level(name)
        } catch {
          return false
        }
      },
      emit: (record) => {
        try {
          const severityNumber = severityOf(record)
          if (severityNumber < core.level(name)) return
          const { traceId, spanId, traceFlags, requestId, fields } = scopeOf(core, record.context)
          const { exception } = record
          core.write({
            timeMs: toMs(record.timestamp ?? record.observedTimestamp, clockOffsetMs()),
            severityNumber,
            severityText:
              typeof record.severityText === 'string'
                ? record.severityText
                : levelName(severityNumber),
            body: record.body ?? '',
            loggerName: name,
            loggerVersion: version,
            eventName: record.eventName,
            traceId,
            spanId,
            traceFlags,
            requestId,
            attributes:
              joinFields(
                joinFields(fields, exception === undefined ? undefined : core.describe(exception)),
                asFields(record.attributes),
              ) ?? {},
          })
        } catch {
          // A record is lost; the application is not.
        }
      },
    }
  },
})

type Globals = Record<symbol, unknown>

const API_LOGS = /* @__PURE__ */ Symbol.for('io.opentelemetry.js.api.logs')
const API = /* @__PURE__ */ Symbol.for('opentelemetry.js.api.1')

/**
 * Makes the provider the global one, for `@opentelemetry/api-logs` and for `logs` of `@opentelemetry/api` from 1.10,
 * unless another is. Found by their global symbols, since neither need be installed. Loggers that were got from these
 * packages earlier stay without effect: bridges must be set up later than this.
 *
 * @returns takes it back
 */
export const registerLoggerProvider = (provider: BridgeLoggerProvider): (() => void) => {
  const globals = globalThis as Globals
  // Versions of the interface are numbered; all so far are 1.
  const getter = (version: number): BridgeLoggerProvider | undefined =>
    version === 1 ? provider : undefined
  globals[API_LOGS] ??= getter
  // The API package makes this object when it registers anything; made by us, it would lack its version.
  const api = globals[API] as { logs?: unknown } | undefined
  if (api) {
    api.logs ??= provider
  }
  return () => {
    if (globals[API_LOGS] === getter) {
      delete globals[API_LOGS]
    }
    if (api?.logs === provider) {
      delete api.logs
    }
  }
}
