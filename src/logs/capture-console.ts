import { type ConsoleMethod, ORIGINAL } from '../base/console.ts'
import { readProperty } from '../base/thrown.ts'
import type { LoggerCore } from './core.ts'
import { createLogger, type LogMethod } from './logger.ts'

type Captured = ConsoleMethod | 'log' | 'trace'
type Method = (...args: unknown[]) => void

const METHODS: readonly Captured[] = ['trace', 'debug', 'log', 'info', 'warn', 'error']

/** `%s`, `%d`, … of a first text, filled in as consoles do; what is left over follows. */
const fillIn = (args: unknown[]): { message: string; rest: unknown[] } => {
  const rest = [...args]
  let message = ''
  if (typeof rest[0] === 'string') {
    message = (rest.shift() as string).slice(0, 16_384).replace(/%[sdifjoOc%]/g, (mark) => {
      if (mark === '%%') {
        return '%'
      }
      const value = rest[0]
      // Objects stay fields, where keys are redacted by name.
      if (rest.length === 0 || (typeof value === 'object' && value !== null)) {
        return mark
      }
      rest.shift()
      return mark === '%c' ? '' : String(value)
    })
  }
  while (rest.length > 0 && !['object', 'function'].includes(typeof rest[0])) {
    message += `${message && ' '}${String(rest.shift())}`
  }
  return { message, rest }
}

/**
 * Turns calls of `console.trace`, `debug`, `log`, `info`, `warn` and `error` into records of a logger named `console`,
 * with the ids of the request that they happen in. What this package writes itself, and what is called while a
 * record is being written, goes to the console's own methods.
 */
export const captureConsole = (
  core: LoggerCore,
  target: Record<Captured, Method> = console as Record<Captured, Method>,
): void => {
  let above: Method = () => {}
  const log = createLogger(
    { ...core, caller: (_, given) => core.caller?.(above, given) },
    'console',
  )
  let isWriting = false

  for (const name of METHODS) {
    const original: Method | undefined = target[name]
    const write: LogMethod = log[name === 'log' ? 'info' : name]
    const captured = (...args: unknown[]): void => {
      if (isWriting) {
        original?.apply(target, args)
        return
      }
      isWriting = true
      above = captured
      try {
        const { message, rest } = fillIn(args)
        const error = rest.find((value) => readProperty(value, 'stack') !== undefined)
        const others = rest.filter((value) => value !== error)
        const fields = others.length > 0 ? { 'console.args': others } : undefined
        if (error) {
          write(error, message || undefined, fields)
        } else {
          write(message, fields)
        }
      } finally {
        isWriting = false
      }
    }
    try {
      target[name] = Object.assign(captured, { [ORIGINAL]: original })
    } catch {
      // A console that cannot be changed is not captured.
    }
  }
}
