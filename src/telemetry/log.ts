import { createLogger, type Logger } from '../logs/logger.ts'
import { currentTelemetry, logCore } from './log-core.ts'

/**
 * Writes structured log records, each with the trace, span and request id of where it is called. Works anywhere; in
 * handlers it is `c.var.log` as well.
 *
 * @example
 * ```ts
 * import { log } from 'hono-observability'
 *
 * log.info('order placed', { 'order.id': 7 })
 * log.error(new Error('card declined'), 'charge failed', { 'order.id': 7 })
 * log.debug('cart', () => ({ computed: 'only when debug is on' }))
 * const db = log.named('db').child({ 'db.system.name': 'sqlite' })
 * db.warn('slow query')
 * ```
 */
export const log: Logger = /* @__PURE__ */ createLogger(logCore, 'app')

/**
 * Changes what is logged, from now on, in this isolate.
 *
 * @param pattern - A logger's name (`db`), its name and those below it (`db.*`), or all (`*`).
 * @param level - `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `all` or `off`, in any case.
 * @returns False before the first request, or when logs are off.
 * @throws TypeError when the level is unknown.
 *
 * @example
 * ```ts
 * import { setLogLevel } from 'hono-observability'
 *
 * setLogLevel('*', 'debug')
 * ```
 */
export const setLogLevel = (pattern: string, level: string): boolean => {
  const levels = currentTelemetry()?.logs?.levels
  levels?.set(pattern, level)
  return levels !== undefined
}
