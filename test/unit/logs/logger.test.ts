import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { registerContextManager } from '../../../src/context/async-context.ts'
import { createLogger, type LogMethod } from '../../../src/logs/logger.ts'
import { SPAN_ID, TRACE_ID } from './outputs.ts'
import { createTestCore, lastOf } from './test-core.ts'

registerContextManager()

describe('a record', () => {
  it.each([
    ['trace', 1],
    ['debug', 5],
    ['info', 9],
    ['warn', 13],
    ['error', 17],
    ['fatal', 21],
  ] as const)('of %s has severity %d', (level, severityNumber) => {
    const core = createTestCore()
    createLogger(core, 'app')[level]('hello', { a: 1 })
    expect(lastOf(core)).toMatchObject({
      severityNumber,
      severityText: level,
      body: 'hello',
      loggerName: 'app',
      attributes: { a: 1 },
    })
    expect(lastOf(core).timeMs).toBeCloseTo(Date.now(), -3)
  })

  it('carries the ids of the request it is written in', () => {
    const core = createTestCore()
    const log = createLogger(core, 'app')
    core.ids = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, requestId: 'r-1' }
    log.info('a')
    expect(lastOf(core)).toMatchObject(core.ids)
    core.ids = { requestId: 'r-2' }
    log.info('b')
    expect(lastOf(core)).toMatchObject({ traceId: undefined, requestId: 'r-2' })
  })
})

describe('arguments', () => {
  const thrown = new TypeError('boom')
  const exception = {
    'exception.type': 'TypeError',
    'exception.message': 'boom',
    'error.kind': 'unexpected',
  }

  it.each<[string, unknown[], unknown, object]>([
    ['a message', ['m'], 'm', {}],
    ['a message and fields', ['m', { a: 1 }], 'm', { a: 1 }],
    ['an error', [thrown], 'boom', exception],
    ['an error and a message', [thrown, 'm'], 'm', exception],
    ['an error, a message and fields', [thrown, 'm', { a: 1 }], 'm', { ...exception, a: 1 }],
    ['an error among the fields, in its place', ['m', thrown], 'm', exception],
    [
      'a thrown text and a message',
      ['boom', 'm'],
      'm',
      { 'exception.type': 'string', 'exception.message': 'boom' },
    ],
    [
      'a thrown number',
      [42 as never, 'm'],
      'm',
      { 'exception.type': 'number', 'exception.message': '42' },
    ],
    ['undefined thrown', [undefined, 'm'], 'm', { 'exception.type': 'undefined' }],
    [
      'an error of another realm',
      [{ message: 'far', stack: 's' }],
      'far',
      { 'exception.message': 'far' },
    ],
    ['fields before the message', [{ a: 1 }, 'm'], 'm', { a: 1 }],
    ['fields alone', [{ a: 1 }], '', { a: 1 }],
    ['fields that are no object', ['m', 5], 'm', { value: 5 }],
    ['no fields', ['m', undefined], 'm', {}],
    ['null for fields', ['m', null], 'm', {}],
  ])('takes %s', (_, args, body, attributes) => {
    const core = createTestCore()
    createLogger(core, 'app').error(...(args as Parameters<LogMethod>))
    expect(lastOf(core).body).toBe(body)
    expect(lastOf(core).attributes).toMatchObject(attributes)
  })

  it('gives every record of one error the same id', () => {
    const core = createTestCore()
    const log = createLogger(core, 'app')
    log.error(thrown)
    log.warn(thrown, 'again')
    const [first, second] = core.records.map(({ attributes }) => attributes['error.id'])
    expect(first).toMatch(/^[\da-f-]{36}$/)
    expect(second).toBe(first)
  })

  it('evaluates fields only when the record is written', () => {
    const core = createTestCore({ '*': 'info' })
    const log = createLogger(core, 'app')
    const fields = vi.fn(() => ({ a: 1 }))
    log.debug('m', fields)
    expect(fields).not.toHaveBeenCalled()
    log.info('m', fields)
    log.error(thrown, 'm', fields)
    expect(fields).toHaveBeenCalledTimes(2)
    expect(lastOf(core).attributes).toMatchObject({ a: 1 })
  })

  it('writes the record although its fields throw', () => {
    const core = createTestCore()
    createLogger(core, 'app').info('m', () => {
      throw new RangeError('no fields')
    })
    expect(lastOf(core)).toMatchObject({
      body: 'm',
      attributes: { 'exception.type': 'RangeError' },
    })
  })
})

