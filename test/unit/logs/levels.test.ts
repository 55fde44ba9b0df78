import { describe, expect, it } from 'vitest'
import { createLevels, levelName, parseLevel } from '../../../src/logs/levels.ts'

describe('names of levels', () => {
  it.each([
    ['trace', 1],
    ['VERBOSE', 1],
    ['debug', 5],
    ['DEBUG', 5],
    ['Info', 9],
    ['warn', 13],
    ['WARNING', 13],
    ['error', 17],
    ['fatal', 21],
    ['CRITICAL', 21],
    ['ALL', 0],
    ['NONE', 25],
    ['off', 25],
    [' info ', 9],
  ])('reads %s as %d', (name, severity) => {
    expect(parseLevel(name)).toBe(severity)
  })

  it.each(['', 'loud', '__proto__', 'constructor', '9'])('does not know "%s"', (name) => {
    expect(parseLevel(name)).toBeUndefined()
  })

  it.each([
    [0, 'info'],
    [1, 'trace'],
    [4, 'trace'],
    [5, 'debug'],
    [9, 'info'],
    [12, 'info'],
    [13, 'warn'],
    [17, 'error'],
    [20, 'error'],
    [21, 'fatal'],
    [24, 'fatal'],
    [99, 'info'],
    [Number.NaN, 'trace'],
  ])('calls severity %d %s', (severity, name) => {
    expect(levelName(severity)).toBe(name)
  })
})

describe('levels of loggers', () => {
  it('is info unless something else is said', () => {
    expect(createLevels().of('app')).toBe(9)
    expect(createLevels({ '*': 'warn' }).of('app')).toBe(13)
  })

  it('prefers the exact name to a prefix, and a longer prefix to a shorter', () => {
    const levels = createLevels({
      '*': 'error',
      'db.*': 'debug',
      'db.d1.*': 'trace',
      'db.d1.slow': 'off',
    })
    expect(levels.of('app')).toBe(17)
    expect(levels.of('db')).toBe(5)
    expect(levels.of('db.kv')).toBe(5)
    expect(levels.of('db.kv.read')).toBe(5)
    expect(levels.of('db.d1')).toBe(1)
    expect(levels.of('db.d1.read')).toBe(1)
    expect(levels.of('db.d1.slow')).toBe(25)
    expect(levels.of('dbx')).toBe(17)
    expect(levels.of('')).toBe(17)
  })

  it('changes while it runs', () => {
    const levels = createLevels()
    expect(levels.of('db.d1')).toBe(9)
    levels.set('db.*', 'DEBUG')
    expect(levels.of('db.d1')).toBe(5)
    levels.set('*', 'off')
    expect(levels.of('db.d1')).toBe(5)
    expect(levels.of('app')).toBe(25)
  })

  it('refuses a level that does not exist', () => {
    expect(() => createLevels({ app: 'loud' })).toThrow(
      'Cannot set a log level: `app` must be trace, debug, info, warn, error, fatal, all or off, received loud',
    )
    expect(() => createLevels().set('*', '')).toThrow(TypeError)
  })

  it('answers for more loggers than it remembers', () => {
    const levels = createLevels({ 'a.*': 'debug' })
    for (let i = 0; i < 3000; i++) expect(levels.of(`a.${i}`)).toBe(5)
  })
})
