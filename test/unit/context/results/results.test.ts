import { Hono } from 'hono'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { behaviourOf } from './behaviour.ts'
import { ODD } from './odd-values.ts'
import { type Wrapper, wrappersOf } from './wrappers.ts'

const options: ObservabilityOptions = {
  logs: { console: false },
  otlp: { batch: { maxLingerMs: 0 }, fetch: async () => Response.json({}) },
}

afterEach(() => {
  vi.restoreAllMocks()
})

interface Outcome {
  /** What the wrapped function made, undefined when it threw. */
  made: unknown
  returned: unknown
  thrown: unknown
  behaviour: unknown[]
}

const use = async (make: () => unknown, wrapper: Wrapper = (call) => call()): Promise<Outcome> => {
  let made: unknown
  const outcome: Outcome = { made, returned: undefined, thrown: 'nothing', behaviour: [] }
  try {
    outcome.returned = wrapper(() => {
      outcome.made = make()
      return outcome.made
    })
  } catch (error) {
    outcome.thrown = error
  }
  outcome.behaviour = await behaviourOf(outcome.returned)
  return outcome
}

const inRequest = async (run: () => Promise<void>): Promise<void> => {
  const app = new Hono()
  let error: unknown
  app.use(observability(options))
  app.get('/', async (c) => {
    try {
      await run()
    } catch (thrown) {
      error = thrown
    }
    return c.text('ok')
  })
  await (await app.request('/')).text()
  if (error !== undefined) {
    throw error
  }
}

const isPlainPromise = (value: unknown): boolean => {
  try {
    return (
      Object.getPrototypeOf(value) === Promise.prototype &&
      Reflect.ownKeys(value as object).length === 0
    )
  } catch {
    return false
  }
}

/**
 * A binding makes a plain promise for each call, which nobody else has: the one that goes on from it may take its
 * place, so that errors name those who wait.
 */
const mayGoOn = ({ made, returned }: Outcome, name: string): boolean =>
  / of (?:a )?[\w-]+$/.test(name) && isPlainPromise(made) && returned instanceof Promise

const check = async (make: () => unknown, wrapper: Wrapper, name: string): Promise<void> => {
  const bare = await use(make)
  const wrapped = await use(make, wrapper)
  expect(
    Object.is(wrapped.returned, wrapped.made) || mayGoOn(wrapped, name),
    'the very thing',
  ).toBe(true)
  expect(wrapped.behaviour).toEqual(bare.behaviour)
  expect(String(Object.prototype.toString.call(wrapped.thrown))).toBe(
    String(Object.prototype.toString.call(bare.thrown)),
  )
  expect((wrapped.thrown as Error | undefined)?.message).toBe(
    (bare.thrown as Error | undefined)?.message,
  )
}

describe.each(Object.keys(wrappersOf(options)))('%s', (name) => {
  it('hands on the very thing that was returned, which behaves as it did', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const wrapper = wrappersOf(options)[name] as Wrapper
    for (const [value, make] of Object.entries(ODD)) {
      await inRequest(() => check(make, wrapper, name)).catch((error: Error) => {
        error.message = `${value}, in a request: ${error.message}`
        throw error
      })
      await check(make, wrapper, name).catch((error: Error) => {
        error.message = `${value}, outside: ${error.message}`
        throw error
      })
    }
  })
})

it('the list of odd values has at least forty', () => {
  expect(Object.keys(ODD).length).toBeGreaterThan(40)
})
