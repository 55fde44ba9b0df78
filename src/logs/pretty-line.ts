import type { LogFields } from './record.ts'

const COLORS: Readonly<Record<string, number>> = {
  trace: 90,
  debug: 36,
  info: 32,
  warn: 33,
  error: 31,
  fatal: 35,
}
const HIDDEN: readonly string[] = [
  'timestamp',
  'level',
  'severity_number',
  'message',
  'logger',
  'service.name',
  'span_id',
  'trace_flags',
  'exception.stacktrace',
]

type Paint = (code: number, text: string) => string

const painted: Paint = (code, text) => `\u001b[${code}m${text}\u001b[0m`
const plain: Paint = (_, text) => text

// What could move the cursor, hide what stands before, turn the reading direction, or begin a line that was never logged.
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

const printable = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replace(CONTROL, (char) =>
    char === '\n' ? '\u240a' : '\ufffd',
  )

/** Each line indented: a message that goes on below its first line is part of the stack. */
const indented = (stack: unknown): string =>
  String(stack)
    .split('\n')
    .map((line) => `    ${printable(line.trimStart())}`)
    .join('\n')

/**
 * A log line as people read it: time, level, message, then fields, and below them a stack. For development terminals.
 *
 * @param paint Colours a text; default with ANSI's escapes.
 */
export const prettyLine = (line: string, paint: Paint = painted): string => {
  const record = JSON.parse(line) as LogFields
  const level = String(record.level)
  const fields = Object.entries(record)
    .filter(([key]) => !HIDDEN.includes(key))
    .map(([key, value]) => `${paint(90, `${printable(key)}=`)}${printable(value)}`)
  const stack = record['exception.stacktrace']
  const head = [
    paint(90, String(record.timestamp).slice(11, -1)),
    paint(COLORS[level] ?? 0, level.toUpperCase().padEnd(5)),
    paint(1, printable(record.message)),
    ...fields,
  ].join(' ')
  return stack === undefined ? head : `${head}\n${paint(90, indented(stack))}`
}

interface TerminalGlobals {
  process?: { env?: Record<string, string | undefined>; stdout?: { isTTY?: boolean } }
  Deno?: { stdout: { isTerminal(): boolean } }
}

const noColor = (): boolean => !!(globalThis as TerminalGlobals).process?.env?.NO_COLOR

/** Whether lines go to a person's terminal: a TTY, and `NO_COLOR` is unset or empty. */
export const isDevelopmentTerminal = (): boolean => {
  try {
    const { process, Deno } = globalThis as TerminalGlobals
    const isTerminal = Deno ? Deno.stdout.isTerminal() : process?.stdout?.isTTY === true
    return isTerminal && !noColor()
  } catch {
    // Deno asks for permission to read the environment, and may be refused.
    return false
  }
}

/** How lines are coloured that were asked for by `LOG_FORMAT`, wherever they go. */
const paintAsked = (): Paint => {
  try {
    return noColor() ? plain : painted
  } catch {
    return painted
  }
}

let isTerminal: boolean | undefined
let paint: Paint | undefined

/**
 * For `logs.console`: lines as people read them, in colour, on a development terminal; elsewhere the JSON they are.
 * `LOG_FORMAT`, in any case of its letters, decides otherwise: `pretty` makes them so wherever they go, as on the console of `wrangler dev`, without
 * colour where `NO_COLOR` is set; `json` leaves them JSON on a terminal too.
 *
 * @example
 * ```ts
 * import { observability, pretty } from 'hono-observability'
 *
 * observability({ logs: { console: pretty } })
 * ```
 */
export const pretty = (line: string, format?: string): string => {
  const asked = format?.toLowerCase()
  if (asked === 'pretty') {
    paint ??= paintAsked()
    return prettyLine(line, paint)
  }
  isTerminal ??= isDevelopmentTerminal()
  return isTerminal && asked !== 'json' ? prettyLine(line) : line
}
