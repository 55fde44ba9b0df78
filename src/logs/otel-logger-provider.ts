import type { Context } from '@opentelemetry/api'
import { clockOffsetMs, toMs } from '../base/clock.ts'
import { toText } from '../base/thrown.ts'
import { extractBytes } from './bytes-tree.ts'
import { idsOf, type LoggerCore, type LogScope } from './core.ts'
import { asFields, beside } from './join-fields.ts'
import { levelName, parseLevel } from './levels.ts'
import type { LoggerScope, SeverityGiven } from './record.ts'

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

const logScopeOf = (core: LoggerCore, context: Context | undefined): LogScope => {
  const scope = core.scope()
  return context ? { ...scope, ...idsOf(context) } : scope
}

/** Of the options of both API packages; only strings, and objects, are what they should be. */
const toLoggerScope = (options: unknown): LoggerScope | undefined => {
  const { schemaUrl, scopeAttributes } = (options ?? {}) as Record<string, unknown>
  const hasUrl = typeof schemaUrl === 'string' && schemaUrl !== ''
  const hasAttributes = typeof scopeAttributes === 'object' && scopeAttributes !== null
  return hasUrl || hasAttributes
    ? {
        ...(hasUrl && { schemaUrl }),
        ...(hasAttributes && { attributes: { ...scopeAttributes } }),
      }
    : undefined
}

/** What there is to say of a severity but a level; undefined when it is one. */
const severityGiven = (
  { severityNumber = 0, severityText }: EmittedRecord,
  shown: number,
): SeverityGiven | undefined => {
  const isKnown = severityNumber > 0 || parseLevel(toText(severityText)) !== undefined
  return isKnown && severityText !== undefined
    ? undefined
    : { number: isKnown ? shown : 0, text: severityText ?? '' }
}

/** Creates a provider that hands what bridges (pino, winston, LogTape, …) emit to our outputs. */
export const createLoggerProvider = (core: LoggerCore): BridgeLoggerProvider => ({
  getLogger: (name, version, options) => {
    const loggerScope = toLoggerScope(options)
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
          if (severityNumber < core.level(name)) {
            return
          }
          const { traceId, spanId, traceFlags, requestId, fields } = logScopeOf(
            core,
            record.context,
          )
          const { exception } = record
          const offsetMs = clockOffsetMs()
          const body = extractBytes(record.body ?? '')
          const attributes = extractBytes(record.attributes)
          core.write({
            timeMs: toMs(record.timestamp ?? record.observedTimestamp, offsetMs),
            observedMs: toMs(record.observedTimestamp, offsetMs),
            severityNumber,
            severityText:
              typeof record.severityText === 'string'
                ? record.severityText
                : levelName(severityNumber),
            severityGiven: severityGiven(record, severityNumber),
            body: body.value,
            bytes:
              body.bytes === undefined && attributes.bytes === undefined
                ? undefined
                : { body: body.bytes, attributes: attributes.bytes },
            loggerName: name,
            loggerVersion: version,
            loggerScope,
            eventName: record.eventName,
            traceId,
            spanId,
            traceFlags,
            requestId,
            attributes:
              beside(
                exception === undefined ? undefined : core.describe(exception),
                fields,
                asFields(attributes.value),
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
 */
export const registerLoggerProvider = (provider: BridgeLoggerProvider): void => {
  const globals = globalThis as Globals
  // Versions of the interface are numbered; all so far are 1.
  globals[API_LOGS] ??= (version: number) => (version === 1 ? provider : undefined)
  // The API package makes this object when it registers anything; made by us, it would lack its version.
  const api = globals[API] as { logs?: unknown } | undefined
  if (api) {
    api.logs ??= provider
  }
}
