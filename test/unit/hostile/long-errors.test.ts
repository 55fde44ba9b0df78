import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { captured } from 'hono-observability/testing'
import { afterEach, expect, it, vi } from 'vitest'

/** Known only as a whole. */
const SECRET = 'zq7-of-no-known-form-zq7'

/** Default of `traces.limits.attributeValueLength`. */
const LIMIT = 16_384

/** Characters that are read beyond a cut. */
const MARGIN = 1024

afterEach(() => {
  vi.restoreAllMocks()
})

const failing = (error: Error): Hono => {
  const app = new Hono()
  app.use(observability({ logs: { otlp: true, redact: { secrets: [SECRET] } } }))
  app.onError((_, c) => c.text('failed', 500))
  app.get('/', () => {
    throw error
  })
  return app
}

/** Lengths of the texts that are searched for anything when an error is recorded. */
const searched = async (error: Error): Promise<number[]> => {
  const app = failing(error)
  await captured(failing(new Error('first')), '/')
  const lengths: number[] = []
  const { replace } = String.prototype
  const { test } = RegExp.prototype
  vi.spyOn(String.prototype, 'replace').mockImplementation(function (
    this: string,
    ...args: unknown[]
  ) {
    lengths.push(this.length)
    return Reflect.apply(replace, this, args)
  })
  vi.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, text) {
    // This one reads no further than the characters it asks for.
    if (this.source !== '^\\w{0,18}$') {
      lengths.push(String(text).length)
    }
    return test.call(this, text)
  })
  const { response } = await captured(app, '/')
  vi.restoreAllMocks()
  expect(response.status).toBe(500)
  return lengths
}

const sum = (lengths: readonly number[]): number => lengths.reduce((a, b) => a + b, 0)

const long = (characters: number): string => 'all went wrong; '.repeat(characters / 16)

const withStack = (stack: string): Error =>
  Object.defineProperty(new Error('m'), 'stack', { value: stack })

const withName = (name: string): Error => Object.assign(new Error('m'), { name })

it.each<[string, (text: string) => Error]>([
  ['message', (text) => new Error(text)],
  ['stack', withStack],
  ['name', withName],
])('of an error, a longer %s is not searched further', async (_, errorOf) => {
  const shorter = await searched(errorOf(long(1_600_000)))
  const longer = await searched(errorOf(long(6_400_000)))
  expect(sum(shorter)).toBeGreaterThan(1000)
  // Random ids are not searched equally often.
  expect(sum(longer)).toBeLessThan(sum(shorter) + 50_000)
  expect(Math.max(...longer)).toBeLessThan(2 * LIMIT)
})

it.each(['message', 'stack'])('a secret where a %s is cut is hidden whole', async (key) => {
  // Wherever the cut falls in it.
  for (const before of [3, 9, 12, SECRET.length - 1, SECRET.length]) {
    for (const at of [LIMIT, LIMIT + MARGIN, LIMIT + MARGIN + SECRET.length]) {
      const text = `${'a '.repeat(at).slice(0, at - before - 1)} ${SECRET} ${long(160_000)}`
      const { spans } = await captured(
        failing(key === 'message' ? new Error(text) : withStack(text)),
        '/',
      )
      const said = JSON.stringify(spans)
      expect(said).toContain('a a a')
      expect(said).not.toContain('zq7')
    }
  }
})
