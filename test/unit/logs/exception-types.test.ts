import { Hono } from 'hono'
import { log, observability } from 'hono-observability'
import { expect, it } from 'vitest'

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const circular = (): Error => {
  const error = new Error('a')
  error.cause = new Error('b', { cause: error })
  return error
}

const deep = (): Error => {
  let error = new Error('0')
  for (let i = 1; i < 10_000; i++) error = new Error(`${i}`, { cause: error })
  return error
}

const wrapped = (properties: object): Error =>
  Object.assign(new Error('outer'), properties) as Error

const THROWN: readonly (readonly [string, unknown])[] = [
  ['a cause that is an error', wrapped({ cause: new TypeError('inner') })],
  ['a cause that is text', wrapped({ cause: 'inner' })],
  ['a cause that is a number', wrapped({ cause: 0 })],
  ['a cause that is an object', wrapped({ cause: { status: 502, big: 1n, inner: {} } })],
  ['a cause that is a list', wrapped({ cause: [1, 2] })],
  ['a cause that is a symbol', wrapped({ cause: Symbol('s') })],
  ['a cause that is a revoked proxy', wrapped({ cause: revoked() })],
  ['causes in a circle', circular()],
  ['ten thousand causes', deep()],
  ['a code that is text', wrapped({ code: 'E_PAY' })],
  ['a code that is a number', wrapped({ code: 1 })],
  ['a code that is an object', wrapped({ code: { secret: 1 } })],
  ['errors that are no list', wrapped({ errors: { field: 'wrong' } })],
  ['errors that are a list', new AggregateError([new Error('one'), 'two'])],
  ['nothing but null', wrapped({ cause: null, code: null, errors: null })],
]

/** Both outputs of a record about an error. */
const logged = async (error: unknown) => {
  const lines: Record<string, unknown>[] = []
  const bodies: string[] = []
  const app = new Hono()
  const work: Promise<unknown>[] = []
  app.use(
    observability({
      traces: false,
      metrics: false,
      logs: {
        otlp: true,
        access: false,
        console: (line) => {
          lines.push(JSON.parse(line))
        },
      },
      otlp: {
        fetch: async (_url, { body }) => {
          bodies.push(String(body))
          return new Response('{}')
        },
      },
    }),
  )
  app.get('/', (c) => {
    log.error(error)
    return c.text('ok')
  })
  await app.request(
    '/',
    {},
    {},
    {
      waitUntil: (promise: Promise<unknown>) => void work.push(promise),
      passThroughOnException: () => {},
      props: {},
    },
  )
  await Promise.all(work)
  const { attributes } = JSON.parse(bodies[0] as string).resourceLogs[0].scopeLogs[0].logRecords[0]
  const exported = Object.fromEntries(
    attributes.map(({ key, value }: { key: string; value: object }) => [
      key,
      Object.keys(value)[0],
    ]),
  )
  return { line: lines[0] as Record<string, unknown>, exported }
}

it.each(THROWN)('the fields of an error have one type each with %s', async (_name, error) => {
  const { line, exported } = await logged(error)
  for (const key of ['exception.code', 'exception.cause']) {
    expect(['string', 'undefined']).toContain(typeof line[key])
    expect(exported[key]).toBe(line[key] === undefined ? undefined : 'stringValue')
  }
  expect(Array.isArray(line['exception.errors'] ?? [])).toBe(true)
  expect(String(line['exception.cause'] ?? '').length).toBeLessThan(20_000)
})

it('the causes of an error are told one after the other', async () => {
  const inner = new RangeError('inner', { cause: { status: 502, password: 'hunter2' } })
  const { line } = await logged(
    new Error('outer', { cause: new TypeError('middle', { cause: inner }) }),
  )
  const cause = String(line['exception.cause']).replace(/\n {4}at .*/g, '')
  expect(cause).toBe(
    'TypeError: middle\nCaused by: RangeError: inner\nCaused by: {"status":502,"password":"[REDACTED]"}',
  )
})

it('causes in a circle, or without end, say so', async () => {
  expect((await logged(circular())).line['exception.cause']).toMatch(/\nCaused by: \[Circular\]$/)
  expect((await logged(deep())).line['exception.cause']).toMatch(/\nCaused by: \[more causes\]$/)
})

it('no more than sixteen members of a cause are told', async () => {
  const cause = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]))
  const { line } = await logged(new Error('outer', { cause }))
  expect(Object.keys(JSON.parse(String(line['exception.cause'])))).toHaveLength(16)
})
