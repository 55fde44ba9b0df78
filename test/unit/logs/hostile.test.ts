import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { describeError } from '../../../src/logs/error.ts'
import { createLogger } from '../../../src/logs/logger.ts'
import { createLoggerProvider } from '../../../src/logs/otel-logger-provider.ts'
import type { LogFields, LogRecord } from '../../../src/logs/record.ts'
import { fieldsOf, outputsOf, recordOf } from './outputs.ts'

const fail = (): never => {
  throw new Error('trap')
}
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const realm = createContext({})
const foreign = (code: string): unknown => runInContext(`(${code})`, realm)

/** A logger, and the lines that it wrote. */
const setUp = () => {
  const outputs = outputsOf()
  const lines: LogFields[] = []
  const core = {
    level: () => 0,
    scope: () => ({ fields: { scoped: 1 } }),
    set: (fields: LogFields) => void lines.push(fields),
    describe: (error: unknown) => describeError(error),
    write: (record: LogRecord) => void lines.push(JSON.parse(outputs(record).line)),
  }
  return { core, log: createLogger(core, 'app'), lines }
}

const HOSTILE: readonly (readonly [string, () => unknown])[] = [
  ['a getter that throws', () => Object.defineProperty({ a: 1 }, 'b', { get: fail, enumerable: true })],
  ['a revoked proxy', revoked],
  ['a toString that throws', () => ({ toString: fail, [Symbol.toPrimitive]: fail })],
  ['a toJSON that throws', () => ({ toJSON: fail })],
  ['a proxy whose every trap throws', () => new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail, has: fail, getOwnPropertyDescriptor: fail })],
  ['an object without a prototype', () => Object.create(null)],
  ['a symbol', () => Symbol('s')],
  ['a function that throws', () => fail],
  ['an error whose name throws', () => Object.defineProperty(new Error('m'), 'name', { get: fail })],
  ['an error whose class has a strange name', () => Object.assign(new Error('m'), { constructor: { name: Symbol('n') } })],
  ['an error of another realm', () => foreign('new TypeError("theirs")')],
  ['a revoked proxy of another realm', () => foreign('(() => { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy })()')],
  ['an iterator that never ends', () => ({ get: fail, *entries() { for (;;) yield ['a', 1] } })],
] // biome-ignore format: one line each

describe('a logger', () => {
  it.each(HOSTILE)('survives %s wherever it is given, and loses nothing else', (_, make) => {
    const { core, log, lines } = setUp()
    const thing = make() as never
    const bridge = createLoggerProvider(core).getLogger('bridge')
    const calls: (() => unknown)[] = [
      () => log.info(thing),
      () => log.info('m', thing),
      () => log.info('m', { thing, kept: 1 }),
      () => log.error(thing, 'm', { kept: 1 }),
      () => log.error(thing, thing, thing),
      () => log.child(thing).info('m', { kept: 1 }),
      () => log.child({ kept: 1 }).child(thing).info('m'),
      () => log.named(thing).info('m', { kept: 1 }),
      () => log.with(thing, () => log.info('m', { kept: 1 })),
      () => log.isEnabled(thing),
      () => log.set(thing),
      () => bridge.emit({ body: thing, attributes: { kept: 1 }, exception: thing }),
      () => bridge.emit({ body: 'm', attributes: thing, severityText: thing }),
      () => bridge.enabled(thing),
    ]
    for (const call of calls) expect(call).not.toThrow()
    // All but isEnabled and enabled.
    expect(lines).toHaveLength(calls.length - 2)
    expect(lines.filter(({ kept }) => kept === 1)).toHaveLength(7)
  })

  it('keeps the fields beside one that throws, also when they are joined', () => {
    const { log, lines } = setUp()
    const fields = Object.defineProperty({ a: 1 }, 'b', { get: fail, enumerable: true })
    log.child({ c: 2 }).info('m', fields)
    expect(lines[0]).toMatchObject({ scoped: 1, a: 1, b: '[Unreadable]', c: 2 })
  })
})

