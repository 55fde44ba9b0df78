import { runInNewContext } from 'node:vm'
import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { callSite, errorSite, log, observability } from '../../../src/index.ts'
import type { LogsOptions } from '../../../src/logs/options.ts'

type Line = Record<string, unknown>

const HERE = import.meta.filename

/** The place that a line names. */
const siteOf = (line: Line | undefined) => ({
  path: line?.['code.file.path'],
  line: line?.['code.line.number'],
  column: line?.['code.column.number'],
  name: line?.['code.function.name'],
})

/** Where it is called itself: the second line of a stack, read by hand. */
const lineHere = (): number =>
  Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[2] ?? '')?.[1])

const NOWHERE = { path: undefined, line: undefined, column: undefined, name: undefined }

/** The lines that a handler makes, and that of its request last. */
const linesOf = async (
  handler: () => unknown,
  logs: LogsOptions = { caller: callSite },
): Promise<Line[]> => {
  const lines: Line[] = []
  const app = new Hono()
  app.use(
    observability({
      otlp: false,
      logs: { console: (line) => void lines.push(JSON.parse(line)), ...logs },
    }),
  )
  app.onError((_, c) => c.text('failed', 500))
  app.get('/', async (c) => {
    await handler()
    return c.text('ok')
  })
  await app.request('/')
  return lines
}

const errorOf = (stack: unknown, message = 'm'): unknown =>
  Object.defineProperty(new Error(message), 'stack', { value: stack })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a line of a logger', () => {
  it('says where it was called, by file, line and function', async () => {
    let expected = 0
    const placeOrder = () => {
      expected = lineHere() + 1
      log.info('placed')
    }
    const [line] = await linesOf(placeOrder)
    expect(siteOf(line)).toEqual({
      path: HERE,
      line: expected,
      column: expect.any(Number),
      name: 'placeOrder',
    })
  })

  it('says so of a child, of a logger with a name, and of a method that is passed on', async () => {
    const lines = await linesOf(async () => {
      log.child({ a: 1 }).named('db').warn('slow')
      await Promise.reject('text').catch(log.error)
    })
    expect(siteOf(lines[0])).toMatchObject({ path: HERE })
    // The runtime calls it, for who waits.
    expect(siteOf(lines[1])).toMatchObject({ path: HERE })
  })

  it('says so of `console.*` that is captured, without our own frames', async () => {
    let expected = 0
    const useConsole = () => {
      expected = lineHere() + 1
      console.info('hello')
    }
    const [line] = await linesOf(useConsole, { caller: callSite, captureConsole: true })
    expect(siteOf(line)).toMatchObject({ path: HERE, line: expected, name: 'useConsole' })
  })

  it('says nothing unless it is asked to, and takes no stack for a line that is not written', async () => {
    const taken = vi.spyOn(Error, 'captureStackTrace')
    const [plain] = await linesOf(() => log.info('m'), {})
    expect(siteOf(plain)).toEqual(NOWHERE)
    const [errorsOnly] = await linesOf(() => log.info('m'), { caller: errorSite })
    expect(siteOf(errorsOnly)).toEqual(NOWHERE)
    await linesOf(() => log.debug('m'))
    const byUs = taken.mock.calls.filter(([, above]) => above !== undefined)
    expect(byUs).toEqual([])
  })
})

describe('a line about an error', () => {
  it.each([
    ['errorSite', errorSite],
    ['callSite', callSite],
  ])('says where the error was made, with %s', async (_, caller) => {
    let expected = 0
    const charge = () => {
      expected = lineHere() + 1
      return new TypeError('declined')
    }
    const error = charge()
    const [logged, access] = await linesOf(
      () => {
        log.error(error, 'charge failed')
        throw error
      },
      { caller },
    )
    const place = { path: HERE, line: expected, name: 'charge' }
    expect(siteOf(logged)).toMatchObject(place)
    expect(siteOf(access)).toMatchObject(place)
  })

  it('says nothing without `caller`', async () => {
    const [line] = await linesOf(() => log.error(new Error('x')), {})
    expect(siteOf(line)).toEqual(NOWHERE)
  })
})

