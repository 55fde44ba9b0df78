import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import { redactedCopy, redactStart, say } from '../../../src/base/own-lines.ts'
import { custom, healthRoutes } from '../../../src/entries/health.ts'
import { log, observability, type ReadableSpan } from '../../../src/index.ts'

/** Each of which is known only as a whole: of its beginning nothing may be seen that is long enough to be told. */
const SECRETS: readonly (readonly [text: string, told: string])[] = [
  ['postgres://user:hunterhunterhunter@db.internal/x', 'hunterh'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N', 'dozjg'],
  ['sk_live_51H8xKQ2eZvKYlo2CabcdefghijklmnopQ', '51H8xK'],
  ['4111 1111 1111 1111', '1111 1111'],
  ['-----BEGIN PRIVATE KEY-----MIIabcdefgh-----END PRIVATE KEY-----', 'MIIabc'],
  ['the-database-password', 'the-data'],
]

let spans: ReadableSpan[] = []
let act: (secret: string) => unknown
const app = new Hono()
app.use(
  observability({
    service: { name: 'cuts' },
    otlp: false,
    http: { query: 'values' },
    logs: { access: true, maxLineBytes: 8192, redact: { secrets: ['the-database-password'] } },
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
app.all('*', (c) => {
  act(c.req.query('x') ?? '')
  return c.text('ok')
})

// Hono's own writes the error as it is.
app.onError((_, c) => c.text('failed', 500))

const lines: string[] = []
for (const method of ['debug', 'info', 'warn', 'error'] as const) {
  vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)))
}

/** Everything that leaves, when this text is met there. */
type Place = (text: string) => Promise<string>

const request = async (path: string, then: () => unknown = () => {}): Promise<string> => {
  spans = []
  lines.length = 0
  act = then
  await app.request(path)
  return JSON.stringify([
    spans.map(({ attributes, events, status }) => [attributes, events, status]),
    lines,
  ])
}

const PLACES: Record<string, readonly [characters: number, Place]> = {
  'a query': [2048, (text) => request(`/?a=${encodeURI(text).replaceAll('%20', '+')}`)],
  'a message': [600, (text) => request('/', () => log.info(`${text}${' '.repeat(8192)}`))],
  'a field': [300, (text) => request('/', () => log.info('m', { a: text + ' '.repeat(8192) }))],
  'an error': [
    600,
    (text) =>
      request('/', () => {
        throw new Error(text + ' '.repeat(8192))
      }),
  ],
  'a line of ours': [
    1020,
    async (text) => {
      lines.length = 0
      say('warn', text)
      return lines.join()
    },
  ],
  'a copy of ours': [4096, async (text) => JSON.stringify(redactedCopy({ a: text }))],
  'a health check': [
    1000,
    async (text) => {
      lines.length = 0
      const routes = healthRoutes({
        authorize: () => true,
        checks: {
          a: custom(() => {
            throw new Error(text)
          }),
        },
      })
      return (await (await routes.request('/health/detailed')).text()) + lines.join()
    },
  ],
}

describe.each(Object.entries(PLACES))('at the end of what is kept of %s', (_, [cut, place]) => {
  it.each(SECRETS)(
    'nothing is left of %s, wherever the cut goes through it',
    async (secret, told) => {
      for (let before = 0; before <= secret.length; before += cut === 300 || cut === 600 ? 3 : 1) {
        const filler = 'ab '.repeat(cut).slice(0, cut - before - 1)
        const seen = await place(`${filler} ${secret} and more${' rest'.repeat(500)}`)
        expect(seen, `${before} characters before the cut`).not.toContain(told)
        expect(seen).toMatch(/ab.?ab/)
      }
    },
  )
})

it('what is cut keeps all that is known to be no secret', () => {
  const text = 'ab '.repeat(2000)
  expect(redactStart(text, 1000)).toBe(text.slice(0, 1000))
  expect(redactStart(`${'ab '.repeat(300)}password=x`, 1000)).toMatch(/password=\[REDACTED\]$/)
})