describe('levels', () => {
  it('keep records from being made', () => {
    const core = createTestCore({ '*': 'warn', 'db.*': 'debug' })
    const scope = vi.spyOn(core, 'scope')
    const log = createLogger(core, 'app')
    log.info('no')
    expect(scope).not.toHaveBeenCalled()
    expect(core.records).toEqual([])
    expect([log.isEnabled('info'), log.isEnabled('warn')]).toEqual([false, true])
    expect(log.named('db.d1').isEnabled('debug')).toBe(true)
  })

  it('can be changed for loggers that exist', () => {
    const core = createTestCore({ '*': 'off' })
    const log = createLogger(core, 'app')
    log.fatal('no')
    core.levels.set('app', 'trace')
    log.trace('yes')
    expect(core.records.map(({ body }) => body)).toEqual(['yes'])
  })
})

describe('fields of more than one record', () => {
  it('come from the child, over those of its parent, under those of the call', () => {
    const core = createTestCore()
    const log = createLogger(core, 'app', { a: 1, b: 1 }).child({ b: 2, c: 2 })
    log.info('m', { c: 3 })
    expect(lastOf(core).attributes).toEqual({ a: 1, b: 2, c: 3 })
  })

  it('go along to a logger of another name', () => {
    const core = createTestCore()
    createLogger(core, 'app', { a: 1 }).named('db').info('m')
    expect(lastOf(core)).toMatchObject({ loggerName: 'db', attributes: { a: 1 } })
  })

  it('hold in a scope, for all loggers, after awaits, and not beyond', async () => {
    const core = createTestCore()
    const log = createLogger(core, 'app')
    const other = createLogger(core, 'other', { bound: 1 })
    const result = await log.with({ job: 'a', step: 1 }, async () => {
      await setTimeout(1)
      return log.with({ step: 2 }, async () => {
        await setTimeout(1)
        other.info('in')
        return 'returned'
      })
    })
    expect(result).toBe('returned')
    expect(lastOf(core).attributes).toEqual({ job: 'a', step: 2, bound: 1 })
    log.info('out')
    expect(lastOf(core).attributes).toEqual({})
  })

  it('do not mix between scopes that run at the same time', async () => {
    const core = createTestCore()
    const log = createLogger(core, 'app')
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        log.with({ n }, async () => {
          await setTimeout(Math.random() * 5)
          log.info(String(n))
        }),
      ),
    )
    for (const { body, attributes } of core.records) expect(attributes).toEqual({ n: Number(body) })
  })

  it('are added to the access line', () => {
    const core = createTestCore()
    const log = createLogger(core, 'app')
    log.set({ a: 1 })
    log.child({ x: 1 }).set({ b: 2 })
    expect(core.event).toEqual({ a: 1, b: 2 })
    expect(core.records).toEqual([])
  })
})

describe('a logger', () => {
  it('never throws, whatever fails behind it', () => {
    const fail = (): never => {
      throw new Error('core')
    }
    for (const part of ['level', 'write', 'scope', 'describe'] as const) {
      const core = { ...createTestCore(), [part]: fail }
      expect(() => createLogger(core, 'app').error(new Error('x'), 'm')).not.toThrow()
    }
    const hostile = new Proxy({}, { ownKeys: fail, get: fail })
    const log = createLogger(createTestCore(), 'app', { a: 1 })
    expect(() => log.child(hostile).info('m', hostile)).not.toThrow()
    expect(log.with(hostile, () => 1)).toBe(1)
  })

  it('works with its methods taken off', () => {
    const core = createTestCore()
    const { error } = createLogger(core, 'app')
    error(new Error('x'))
    expect(lastOf(core).body).toBe('x')
  })
})