describe('of the frames of a stack', () => {
  const APP = { 'code.file.path': '/app/shop.ts', 'code.line.number': 12, 'code.column.number': 34 }

  it.each<[string, string, object | undefined]>([
    [
      'a function',
      '    at pay (file:///app/shop.ts:12:34)',
      { ...APP, 'code.function.name': 'pay' },
    ],
    [
      'a method',
      '    at async Shop.pay (/app/shop.ts:12:34)',
      { ...APP, 'code.function.name': 'Shop.pay' },
    ],
    [
      'a constructor',
      '    at new Shop (/app/shop.ts:12:34)',
      { ...APP, 'code.function.name': 'Shop' },
    ],
    [
      'an alias',
      '    at Shop.pay [as go] (/app/shop.ts:12:34)',
      { ...APP, 'code.function.name': 'Shop.pay' },
    ],
    ['no name', '    at /app/shop.ts:12:34', APP],
    ['an async one without a name', '    at async file:///app/shop.ts:12:34', APP],
    ['Bun’s without a name', '    at <anonymous> (/app/shop.ts:12:34)', APP],
    ['a query', '    at /app/shop.ts?t=17:12:34', APP],
    [
      'a bundle',
      '    at fetch (worker.js:1:99)',
      {
        'code.file.path': 'worker.js',
        'code.line.number': 1,
        'code.column.number': 99,
        'code.function.name': 'fetch',
      },
    ],
    [
      'brackets and spaces',
      '    at f (file:///app (1)/a b.js:1:2)',
      {
        'code.file.path': '/app (1)/a b.js',
        'code.line.number': 1,
        'code.column.number': 2,
        'code.function.name': 'f',
      },
    ],
    [
      'Windows',
      '    at f (C:\\app\\a.js:1:2)',
      {
        'code.file.path': 'C:\\app\\a.js',
        'code.line.number': 1,
        'code.column.number': 2,
        'code.function.name': 'f',
      },
    ],
    ['Node', '    at process.emit (node:events:1:2)', undefined],
    ['workerd', '    at f (node-internal:async_hooks:1:2)', undefined],
    ['Cloudflare', '    at f (cloudflare-internal:d1-api:1:2)', undefined],
    ['Deno', '    at f (ext:core/01_core.js:1:2)', undefined],
    ['Bun', '    at processTicksAndRejections (native:7:39)', undefined],
    ['a package', '    at f (/app/node_modules/hono/dist/hono.js:1:2)', undefined],
    ['a package on Windows', '    at f (C:\\app\\node_modules\\hono\\hono.js:1:2)', undefined],
    [
      'a package of Deno',
      '    at f (file:///root/.cache/deno/npm/registry/hono/1/hono.js:1:2)',
      undefined,
    ],
    ['a package of JSR', '    at f (https://jsr.io/@hono/hono/1/mod.ts:1:2)', undefined],
    ['what was evaluated', '    at eval (eval at f (/app/a.js:1:2), <anonymous>:1:1)', undefined],
    ['a promise', '    at async Promise.all (index 0)', undefined],
    ['no frame', 'at pay (/app/shop.ts:12:34)', undefined],
    ['no place', '    at pay', undefined],
    ['an absurd number', `    at pay (/app/shop.ts:${'9'.repeat(40)}:1)`, undefined],
  ])('reads one of %s', (_, frame, expected) => {
    expect(errorSite.ofError(errorOf(`Error: m\n${frame}`))).toEqual(expected)
  })

  it('takes the first that is the app’s', () => {
    const stack =
      'Error: m\n    at a (node:fs:1:2)\n    at b (/x/node_modules/y/z.js:3:4)\n    at c (/app/d.ts:5:6)\n    at e (/app/f.ts:7:8)'
    expect(errorSite.ofError(errorOf(stack))).toMatchObject({ 'code.file.path': '/app/d.ts' })
  })

  it('is not led astray by lines of a message', () => {
    const message = 'bad\n    at evil (/etc/passwd:1:1)'
    expect(errorSite.ofError(new Error(message))).toMatchObject({ 'code.file.path': HERE })
  })

  it('reads no more than 8,192 characters of them', () => {
    const of = (size: number): unknown =>
      errorSite.ofError(errorOf(`Error: m\n${' '.repeat(size)}\n    at c (/app/d.ts:5:6)`))
    expect(of(8000)).toMatchObject({ 'code.file.path': '/app/d.ts' })
    expect(of(8192)).toBeUndefined()
    expect(of(10_000_000)).toBeUndefined()
  })
})