describe('values of other realms', () => {
  it.each<[string, string, unknown]>([
    ['an error', 'new RangeError("x")', expect.objectContaining({ 'exception.type': 'RangeError', 'exception.message': 'x' })],
    ['a Map', 'new Map([["a", 1]])', { a: 1 }],
    ['a Set', 'new Set([1])', [1]],
    ['a Date', 'new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['a RegExp', '/a+/g', '/a+/g'],
    ['a list', '[1, { a: 2 }]', [1, { a: 2 }]],
    ['a plain object', '({ a: 1, password: "p" })', { a: 1, password: '[REDACTED]' }],
    ['a buffer', 'new ArrayBuffer(8)', '[8 bytes]'],
    ['a typed array', 'new Uint8Array(3)', '[3 bytes]'],
    ['a boxed number', 'new Number(5)', 5],
  ])('are logged as what they are: %s', (_, code, expected) => {
    expect(fieldsOf({ value: foreign(code) })).toEqual({ value: expected })
  }) // biome-ignore format: one line each

  it('make an error of an error, whatever place it is given in', () => {
    const { log, lines } = setUp()
    const error = foreign('new TypeError("theirs")')
    log.error(error)
    log.error('failed', error as LogFields)
    for (const line of lines) {
      expect(line).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'theirs' })
    }
  })
})

describe('values that JSON would lose', () => {
  it.each<[string, unknown, unknown]>([
    ['a RegExp', /a/, '/a/'],
    ['an ArrayBuffer', new ArrayBuffer(16), '[16 bytes]'],
    ['a Blob', new Blob(['ab'], { type: 'text/plain' }), '[Blob, 2 bytes, text/plain]'],
    ['a File', new File(['ab'], 'a.txt'), '[File, 2 bytes, ]'],
    ['a boxed boolean', new Boolean(false), false],
    ['a boxed bigint', Object(5n), '5'],
    ['a boxed symbol', Object(Symbol('s')), 'Symbol(s)'],
    ['a promise', Promise.resolve(1), '[Promise]'],
    ['a WeakMap', new WeakMap(), '[WeakMap]'],
    ['a Request', new Request('https://a.example/?token=abc-1'), '[Request GET https://a.example/?token=[REDACTED]]'],
    ['a Response', new Response(null, { status: 204 }), '[Response 204]'],
    ['names that come twice', new URLSearchParams('a=1&a=2&b=3'), { a: ['1', '2'], b: '3' }],
    ['a DOMException', new DOMException('gone', 'AbortError'), expect.objectContaining({ 'exception.type': 'AbortError' })],
  ])('are described: %s', (_, value, expected) => {
    expect(fieldsOf({ value })).toEqual({ value: expected })
  }) // biome-ignore format: one line each

  it('ask nothing of what answers to every name', () => {
    const asked: unknown[] = []
    const binding = new Proxy({}, {
      getPrototypeOf: () => Blob.prototype,
      get: (_, name) => {
        if (name === Symbol.toStringTag) return 'Fetcher'
        asked.push(name)
        return () => asked.push('called')
      },
    }) // biome-ignore format: short
    expect(fieldsOf({ binding })).toEqual({ binding: '[Fetcher]' })
    expect(asked).not.toContain('called')
  })

  it('are cut when there are too many, and the line says so', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => i)
    for (const value of [new Set(many), new Map(many.map((i) => [i, i])), many]) {
      const line = outputsOf({ maxLineBytes: 8_000_000 })(recordOf({ value })).line
      const parsed = JSON.parse(line) as LogFields
      const small = JSON.parse(outputsOf()(recordOf({ value })).line) as LogFields
      expect(small.truncated).toBe(true)
      if (!Array.isArray(value)) {
        expect(Object.keys(parsed.value as object)).toHaveLength(4096)
        expect(parsed.truncated).toBe(true)
      }
    }
  })
})

