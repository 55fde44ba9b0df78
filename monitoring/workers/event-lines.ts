type Json = Readonly<Record<string, unknown>>

const SEVERITY: Readonly<Record<string, number>> = { debug: 5, info: 9, warn: 13, error: 17 }

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objects = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** A member by its name in `wrangler tail`, or by that in Logpush, which begins with a capital. */
const member = (of: Json, ...names: readonly string[]): unknown => {
  for (const name of names) {
    const value = of[name] ?? of[name[0]?.toUpperCase() + name.slice(1)]
    if (value !== undefined) {
      return value
    }
  }
  return undefined
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')

/** A line of this package: a text, or with `logs.console: 'object'` the object that it is. */
const ownLine = (message: unknown): string | undefined => {
  const [only, ...others] = Array.isArray(message) ? message : [message]
  const text = textOf(only)
  return others.length === 0 && text.startsWith('{"timestamp":"') && !/[\r\n]/.test(text)
    ? text
    : undefined
}

/**
 * The lines of one invocation, as `wrangler tail --format json` or Logpush tells of it: those of this package as they
 * were written; what else was said on the console, exceptions that nobody caught, and an outcome that is not `ok` as lines
 * of the same form. Nothing of the request but that.
 */
export const eventLines = (event: unknown): string[] => {
  if (!isObject(event)) {
    return []
  }
  const script = member(event, 'scriptName')
  const service = typeof script === 'string' && script ? script : 'unknown_service'

  const line = (
    at: unknown,
    level: string,
    message: string,
    logger: string,
    fields: Json = {},
  ): string => {
    const date = new Date(typeof at === 'number' ? at : Number.NaN)
    return JSON.stringify({
      timestamp: (Number.isNaN(date.getTime()) ? new Date() : date).toISOString(),
      level,
      severity_number: SEVERITY[level],
      message,
      logger,
      'service.name': service,
      ...fields,
    })
  }

  const logs = objects(member(event, 'logs')).map((log) => {
    const message = member(log, 'message')
    const method = String(member(log, 'level'))
    return (
      ownLine(message) ??
      line(
        member(log, 'timestamp', 'timestampMs'),
        Object.hasOwn(SEVERITY, method) ? method : 'info',
        (Array.isArray(message) ? message : [message]).map(textOf).join(' '),
        'console',
      )
    )
  })
  const exceptions = objects(member(event, 'exceptions')).map((exception) => {
    const stack = member(exception, 'stack')
    const message = textOf(member(exception, 'message'))
    return line(member(exception, 'timestamp', 'timestampMs'), 'error', message, 'tail', {
      'exception.type': textOf(member(exception, 'name')),
      'exception.message': message,
      ...(typeof stack === 'string' && { 'exception.stacktrace': stack }),
    })
  })
  const outcome = member(event, 'outcome')
  const ended =
    typeof outcome === 'string' && outcome !== 'ok'
      ? [
          line(
            member(event, 'eventTimestamp', 'eventTimestampMs'),
            outcome === 'canceled' ? 'warn' : 'error',
            `${service} ended: ${outcome}`,
            'tail',
            { 'hono.tail.outcome': outcome },
          ),
        ]
      : []
  return [...logs, ...exceptions, ...ended]
}

/** The lines of an event's JSON, each with its end; nothing for what is no JSON. */
export const linesOf = (json: string): string => {
  try {
    return eventLines(JSON.parse(json))
      .map((line) => `${line}\n`)
      .join('')
  } catch {
    return ''
  }
}