describe('a place that the app gives', () => {
  const OWN = { 'code.function.name': 'pay' }
  const ONLY_OWN = { ...NOWHERE, name: 'pay' }

  it.each<[string, () => unknown]>([
    ['a line', () => log.info('paid', OWN)],
    ['a logger', () => log.child(OWN).info('paid')],
    ['a scope', () => log.with(OWN, () => log.info('paid'))],
    ['a line about an error', () => log.error(new Error('declined'), 'failed', OWN)],
    ['a logger of an error', () => log.child(OWN).error(new Error('declined'))],
    [
      'fields that are an error',
      () => log.child(OWN).error('failed', new Error('declined') as never),
    ],
    ['a scope of an error', () => log.with(OWN, () => log.error(new Error('declined')))],
  ])('leaves ours out, of %s', async (_, work) => {
    expect(siteOf((await linesOf(work))[0])).toEqual(ONLY_OWN)
  })

  it('leaves ours out of an access line', async () => {
    const lines = await linesOf(() => {
      log.set(OWN)
      throw new Error('declined')
    })
    expect(siteOf(lines.at(-1))).toEqual(ONLY_OWN)
  })

  it('is none by another name of `code.`', async () => {
    const [line] = await linesOf(() => log.info('paid', { 'code.owner': 'shop' }))
    expect(siteOf(line).path).toBe(HERE)
  })
})

describe('what is hostile', () => {
  const thrower = {
    get() {
      throw new Error('no')
    },
  }

  it.each<[string, () => unknown]>([
    ['a stack that throws', () => Object.defineProperty(new Error('x'), 'stack', thrower)],
    ['a proxy that throws', () => new Proxy(new Error('x'), thrower)],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
        revoke()
        return proxy
      },
    ],
    ['a stack of numbers', () => errorOf([1, 2])],
    ['a text', () => 'text'],
    ['nothing', () => undefined],
    ['null', () => null],
  ])('has no place: %s', async (_, make) => {
    expect(errorSite.ofError(make())).toBeUndefined()
    const [line] = await linesOf(() => log.error(make(), 'm'))
    expect(line).toMatchObject({ message: 'm' })
  })

  it('has a place where it is of another realm', () => {
    const error = runInNewContext('new RangeError("far")', {}, { filename: '/app/far.js' })
    expect(errorSite.ofError(error)).toMatchObject({ 'code.file.path': '/app/far.js' })
  })

  it('leaves `Error.stackTraceLimit` as it was, and works where it is 0', async () => {
    const before = Error.stackTraceLimit
    try {
      Error.stackTraceLimit = 0
      const [line] = await linesOf(() => log.info('m'))
      expect(siteOf(line)).toMatchObject({ path: HERE })
      expect(Error.stackTraceLimit).toBe(0)
    } finally {
      Error.stackTraceLimit = before
    }
  })

  it.each<[string, unknown]>([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['returns a list', (_: unknown, frames: unknown) => frames],
    [
      'logs itself',
      () => {
        log.info('from within')
        return 'none'
      },
    ],
  ])('loses only the place when the app’s `Error.prepareStackTrace` %s', async (_, prepare) => {
    const before = Error.prepareStackTrace
    try {
      Error.prepareStackTrace = prepare as typeof before
      const lines = await linesOf(() => log.info('m'))
      expect(siteOf(lines.find(({ message }) => message === 'm'))).toEqual(NOWHERE)
      expect(lines.length).toBeLessThan(4)
    } finally {
      Error.prepareStackTrace = before
    }
  })

  it('loses only the place where there is no `Error.captureStackTrace`', async () => {
    const before = Error.captureStackTrace
    try {
      Reflect.deleteProperty(Error, 'captureStackTrace')
      const [line] = await linesOf(() => log.info('m'))
      expect(line).toMatchObject({ message: 'm' })
      expect(siteOf(line)).toEqual(NOWHERE)
    } finally {
      Error.captureStackTrace = before
    }
  })
})

it('a `caller` that is none of ours is refused', async () => {
  expect(() => observability({ logs: { caller: (() => ({})) as never } })).toThrow(
    /`logs.caller` must be an object with callable `ofError`/,
  )
})
