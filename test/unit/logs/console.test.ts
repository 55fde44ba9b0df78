import { describe, expect, it, vi } from 'vitest'
import type { SafeLine } from '../../../src/base/console.ts'
import { captureConsole } from '../../../src/logs/capture-console.ts'
import { createConsoleWriter } from '../../../src/logs/console.ts'
import type { LoggerCore } from '../../../src/logs/core.ts'
import { createLogger } from '../../../src/logs/logger.ts'
import { isDevelopmentTerminal, prettyLine } from '../../../src/logs/pretty-line.ts'
import { outputsOf, recordOf } from './outputs.ts'
import { createTestCore, lastOf } from './test-core.ts'

/** As the encoder of lines says of them. */
const safe = (line: string): SafeLine => line as SafeLine

const fakeConsole = () => ({
  trace: vi.fn(),
  debug: vi.fn(),
  log: vi.fn(),
  info: vi.fn(),
  warn: vi.fn(),
  error: vi.fn(),
})

const METHODS = ['trace', 'debug', 'log', 'info', 'warn', 'error']
const fail = (): never => {
  throw new Error('trap')
}

describe('the console writer', () => {
  it.each([
    [1, 'debug'],
    [5, 'debug'],
    [8, 'debug'],
    [9, 'info'],
    [12, 'info'],
    [13, 'warn'],
    [17, 'error'],
    [21, 'error'],
  ] as const)('writes severity %d with console.%s', (severity, method) => {
    const target = fakeConsole()
    createConsoleWriter('string', target)(severity, safe('{"a":1}'))
    expect(target[method].mock.calls).toEqual([['{"a":1}']])
    expect(Object.values(target).flatMap((each) => each.mock.calls)).toHaveLength(1)
  })

  it('writes objects, or what a function makes of the line, when asked', () => {
    const target = fakeConsole()
    createConsoleWriter('object', target)(9, safe('{"a":1}'))
    createConsoleWriter((line) => line.length, target)(9, safe('{"a":1}'))
    expect(target.info.mock.calls).toEqual([[{ a: 1 }], [7]])
  })

  it.each<[string, object]>([
    ['whose methods throw', Object.fromEntries(METHODS.map((name) => [name, fail]))],
    ['without methods', {}],
    ['whose methods are no functions', Object.fromEntries(METHODS.map((name) => [name, 5]))],
    ['whose getters throw', new Proxy({}, { get: fail })],
    ['that is not there', null as unknown as object],
  ])('survives a console %s', (_, target) => {
    const write = createConsoleWriter('string', target as ReturnType<typeof fakeConsole>)
    expect(() => write(9, safe('x'))).not.toThrow()
  })

  it('writes with console.log when a method is missing', () => {
    const log = vi.fn()
    createConsoleWriter('string', { log } as unknown as ReturnType<typeof fakeConsole>)(
      17,
      safe('x'),
    )
    expect(log).toHaveBeenCalledWith('x')
  })

  it('writes the line as it is when the function that shapes it throws', () => {
    const target = fakeConsole()
    createConsoleWriter(fail, target)(9, safe('x'))
    expect(target.info).toHaveBeenCalledWith('x')
  })

  it.each([undefined, null])('writes nothing where the function answers %s', (answer) => {
    const target = fakeConsole()
    const lines: string[] = []
    const form = (line: string) => {
      lines.push(line)
      return answer
    }
    createConsoleWriter(form, target)(9, safe('x'))
    expect(lines).toEqual(['x'])
    expect(target.info).not.toHaveBeenCalled()
  })

  it('uses a console method that was replaced after it was made', () => {
    const target = fakeConsole()
    const write = createConsoleWriter('string', target)
    const later = vi.fn()
    target.info = later
    write(9, safe('x'))
    expect(later).toHaveBeenCalledWith('x')
  })
})

/** A core whose records end on the same console that is captured, as in an application. */
const setUp = () => {
  const target = fakeConsole()
  const own = { ...target }
  const core = createTestCore()
  const outputs = outputsOf()
  const writeLine = createConsoleWriter('string', target)
  const writing: LoggerCore = {
    ...core,
    level: core.level,
    write: (record) => {
      core.write(record)
      writeLine(record.severityNumber, safe(outputs(record).line))
    },
  }
  captureConsole(writing, target)
  return { target, own, core, writing }
}

