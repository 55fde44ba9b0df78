import { readProperty } from '../base/thrown.ts'
import type { Called, CallSites, Given } from './call-sites.ts'
import type { LogFields } from './record.ts'

/** Characters of a stack that are read, from behind the message on. */
const MAX_STACK = 8192

const PLACE: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'code.file.path',
  'code.line.number',
  'code.column.number',
  'code.function.name',
])

/** Frames that are asked for, each of which takes a microsecond or two: the caller's own is mostly the first. */
const FRAMES = 4

/** Frames of the runtime and of packages. In a bundle, which is one file, there are no others to be told apart. */
const NOT_OF_THE_APP =
  /^(?:native|<anonymous>|eval at |(?:node|internal|ext|bun|wasm|cloudflare|workerd)(?:-internal)?:|https:\/\/jsr\.io\/)|[/\\]node_modules[/\\]|\/deno\/npm\//

/**
 * The place that a line of V8's form names, such as `at Shop.pay (file:///app/shop.ts:12:34)`; Bun has the same form.
 * Undefined where it names none of the app's.
 */
const placeIn = (line: string): LogFields | undefined => {
  const [whole, row, column] = /:(\d{1,9}):(\d{1,9})\)?$/.exec(line) ?? []
  const [start] = /^\s+at (?:async |new )*/.exec(line) ?? []
  if (whole === undefined || start === undefined) {
    return undefined
  }
  const head = line.slice(start.length, -whole.length)
  const bracket = whole.endsWith(')') ? head.indexOf(' (') : -1
  const file = bracket < 0 ? head : head.slice(bracket + 2)
  const [name] = bracket < 0 ? [] : head.slice(0, bracket).split(' [as ')
  return file === '' || NOT_OF_THE_APP.test(file)
    ? undefined
    : {
        'code.file.path': file.replace(/^file:\/\//, '').split('?', 1)[0],
        'code.line.number': Number(row),
        'code.column.number': Number(column),
        'code.function.name': name === '<anonymous>' ? undefined : name,
      }
}

const firstPlace = (stack: unknown, message?: unknown): LogFields | undefined => {
  if (typeof stack !== 'string') {
    return undefined
  }
  // A message may have lines that look like frames.
  const at = typeof message === 'string' ? stack.indexOf(message) : -1
  const from = at < 0 ? 0 : at + (message as string).length
  for (const line of stack.slice(from, from + MAX_STACK).split(/\r?\n/)) {
    const place = placeIn(line)
    if (place) {
      return place
    }
  }
  return undefined
}

/** Half of the app's place and half of ours would be none. */
const isPlaced = (given: Given = []): boolean =>
  given.some((fields) => Object.keys(fields ?? {}).some((key) => PLACE.has(key)))

const ofError = (error: unknown, given?: Given): LogFields | undefined =>
  typeof error === 'object' && !isPlaced(given)
    ? firstPlace(readProperty(error, 'stack'), readProperty(error, 'message'))
    : undefined

const ofCall = (method: Called, given?: Given): LogFields | undefined => {
  if (isPlaced(given)) {
    return undefined
  }
  const limit: unknown = readProperty(Error, 'stackTraceLimit')
  try {
    limitTo(FRAMES)
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, method)
    return firstPlace(holder.stack)
  } catch {
    return undefined
  } finally {
    limitTo(limit)
  }
}

/** An app may have frozen what is the runtime's. */
const limitTo = (limit: unknown): void => {
  try {
    Error.stackTraceLimit = limit as number
  } catch {
    // Then it is as it was.
  }
}

/**
 * For `logs.caller`: lines about errors say where the error was made, by its own stack: `code.file.path`,
 * `code.line.number`, `code.column.number` and `code.function.name`, as the semantic conventions name them. The first
 * frame counts that is neither the runtime's nor in `node_modules`; in a bundle, where all is one file, the first.
 * Through source maps where the runtime reads them: Deno and Bun do, Node with `--enable-source-maps`, Workers do not.
 *
 * @example
 * ```ts
 * import { errorSite, observability } from 'hono-observability'
 *
 * observability({ logs: { caller: errorSite } })
 * ```
 */
export const errorSite: CallSites = { ofError }

/**
 * For `logs.caller`: the same for every line of a logger and of `logs.captureConsole`, by where it was called. A stack
 * is taken for each line that is written, ten microseconds or so; access lines, and records of bridges such as pino's,
 * have none. Where the app gives any of these fields, ours are left out.
 *
 * @example
 * ```ts
 * import { callSite, observability } from 'hono-observability'
 *
 * observability({ logs: { caller: callSite } })
 * ```
 */
export const callSite: CallSites = { ofError, ofCall }