describe('what is given as the fields', () => {
  it.each<[string, unknown, object]>([
    ['Headers', new Headers({ accept: 'x', authorization: 's3cret' }), { accept: 'x', authorization: '[REDACTED]' }],
    ['a Map', new Map<unknown, unknown>([['a', 1], [2, 'b']]), { a: 1, 2: 'b' }],
    ['URLSearchParams', new URLSearchParams('a=1&token=x'), { a: '1', token: '[REDACTED]' }],
    ['a date', new Date(0), { value: '1970-01-01T00:00:00.000Z' }],
    ['a list', [1, 2], { value: [1, 2] }],
    ['a Set', new Set(['a']), { value: ['a'] }],
    ['a RegExp', /a/, { value: '/a/' }],
    ['a boxed number', new Number(5), { value: 5 }],
    ['a buffer', new ArrayBuffer(4), { value: '[4 bytes]' }],
    ['a Map of another realm', foreign('new Map([["a", 1]])'), { a: 1 }],
    ['an object of another realm', foreign('({ a: 1 })'), { a: 1 }],
    ['a text', 'x', {}],
    ['a number', 5, { value: 5 }],
  ])('is read as what it is: %s', (_, given, expected) => {
    const { log, lines } = setUp()
    log.info('m', given as LogFields)
    log.child(given as LogFields).warn('m')
    for (const line of lines.slice(0, given === 'x' ? 0 : 2)) expect(line).toMatchObject(expected)
  }) // biome-ignore format: one line each

  it('are an event, when they come first', () => {
    const { log, lines } = setUp()
    log.info(new Headers({ a: 'b' }) as never)
    expect(lines[0]).toMatchObject({ a: 'b' })
  })
})

describe('the keys of a line', () => {
  const keysOf = (line: string): string[] => [...line.matchAll(/[{,]("(?:\\.|[^"\\])*"):/g)].map(([, key]) => String(key)) // biome-ignore format: short

  it.each<[string, LogFields, object]>([
    ['a reserved name and what it becomes', { message: 'a', 'field.message': 'b' }, { 'field.message#2': 'a', 'field.message': 'b' }],
    ['the same the other way round', { 'field.message': 'b', message: 'a' }, { 'field.message#2': 'a', 'field.message': 'b' }],
    ['two that are cut to the same', { [`${'x'.repeat(300)}a`]: 1, [`${'x'.repeat(300)}b`]: 2 }, {}],
    ['two that are secrets themselves', { 'Bearer abc-1': 1, 'Bearer abc-2': 2 }, { '[REDACTED]': 1, '[REDACTED]#2': 2 }],
    ['two lone surrogates', { '\ud800': 1, '\ud801': 2, '\ufffd': 3 }, {}],
    ['what would have the number', { message: 1, 'field.message': 2, 'field.message#2': 3 }, { 'field.message#3': 1 }],
    ['a name of the line and of the mark', { truncated: 'a', 'field.truncated': 'b', 'trace_id': 'c' }, { 'field.trace_id': 'c' }],
  ])('come once: %s', (_, fields, expected) => {
    const { line, plain } = outputsOf()(recordOf(fields))
    const keys = keysOf(line)
    expect(new Set(keys).size).toBe(keys.length)
    expect(JSON.parse(line)).toMatchObject(expected)
    expect(Object.keys(plain.attributes)).toHaveLength(Object.keys(fields).length)
    const nested = outputsOf()(recordOf({ inner: fields })).plain.attributes.inner as object
    expect(Object.keys(nested)).toHaveLength(Object.keys(fields).length)
  }) // biome-ignore format: one line each
})

describe('a request id that somebody else made', () => {
  it.each([
    ['of 200 kB', 'x'.repeat(200_000)],
    ['with line ends of all kinds', 'a\n\r\u0085\u2028\u2029b'],
    ['with commands for terminals', '\u001b[31m\u009b2J'],
    ['that would close the line', '"}\n{"level":"fatal'],
    ['with half a character', '\ud800'],
  ])('is cut and encoded like any value: %s', (_, requestId) => {
    const { line, plain, otlp } = outputsOf()(recordOf({}, 'x', { requestId, traceId: requestId }))
    expect(line.length).toBeLessThan(1200)
    expect(otlp.length).toBeLessThan(2000)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/)
    expect(JSON.parse(line).request_id).toBe(plain.requestId)
    expect(plain.requestId).toBe(
      requestId.length > 255
        ? `${requestId.slice(0, 255)}…[200000 characters]`
        : requestId.toWellFormed(),
    )
  })
})