describe('a captured console', () => {
  it('turns calls into records with the level of the method', () => {
    const { target, core, own } = setUp()
    for (const method of ['trace', 'debug', 'log', 'info', 'warn', 'error'] as const)
      target[method](method)
    expect(
      core.records.map(({ severityText, body, loggerName }) => [severityText, body, loggerName]),
    ).toEqual([
      ['trace', 'trace', 'console'],
      ['debug', 'debug', 'console'],
      ['info', 'log', 'console'],
      ['info', 'info', 'console'],
      ['warn', 'warn', 'console'],
      ['error', 'error', 'console'],
    ])
    expect(own.log).not.toHaveBeenCalled()
    expect(own.info).toHaveBeenCalledTimes(2)
    expect(JSON.parse(own.warn.mock.calls[0]?.[0])).toMatchObject({
      message: 'warn',
      logger: 'console',
    })
  })

  it.each<[unknown[], unknown, object]>([
    [['a', 'b', 1, true, null], 'a b 1 true', { 'console.args': [null] }],
    [['%s has %d of %i', 'x', 2, 3], 'x has 2 of 3', {}],
    [['100%', 'sure'], '100% sure', {}],
    [['%%s %s', 'y'], '%s y', {}],
    [['%s'], '%s', {}],
    [['%cred', 'color: red'], 'red', {}],
    [['user %o', { password: 'p' }], 'user %o', { 'console.args': [{ password: 'p' }] }],
    [[{ a: 1 }], '', { 'console.args': [{ a: 1 }] }],
    [[], '', {}],
    [[Symbol('s'), 5n], 'Symbol(s) 5', {}],
    [
      ['failed', new TypeError('boom')],
      'failed',
      { 'exception.type': 'TypeError', 'exception.message': 'boom' },
    ],
    [[new TypeError('boom')], 'boom', { 'exception.type': 'TypeError' }],
  ])('reads arguments, case %#', (args, body, attributes) => {
    const { target, core } = setUp()
    target.log(...args)
    expect(lastOf(core).body).toBe(body)
    expect(lastOf(core).attributes).toMatchObject(attributes)
  })

  it('does not capture what this package writes', () => {
    const { own, core, writing } = setUp()
    createLogger(writing, 'app').info('mine')
    expect(core.records.map(({ loggerName }) => loggerName)).toEqual(['app'])
    expect(own.info).toHaveBeenCalledTimes(1)
  })

  it('does not capture what is logged while a record is written', () => {
    const target = fakeConsole()
    const own = { ...target }
    const core = createTestCore()
    captureConsole(
      {
        ...core,
        write: (record) => {
          core.write(record)
          target.warn('from the core', record.body)
        },
      },
      target,
    )
    target.log('once')
    expect(core.records).toHaveLength(1)
    expect(own.warn.mock.calls).toEqual([['from the core', 'once']])
    target.log({
      get a() {
        target.log('nested')
        return 1
      },
    })
    expect(core.records).toHaveLength(2)
  })

  it('goes on after a record that could not be written', () => {
    const target = fakeConsole()
    const core = createTestCore()
    let fails = true
    captureConsole(
      {
        ...core,
        write: (record) => {
          if (fails) throw new Error('full')
          core.write(record)
        },
      },
      target,
    )
    expect(() => target.log('a')).not.toThrow()
    fails = false
    target.log('b')
    expect(core.records.map(({ body }) => body)).toEqual(['b'])
    expect(() =>
      target.log(
        {
          [Symbol.toPrimitive]: () => {
            throw new Error('x')
          },
        },
        '%s',
      ),
    ).not.toThrow()
  })

  it('goes on where the console cannot be changed, or lacks methods', () => {
    const frozen = Object.freeze(fakeConsole())
    expect(() => captureConsole(createTestCore(), frozen)).not.toThrow()
    const poor = { log: vi.fn() } as unknown as ReturnType<typeof fakeConsole>
    const core = createTestCore()
    captureConsole(core, poor)
    expect(() => poor.warn('x')).not.toThrow()
    expect(core.records.map(({ body }) => body)).toEqual(['x'])
  })
})

describe('a pretty line', () => {
  const pretty = (fields: Record<string, unknown>, message = 'order read'): string =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    prettyLine(outputsOf()(recordOf(fields, message)).line).replace(/\u001b\[\d+m/g, '')

  it('has time, level, message and fields', () => {
    expect(pretty({ 'order.id': 'A-17', items: [1, 2] })).toBe(
      '08:30:15.042 INFO  order read order.id=A-17 items=[1,2]',
    )
  })

  it('puts the stack on lines of its own', () => {
    expect(pretty({ 'exception.stacktrace': 'Error: x\n    at f' })).toBe(
      '08:30:15.042 INFO  order read\n    Error: x\n    at f',
    )
  })

  it('is coloured by level', () => {
    expect(prettyLine(outputsOf()(recordOf({}, 'x', { severityNumber: 17 })).line)).toContain(
      '\u001b[31mERROR\u001b[0m',
    )
  })

  it('does not let a message command the terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(pretty({ a: '\u001b[2J\u0007\u009b' }, '\u001b]0;x')).not.toMatch(/[\u0007\u001b\u009b]/)
  })

  it('is for terminals only', () => {
    const { isTTY } = process.stdout
    const { NO_COLOR } = process.env
    try {
      process.stdout.isTTY = true
      delete process.env.NO_COLOR
      expect(isDevelopmentTerminal()).toBe(true)
      process.env.NO_COLOR = '1'
      expect(isDevelopmentTerminal()).toBe(false)
      delete process.env.NO_COLOR
      process.stdout.isTTY = false
      expect(isDevelopmentTerminal()).toBe(false)
    } finally {
      process.stdout.isTTY = isTTY
      if (NO_COLOR !== undefined) process.env.NO_COLOR = NO_COLOR
    }
  })
})
