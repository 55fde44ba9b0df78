import { Hono } from 'hono'
import {
  datadog,
  ecs,
  gcp,
  gcpProject,
  type LogFormat,
  type LogsOptions,
  log,
  observability,
  pretty,
} from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'

// The names that a vendor documents, of those that our lines may use:
// ecs: https://www.elastic.co/guide/en/ecs/8.11/ecs-field-reference.html, and `log.level` with a dot at the top by
//   https://github.com/elastic/ecs-logging/blob/main/spec/spec.json
// gcp: https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields, `severity` and
//   `httpRequest` by https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
// datadog: https://docs.datadoghq.com/standard-attributes/

afterEach(() => {
  vi.restoreAllMocks()
})

/** What the console is given for a request that logs and fails. */
const printed = async (logs: LogsOptions): Promise<unknown[]> => {
  const lines: unknown[] = []
  for (const method of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(line))
  }
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'shop' },
      otlp: false,
      metrics: false,
      logs: { level: 'all', ...logs },
    }),
  )
  app.get('/orders/:id', () => {
    log.debug('looking', { '@timestamp': 'mine', severity: 'mine', status: 'mine', own: 1 })
    log.fatal('worse')
    throw Object.assign(new TypeError('broken'), { code: 'E_BROKEN' })
  })
  app.onError((_error, c) => c.text('sorry', 500, { 'content-length': '5' }))
  await app.request('/orders/17')
  return lines
}

const parsed = async (format: LogFormat): Promise<Record<string, unknown>[]> =>
  (await printed({ format })).map((line) => JSON.parse(String(line)))

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

it('ECS lines have the names of the Elastic Common Schema', async () => {
  const [debug, fatal, access] = await parsed(ecs)
  expect(Object.keys(debug as object).slice(0, 4)).toEqual([
    '@timestamp',
    'log.level',
    'message',
    'ecs.version',
  ])
  expect(debug).toMatchObject({
    'log.level': 'debug',
    message: 'looking',
    'service.name': 'shop',
    'field.@timestamp': 'mine',
    severity: 'mine',
    own: 1,
  })
  expect(fatal?.['log.level']).toBe('fatal')
  expect(access).toMatchObject({
    '@timestamp': expect.stringMatching(TIME),
    'log.level': 'error',
    'log.logger': 'access',
    'event.severity': 17,
    'event.outcome': 'failure',
    'event.duration': expect.any(Number),
    'trace.id': expect.stringMatching(/^[0-9a-f]{32}$/),
    'span.id': expect.stringMatching(/^[0-9a-f]{16}$/),
    'http.request.id': expect.any(String),
    'http.request.method': 'GET',
    'http.response.status_code': 500,
    'http.response.body.bytes': 5,
    'url.path': '/orders/17',
    'error.type': 'TypeError',
    'error.message': 'broken',
    'error.code': 'E_BROKEN',
    'error.stack_trace': expect.stringContaining('at '),
    'error.id': expect.any(String),
  })
  for (const key of ['timestamp', 'level', 'trace_id', 'duration_ms', 'exception.type']) {
    expect(access).not.toHaveProperty([key])
  }
})

it('Google Cloud lines have the special fields of structured logging', async () => {
  const [debug, fatal, access] = await parsed(gcp)
  expect(debug).toMatchObject({
    time: expect.stringMatching(TIME),
    severity: 'DEBUG',
    message: 'looking',
    'field.severity': 'mine',
    'logging.googleapis.com/trace': expect.stringMatching(/^[0-9a-f]{32}$/),
    'logging.googleapis.com/spanId': expect.stringMatching(/^[0-9a-f]{16}$/),
    'logging.googleapis.com/trace_sampled': true,
  })
  expect(debug).not.toHaveProperty('httpRequest')
  expect(fatal?.severity).toBe('CRITICAL')
  expect(access).toMatchObject({
    severity: 'ERROR',
    httpRequest: {
      requestMethod: 'GET',
      status: 500,
      responseSize: '5',
      latency: expect.stringMatching(/^[\d.]+s$/),
    },
    stack_trace: expect.stringContaining('at '),
  })
})

it('Google Cloud lines name the project of their trace where it is said', async () => {
  const [line] = await parsed(gcpProject('my-project'))
  expect(line?.['logging.googleapis.com/trace']).toMatch(
    /^projects\/my-project\/traces\/[0-9a-f]{32}$/,
  )
})

it('Datadog lines have its reserved and standard attributes', async () => {
  const [debug, , access] = await parsed(datadog)
  expect(debug).toMatchObject({ status: 'debug', 'field.status': 'mine', service: 'shop' })
  expect(access).toMatchObject({
    timestamp: expect.stringMatching(TIME),
    status: 'error',
    message: 'GET /orders/:id 500',
    'logger.name': 'access',
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    duration: expect.any(Number),
    'http.request_id': expect.any(String),
    'http.method': 'GET',
    'http.status_code': 500,
    'http.url_details.path': '/orders/17',
    'network.bytes_written': 5,
    'error.kind': 'TypeError',
    'error.category': 'unexpected',
    'error.message': 'broken',
    'error.stack': expect.stringContaining('at '),
  })
})

describe('a format', () => {
  it.each([ecs, gcp, datadog])('loses no field of a line', async (format) => {
    const before = (await printed({})).map((line) => JSON.parse(String(line)))
    const after = await parsed(format)
    // What is left out is told in another unit or place.
    const values = (line: object) => JSON.stringify(Object.values(line))
    for (const [index, line] of before.entries()) {
      for (const [key, value] of Object.entries(line as object)) {
        if (/^(own|url\.path|http\.route|error\.kind|exception\.message|message)$/.test(key)) {
          expect(values(after[index] as object)).toContain(JSON.stringify(value))
        }
      }
    }
  })

  it('makes objects where the console gets objects', async () => {
    const [line] = await printed({ format: ecs, console: 'object' })
    expect(line).toMatchObject({ 'log.level': 'debug' })
  })

  it('leaves lines to `pretty` on a terminal, and is for the others', async () => {
    const [line] = await printed({ format: ecs, console: pretty })
    expect(JSON.parse(String(line))).toMatchObject({ 'log.level': 'debug' })
    const [own] = await printed({ format: ecs, console: () => 'for people' })
    expect(own).toBe('for people')
  })

  it('that throws leaves the line as it is', async () => {
    const lines = await printed({
      format: () => {
        throw new Error('format')
      },
    })
    expect(lines[0]).toContain('`logs.format` failed')
    const line = lines.find((each) => String(each).startsWith('{'))
    expect(JSON.parse(String(line))).toMatchObject({ level: 'debug' })
  })

  it('may be one of your own', async () => {
    const [line] = await parsed(({ message }) => ({ text: message }))
    expect(line).toEqual({ text: 'looking' })
  })
})
