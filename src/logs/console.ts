/** The methods of a console that lines are written with. */
export type ConsoleMethod = 'debug' | 'info' | 'warn' | 'error'
export type ConsoleTarget = Record<ConsoleMethod, (...args: unknown[]) => void>

/** A captured console's own method hangs on the one that replaced it under this key. */
export const ORIGINAL: unique symbol = /* @__PURE__ */ Symbol.for('hono-observability.console')

/** How a line reaches the console: `string` as it is, `object` parsed, or what a function makes of it. */
export type ConsoleForm = 'string' | 'object' | ((line: string) => unknown)

/** The method by which the platform gets a severity right. */
export const consoleMethod = (severityNumber: number): ConsoleMethod =>
  severityNumber < 9
    ? 'debug'
    : severityNumber < 13
      ? 'info'
      : severityNumber < 17
        ? 'warn'
        : 'error'

/**
 * Creates a writer of lines to the console: trace and debug through `console.debug`, info, warn, then error and fatal
 * through `console.error`.
 *
 * @param form Default `string`. Use `prettyLine` on a development terminal.
 */
export const createConsoleWriter = (
  form: ConsoleForm = 'string',
  target: ConsoleTarget = console,
): ((severityNumber: number, line: string) => void) => {
  const shape = form === 'object' ? JSON.parse : form
  return (severityNumber, line) => {
    const method = target[consoleMethod(severityNumber)]
    // Past a capture, or the line would come back as a record.
    const original = (method as { [ORIGINAL]?: typeof method })[ORIGINAL] ?? method
    original.call(target, typeof shape === 'function' ? shape(line) : line)
  }
}
