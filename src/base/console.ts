/** The methods of a console that lines are written with. */
export type ConsoleMethod = 'debug' | 'info' | 'warn' | 'error'
export type ConsoleTarget = Record<ConsoleMethod, (...args: unknown[]) => void>

declare const REDACTED: unique symbol
/**
 * A line of which nothing has bypassed a redactor. Only `json-line.ts` and `own-lines.ts` make them, and nothing else
 * can be written: what this package says on the console goes through this file.
 */
export type SafeLine = string & { readonly [REDACTED]: true }

/** A captured console's own method hangs on the one that replaced it under this key. */
export const ORIGINAL: unique symbol = /* @__PURE__ */ Symbol.for('hono-observability.console')

/**
 * How a line reaches the console: `string` as it is, `object` parsed, or what a function makes of it, which is told what
 * `LOG_FORMAT` says, and returns undefined where it has written by itself.
 */
export type ConsoleForm = 'string' | 'object' | ((line: string, format?: string) => unknown)

/**
 * Writes a line. A console that throws, or has no such method, harms nobody.
 *
 * @param value What a form has made of the line.
 */
export const writeConsole = (
  method: ConsoleMethod,
  line: SafeLine,
  target?: ConsoleTarget & { log?: ConsoleTarget['info'] },
  value: unknown = line,
): void => {
  try {
    const to = target ?? console
    const own = to[method] ?? to.log
    // Past a capture, or the line would come back as a record.
    const original = (own as { [ORIGINAL]?: typeof own })[ORIGINAL] ?? own
    original?.call(to, value)
  } catch {
    // There is nowhere left to say so.
  }
}
