import { HTTPException } from 'hono/http-exception'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import * as mini from 'zod/mini'
import type { ErrorClass } from '../../../src/logs/classify.ts'
import { describeError, errorId } from '../../../src/logs/error.ts'

const classOf = (error: unknown, classifier?: (error: unknown) => ErrorClass | undefined) => {
  const {
    'error.kind': kind,
    'error.field': field,
    'error.threat_type': threat,
  } = describeError(error, { classify: classifier })
  return [kind, field, threat]
}

const zodError = (
  schema: { safeParse(value: unknown): { error?: unknown } },
  value: unknown,
): unknown => schema.safeParse(value).error

describe('what an error is', () => {
  it.each<[string, unknown, unknown[]]>([
    ['an error', new Error('x'), ['unexpected', undefined, undefined]],
    ['a text', 'x', ['unexpected', undefined, undefined]],
    ['null', null, ['unexpected', undefined, undefined]],
    [
      'a zod error',
      zodError(z.object({ a: z.object({ b: z.array(z.number()) }) }), { a: { b: [1, 'x'] } }),
      ['validation', 'a.b.1', undefined],
    ],
    ['a zod error of the whole', zodError(z.string(), 5), ['validation', '', undefined]],
    [
      'a zod/mini error',
      zodError(mini.object({ n: mini.number() }), {}),
      ['validation', 'n', undefined],
    ],
    [
      'a zod error without issues',
      Object.assign(new Error('x'), { name: 'ZodError', issues: [] }),
      ['validation', '', undefined],
    ],
    ['a 400', new HTTPException(400), ['validation', undefined, undefined]],
    [
      'a 422 caused by zod',
      new HTTPException(422, { cause: zodError(mini.object({ n: mini.number() }), {}) }),
      ['validation', 'n', undefined],
    ],
    ['a 401', new HTTPException(401), ['security', undefined, 'authentication']],
    ['a 403', new HTTPException(403), ['security', undefined, 'authorization']],
    ['a 429', new HTTPException(429), ['security', undefined, 'rate_limit']],
    ['a 404', new HTTPException(404), ['http', undefined, undefined]],
    ['a 503', new HTTPException(503), ['unexpected', undefined, undefined]],
    ['a redirect that is thrown', new HTTPException(302 as 404), ['http', undefined, undefined]],
    [
      'another library’s 401',
      Object.assign(new Error('no'), { status: 401 }),
      ['http', undefined, undefined],
    ],
    [
      'one by its statusCode',
      { status: 'NOT_FOUND', statusCode: 404 },
      ['http', undefined, undefined],
    ],
    ['another library’s 502', { status: 502 }, ['unexpected', undefined, undefined]],
    ['another library’s 0', { status: 0 }, ['unexpected', undefined, undefined]],
  ])('%s', (_, error, expected) => {
    expect(classOf(error)).toEqual(expected)
  })

  it('is unexpected where another library’s 4xx became a 5xx of ours', () => {
    const error = Object.assign(new Error('no such model'), { status: 404 })
    expect([
      describeError(error, undefined, 500),
      describeError(error, undefined, 404),
    ]).toMatchObject([{ 'error.kind': 'unexpected' }, { 'error.kind': 'http' }])
  })

  it('is said by the user first', () => {
    const classifier = (error: unknown): ErrorClass | undefined =>
      error instanceof RangeError ? { kind: 'security', threatType: 'injection' } : undefined
    expect(classOf(new RangeError('x'), classifier)).toEqual(['security', undefined, 'injection'])
    expect(classOf(new HTTPException(404), classifier)).toEqual(['http', undefined, undefined])
  })

  it('is unexpected when the classifier of the user throws', () => {
    expect(
      classOf(new Error('x'), () => {
        throw new Error('classifier')
      }),
    ).toEqual(['unexpected', undefined, undefined])
  })
})

describe('the fields of an error', () => {
  it('are those of the semantic conventions, with causes', () => {
    const cause = new Error('inner')
    const error = new TypeError('outer', { cause })
    expect(describeError(error)).toMatchObject({
      'exception.type': 'TypeError',
      'exception.message': 'outer',
      'exception.stacktrace': error.stack,
      'exception.cause': expect.stringMatching(/^Error: inner\n {4}at /),
      'error.kind': 'unexpected',
    })
    const many = new AggregateError([cause])
    expect(describeError(many)['exception.errors']).toEqual([cause])
  })

  it('have an id that stays with the error', () => {
    const error = new Error('x')
    expect(errorId(error)).toBe(describeError(error)['error.id'])
    expect(errorId(error)).not.toBe(errorId(new Error('x')))
    expect(errorId('text')).not.toBe(errorId('text'))
  })

  it('come without an id where nothing is random', () => {
    const { getRandomValues } = crypto
    // More than the pool of identifiers holds.
    const drain = () => Array.from({ length: 1000 }, () => errorId('x'))
    try {
      crypto.getRandomValues = () => {
        throw new Error('not in global scope')
      }
      expect(drain()).toContain(undefined)
      expect(describeError(new Error('x'))).toMatchObject({
        'exception.message': 'x',
        'error.id': undefined,
      })
    } finally {
      crypto.getRandomValues = getRandomValues
    }
  })

  it('can be had from anything that was thrown', () => {
    const fail = (): never => {
      throw new Error('trap')
    }
    for (const thrown of [
      new Proxy({}, { get: fail, getPrototypeOf: fail }),
      Object.create(null),
      {
        get message() {
          return fail()
        },
      },
      Symbol('s'),
      undefined,
      () => 1,
    ]) {
      expect(describeError(thrown)).toHaveProperty(['error.kind'], 'unexpected')
    }
  })
})
