import { atOnce } from '../base/thenable.ts'
import { readProperty, toText } from '../base/thrown.ts'
import type { Called } from './call-sites.ts'
import type { LoggerCore } from './core.ts'
import { forWarning } from './error.ts'
import { asFields, beside, joinFields } from './join-fields.ts'
import { type LevelName, levelName, parseLevel, WARN } from './levels.ts'
import { isError } from './plain-form.ts'
import type { LogFields } from './record.ts'
import { withFields } from './scope-fields.ts'

/** Fields, or a function that makes them: called only if the record is written, at most once. */
export type LazyFields = LogFields | (() => LogFields)

/** Writes a record at one level. Never throws. Works detached from its logger, as in `.catch(log.error)`. */
export interface LogMethod {
  (message: string, fields?: LazyFields): void
  /** The record carries the error's class, message, stack, causes and `error.id`. Default message: the error's own. */
  (error: unknown, message?: string, fields?: LazyFields): void
}

/** Writes structured records. Each carries the trace, span and request id of where it is called. */
export interface Logger {
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  readonly fatal: LogMethod
  /** A logger whose records all carry these fields, in addition to this one's. */
  child(fields: LogFields): Logger
  /** A logger with a name of its own, by which its level can be set, and with this one's fields. */
  named(name: string): Logger
  /** Runs `fn`; records written in it by any logger, after awaits too, carry these fields. Returns what `fn` returns. */
  with<T>(fields: LogFields, fn: () => T): T
  /** Adds fields to the one access line that is written when the request ends. The last value of a name stays. */
  set(fields: LogFields): void
  /** Whether records of this level are written at all. */
  isEnabled(level: LevelName): boolean
}

const isErrorLike = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  isError(value) ||
  (typeof readProperty(value, 'message') === 'string' &&
    typeof readProperty(value, 'stack') === 'string')

const evaluate = (fields: unknown): unknown =>
  typeof fields === 'function' ? atOnce(fields()) : fields

/**
 * Creates a logger.
 *
 * @param core Levels, request and output.
 * @param name The logger's name: `logger` in the line, the instrumentation scope in OTLP.
 * @param bound Fields that all its records carry.
 */
export const createLogger = (core: LoggerCore, name: string, bound?: LogFields): Logger => {
  const write = (
    method: Called,
    severity: number,
    first: unknown,
    second: unknown,
    third: unknown,
  ): void => {
    const { traceId, spanId, traceFlags, requestId, fields: scoped } = core.scope()
    // A thrown text comes with a message as well: ('boom', 'charge failed').
    const isPlain = typeof first === 'string' && typeof second !== 'string'
    let body: unknown = isPlain ? first : second
    let fields: LogFields | undefined
    let described: LogFields | undefined
    const own = joinFields(scoped, bound)
    try {
      const given = evaluate(isPlain ? second : third)
      if (isError(given)) {
        described = core.describe(given, [own, fields])
      } else {
        fields = asFields(given)
      }
      if (!isPlain && (typeof first === 'string' || isErrorLike(first))) {
        described = core.describe(first, [own, fields])
        body ??= described['exception.message']
      } else if (!isPlain) {
        fields = joinFields(asFields(first), fields)
      }
    } catch (error) {
      described = core.describe(error)
    }
    if (described && severity === WARN) {
      described = forWarning(described)
    }
    core.write({
      timeMs: Date.now(),
      severityNumber: severity,
      severityText: levelName(severity),
      body: body ?? '',
      loggerName: name,
      traceId,
      spanId,
      traceFlags,
      requestId,
      attributes:
        beside(
          described,
          joinFields(described ? undefined : core.caller?.(method, [own, fields]), own),
          fields,
        ) ?? {},
    })
  }

  const at = (severity: number): LogMethod => {
    const method = (first: unknown, second?: unknown, third?: unknown): void => {
      try {
        if (severity >= core.level(name)) {
          write(method, severity, first, second, third)
        }
      } catch {
        // A record is lost; the application is not.
      }
    }
    return method
  }

  return {
    trace: at(1),
    debug: at(5),
    info: at(9),
    warn: at(WARN),
    error: at(17),
    fatal: at(21),
    child: (fields) => createLogger(core, name, joinFields(bound, asFields(fields))),
    named: (other) => createLogger(core, toText(other), bound),
    with: (fields, fn) => withFields(asFields(fields) ?? {}, fn),
    set: (fields) => {
      try {
        core.set(asFields(fields) ?? {})
      } catch {
        // As with a record.
      }
    },
    isEnabled: (level) => {
      try {
        return (parseLevel(toText(level)) ?? 9) >= core.level(name)
      } catch {
        return false
      }
    },
  }
}
