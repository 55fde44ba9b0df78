import {
  type ConsoleForm,
  type ConsoleMethod,
  type ConsoleTarget,
  type SafeLine,
  writeConsole,
} from '../base/console.ts'
import { atOnce } from '../base/thenable.ts'
import { warnOnce } from '../base/warn.ts'

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
export const createConsoleWriter =
  (
    form: ConsoleForm = 'string',
    target?: ConsoleTarget,
  ): ((severityNumber: number, line: SafeLine) => void) =>
  (severityNumber, line) => {
    let value: unknown = line
    try {
      value = form === 'string' ? line : form === 'object' ? JSON.parse(line) : atOnce(form(line))
    } catch {
      warnOnce('`logs.console` or `logs.format` failed.')
    }
    // Nothing: the function has written by itself.
    if ((value ?? null) !== null) {
      writeConsole(consoleMethod(severityNumber), line, target, value)
    }
  }
