import { Hono } from 'hono'
import { expect, it, vi } from 'vitest'
import { errorType } from '../../../src/base/thrown.ts'
import { log, observability, type ReadableSpan } from '../../../src/index.ts'

const spans: ReadableSpan[] = []
const app = new Hono()
app.onError((_, c) => c.text('failed', 500))
app.use(
  observability({
    service: { name: 'errors' },
    otlp: false,
    traces: {
      processors: [
        {
          onStart: () => {},
          onEnd: (span) => void spans.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
  }),
)
let act: () => void = () => {}
app.get('/', (c) => {
  act()
  return c.text('ok')
})

const lines: string[] = []
vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))

const FORGED = {
  'exception.type': 'Fake',
  'exception.message': 'fake',
  'exception.stacktrace': 'fake',
  'exception.cause': 'fake',
  'error.id': 'fake',
  'error.kind': 'fake',
  'error.threat_type': 'fake',
  'order.id': 7,
}

it('what a client sends as fields replaces nothing of an error that is logged beside it', async () => {
  act = () => {
    log.error(new Error('real'), 'charge failed', FORGED)
    log.child(FORGED).error(new Error('real'))
  }
  await app.request('/')
  for (const line of lines.splice(0).slice(0, 2)) {
    const fields = JSON.parse(line)
    expect(fields).toMatchObject({
      'exception.type': 'Error',
      'exception.message': 'real',
      'exception.stacktrace': expect.stringContaining('beside-errors.test.ts'),
      'error.id': expect.stringMatching(/^[\da-f-]{36}$/),
      'error.kind': 'unexpected',
      'field.exception.message': 'fake',
      'order.id': 7,
    })
    expect(fields).not.toHaveProperty(['exception.cause'])
    expect(fields).not.toHaveProperty(['error.threat_type'])
  }
})

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'

it.each([
  ['a name', () => Object.assign(new Error('x'), { name: TOKEN })],
  ['an assignment', () => Object.assign(new Error('x'), { name: `token=${TOKEN}` })],
  [
    'a class',
    () => new (Object.defineProperty(class extends Error {}, 'name', { value: TOKEN }))(),
  ],
])('a secret that is %s of an error is in no span, line or metric', async (_, make) => {
  act = () => {
    throw make()
  }
  await app.request('/')
  expect(
    JSON.stringify([spans.map(({ attributes, events }) => [attributes, events]), lines]),
  ).not.toContain('eyJ')
  expect(errorType(make(), '')).toMatch(/\[REDACTED\]/)
  expect(errorType(new TypeError('x'), '')).toBe('TypeError')
})

it('a secret too short to be told from other text is refused, and not shown', () => {
  expect(() => observability({ logs: { redact: { secrets: ['päß'] } } })).toThrow(
    /logs\.redact\.secrets\[0\]` must be a string of at least 4 characters, received \[redacted\]/,
  )
  expect(() => observability({ traces: { baggageOrigins: ['http://h/?k=SECRET'] } })).toThrow(
    /received \[redacted\]/,
  )
})

it('without traces there are no ids of zeros, and the share of access lines is kept', async () => {
  const infos: string[] = []
  vi.spyOn(console, 'info').mockImplementation((line) => void infos.push(String(line)))
  const untraced = new Hono()
  untraced.use(observability({ otlp: false, traces: false, logs: { accessRatio: 0.1 } }))
  untraced.get('/', (c) => {
    log.info('within')
    return c.text('ok')
  })
  for (let i = 0; i < 200; i++) await untraced.request('/')
  expect(infos.join()).not.toMatch(/trace_id|span_id|0{16}/)
  const access = infos.filter((line) => line.includes('"logger":"access"'))
  expect(infos.length - access.length).toBe(200)
  expect(access.length).toBeLessThan(100)
})
