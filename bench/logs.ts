/**
 * Nanoseconds and bytes per log line, beside other loggers, in one run on Node: a request binds its ids and writes
 * three lines with five fields each to a sink that only looks at them.
 *
 * The others are not dependencies: `node bench/install.ts`, or install them anywhere else with
 * `BENCH_MODULES=/that/folder`. With `--check`, fails if ours is slower than the fastest library.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { LogScope } from '../src/logs/core.ts'
import { describeError } from '../src/logs/error.ts'
import { createLineFormat } from '../src/logs/json-line.ts'
import { createLevels } from '../src/logs/levels.ts'
import { createLogger } from '../src/logs/logger.ts'
import type { LogRecord } from '../src/logs/record.ts'
import { createRedactor, type RedactOptions } from '../src/logs/redact.ts'
import { createLogSink } from '../src/logs/sink.ts'

const LINES_PER_REQUEST = 3
const REQUESTS_PER_ROUND = 1000
const ROUNDS = 200
const MESSAGES = ['order requested', 'price computed', 'order read']

interface Ids {
  trace_id: string
  span_id: string
  trace_flags: string
  request_id: string
}

/** Writes the lines of one request. */
type Subject = (ids: Ids, request: number) => void

interface Measurement {
  name: string
  isLibrary: boolean
  nsPerLine: number
  bytesPerLine: number
}

let lastCharacter = 0
let onLine: ((line: string) => void) | undefined

const sink = (line: string): void => {
  // Reading a character makes the engine join what was concatenated, as a real output would.
  lastCharacter ^= line.charCodeAt(line.length - 1)
  onLine?.(line)
}

const fieldsOf = (request: number) => ({
  'order.id': `A-${request}`,
  items: 3,
  total: 99.5,
  paid: true,
  customer: { tier: 'gold', country: 'NL' },
})

const ours = (redact: RedactOptions | false, exports = false): Subject => {
  const redactor = createRedactor(redact)
  const levels = createLevels()
  let scope: LogScope = {}
  let exported: LogRecord | undefined
  const write = createLogSink({
    format: createLineFormat({ serviceName: 'shop', redactor }),
    redactor,
    writeLine: (_severity, line) => sink(line),
    writeRecord: exports
      ? (record) => {
          exported = record
        }
      : undefined,
  })
  const log = createLogger(
    {
      level: levels.of,
      write,
      scope: () => scope,
      set: () => exported,
      describe: describeError,
    },
    'shop',
  )
  return (ids, request) => {
    scope = {
      traceId: ids.trace_id,
      spanId: ids.span_id,
      traceFlags: 1,
      requestId: ids.request_id,
      fields: undefined,
    }
    for (const message of MESSAGES) log.info(message, fieldsOf(request))
  }
}

const stringify: Subject = (ids, request) => {
  for (const message of MESSAGES) {
    sink(
      JSON.stringify({
        timestamp: new Date().toISOString(),
        level: 'info',
        severity_number: 9,
        message,
        logger: 'shop',
        'service.name': 'shop',
        ...ids,
        ...fieldsOf(request),
      }),
    )
  }
}

const load = async (name: string): Promise<Record<string, never> | undefined> => {
  try {
    const folder = process.env.BENCH_MODULES ?? import.meta.dirname
    const path = createRequire(`${folder}/package.json`).resolve(name)
    return (await import(pathToFileURL(path).href)) as Record<string, never>
  } catch {
    console.log(`${name} is not here: node bench/install.ts`)
    return undefined
  }
}

/** Just what is used of the others: their types are not installed either. */
interface AnyLogger {
  child(fields: object): AnyLogger
  with(fields: object): AnyLogger
  info(first: unknown, second?: unknown): void
}
type Make = (...args: unknown[]) => never

const pino = async (redact?: string[]): Promise<Subject | undefined> => {
  const module = await load('pino')
  if (!module) return undefined
  const make = module.default as unknown as (options: object, stream: object) => AnyLogger
  const base = make(redact ? { redact } : {}, { write: sink }).child({
    logger: 'shop',
    'service.name': 'shop',
  })
  return (ids, request) => {
    const log = base.child(ids)
    for (const message of MESSAGES) log.info(fieldsOf(request), message)
  }
}

const logtape = async (): Promise<Subject | undefined> => {
  const module = await load('@logtape/logtape')
  if (!module) return undefined
  const { configureSync, getLogger, jsonLinesFormatter } = module as unknown as {
    configureSync: Make
    getLogger: (category: string[]) => AnyLogger
    jsonLinesFormatter: (record: unknown) => string
  }
  configureSync({
    sinks: { none: (record: unknown) => sink(jsonLinesFormatter(record)) },
    loggers: [
      { category: ['shop'], sinks: ['none'], lowestLevel: 'info' },
      { category: ['logtape', 'meta'], sinks: [], lowestLevel: 'fatal' },
    ],
  })
  const base = getLogger(['shop'])
  return (ids, request) => {
    const log = base.with(ids)
    for (const message of MESSAGES) log.info(message, fieldsOf(request))
  }
}

const evlog = async (): Promise<Subject | undefined> => {
  const module = await load('evlog')
  if (!module) return undefined
  const { initLogger, log } = module as unknown as { initLogger: Make; log: AnyLogger }
  initLogger({
    env: { service: 'shop', environment: 'production' },
    pretty: false,
    silent: true,
    drain: ({ event }: { event: unknown }) => sink(JSON.stringify(event)),
  })
  return (ids, request) => {
    for (const message of MESSAGES) log.info({ message, ...ids, ...fieldsOf(request) })
  }
}

const idsOf = (request: number): Ids => {
  const hex = request.toString(16).padStart(8, '0')
  return {
    trace_id: `4bf92f3577b34da6a3ce929d${hex}`,
    span_id: `00f067aa${hex}`,
    trace_flags: '01',
    request_id: `${hex}-4b5a-4978-8796-a5b4c3d2e1f0`,
  }
}

const requests = Array.from({ length: REQUESTS_PER_ROUND }, (_, request) => idsOf(request))

const nsPerLine = (subject: Subject): number => {
  const start = performance.now()
  for (const [request, ids] of requests.entries()) subject(ids, request)
  return ((performance.now() - start) * 1e6) / (REQUESTS_PER_ROUND * LINES_PER_REQUEST)
}

const bytesPerLine = (subject: Subject): number => {
  let bytes = 0
  let lines = 0
  onLine = (line) => {
    bytes += Buffer.byteLength(line.trimEnd())
    lines++
  }
  nsPerLine(subject)
  onLine = undefined
  return bytes / lines
}

const subjects: [name: string, isLibrary: boolean, subject: Subject | undefined][] = [
  ['hono-observability, redaction on', false, ours({})],
  ['hono-observability, redaction on, record for export', false, ours({}, true)],
  ['hono-observability, redaction off', false, ours(false)],
  ['JSON.stringify', false, stringify],
  ['pino', true, await pino()],
  ['pino, two keys redacted', true, await pino(['password', '*.password'])],
  ['LogTape', true, await logtape()],
  ['evlog', true, await evlog()],
]

const measurements: Measurement[] = subjects.flatMap(([name, isLibrary, subject]) =>
  subject
    ? [
        {
          name,
          isLibrary,
          nsPerLine: Number.POSITIVE_INFINITY,
          bytesPerLine: bytesPerLine(subject),
        },
      ]
    : [],
)
// In turns, and the best of each: what else the machine does then hits all alike, or none.
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, , subject] of subjects) {
    const measurement = measurements.find((each) => each.name === name)
    if (subject && measurement) {
      measurement.nsPerLine = Math.min(measurement.nsPerLine, nsPerLine(subject))
    }
  }
}

console.log(
  `Node ${process.version}, ${LINES_PER_REQUEST} lines a request, best of ${ROUNDS} rounds\n`,
)
for (const { name, nsPerLine: ns, bytesPerLine: bytes } of measurements) {
  console.log(
    `${name.padEnd(54)}${ns.toFixed(0).padStart(7)} ns${bytes.toFixed(0).padStart(7)} bytes`,
  )
}
const own = measurements[0] as Measurement
const fastest = measurements
  .filter(({ isLibrary }) => isLibrary)
  .sort((a, b) => a.nsPerLine - b.nsPerLine)[0]
if (fastest) {
  const ratio = own.nsPerLine / fastest.nsPerLine
  console.log(`\nours, redaction on, takes ${ratio.toFixed(2)} times as long as ${fastest.name}`)
  if (process.argv.includes('--check') && ratio > 1) process.exitCode = 1
}
if (lastCharacter < 0) console.log(lastCharacter)
