import { propagation, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { seal } from '../../../src/bindings/seal.ts'
import { ROOT } from '../../../src/context/context.ts'
import { W3CPropagator } from '../../../src/context/propagator.ts'
import { MAX_SEALED_LENGTH, open, openedContext } from '../../../src/context/sealed.ts'
import { forgetPipelines, registerTelemetry } from '../../../src/telemetry/registry.ts'
import { withScope } from '../../../src/telemetry/scope.ts'

const KEY = 'hono-observability:context'
const SECRET = 'known to the tests only'
const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }
const context = trace.setSpanContext(ROOT, span)

const knowing = (...sealing: string[]): void => {
  forgetPipelines()
  registerTelemetry({}, { config: { sealing } } as never)
}

propagation.setGlobalPropagator(new W3CPropagator(['tracecontext', 'baggage']))
knowing(SECRET)

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const text = (value: unknown): string => JSON.stringify(value)

/** A real seal, of `{"a":1}`. */
const genuine = throughJson(seal('queue', context, { a: 1 })) as Record<string, unknown>

const lookAlike = fc.oneof(
  fc.jsonValue(),
  fc.constant(genuine[KEY]),
  fc.record({ traceparent: fc.constant(`00-${span.traceId}-${span.spanId}-01`) }),
  fc.record({
    carrier: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.string())),
    mac: fc.oneof(fc.string(), fc.constant('0'.repeat(64))),
    own: fc.jsonValue(),
  }),
)

/** Objects as JSON brings them, many of which have something of ours. */
const bodies = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.option(lookAlike, { nil: undefined }))
  .map(
    ([value, own]) => throughJson(own === undefined ? value : { [KEY]: own, ...value }) as object,
  )

describe('a context in an object', () => {
  it('leaves the object as it was, whatever it has, when it is opened once', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (value) => {
        const sealed = seal('queue', context, value)
        const opened = await open('queue', [SECRET], throughJson(sealed))
        expect(text(opened?.value)).toBe(text(value))
        expect(trace.getSpanContext(openedContext(ROOT, opened))).toMatchObject(span)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('comes out one layer at a time', async () => {
    let value: object = { a: 1 }
    const layers: string[] = []
    for (let depth = 0; depth < 4; depth++) {
      layers.push(text(value))
      value = throughJson(seal('queue', context, value)) as object
    }
    for (const layer of layers.toReversed()) {
      value = (await open('queue', [SECRET], value))?.value as object
      expect(text(value)).toBe(layer)
    }
    expect(await open('queue', [SECRET], value)).toBeUndefined()
  })

  it('keeps the object’s other fields where they are, for those who do not open it', () => {
    const value = { qty: 1, note: 'x' }
    expect(seal('queue', context, value)).toMatchObject(value)
    expect(value).toEqual({ qty: 1, note: 'x' })
  })

  it('is not opened in what somebody else wrote', async () => {
    const anything = fc.oneof(
      lookAlike,
      bodies,
      fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
    )
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const isGenuine = text(throughJsonOr(value)) === text(genuine)
        expect((await open('queue', [SECRET], value)) !== undefined).toBe(isGenuine)
      }),
      { seed: 1, numRuns: 1000 },
    )
  })

  it('is not opened once anything of it was changed, added or cut off', async () => {
    const json = JSON.stringify(seal('queue', context, { a: 1, b: ['x', { c: null }] }))
    let parsed = 0
    for (let at = 0; at < json.length; at++) {
      for (const changed of [
        json.slice(0, at) + json.slice(at + 1),
        `${json.slice(0, at)}0${json.slice(at + 1)}`,
      ]) {
        let value: unknown
        try {
          value = JSON.parse(changed)
        } catch {
          continue
        }
        if (text(value) !== json) {
          parsed++
          expect(await open('queue', [SECRET], value), changed).toBeUndefined()
        }
      }
    }
    expect(parsed).toBeGreaterThan(50)
    const extended = { ...JSON.parse(json), more: 1 }
    expect(await open('queue', [SECRET], extended)).toBeUndefined()
  })

  it('is opened by any of the secrets, for the same kind of channel only', async () => {
    const sealed = seal('queue', context, { a: 1 })
    expect(await open('queue', ['another', SECRET], sealed)).toBeDefined()
    expect(await open('queue', ['another'], sealed)).toBeUndefined()
    expect(await open('queue', [], sealed)).toBeUndefined()
    expect(await open('workflow', [SECRET], sealed)).toBeUndefined()
  })

  it('is signed by the secret of the app that sends it, not by that of another one in its isolate', async () => {
    const telemetry = { config: { sealing: ['of the second app'] } } as never
    const sealed = seal('queue', withScope(context, { telemetry } as never), { a: 1 })
    expect(await open('queue', ['of the second app'], sealed)).toBeDefined()
    expect(await open('queue', [SECRET], sealed)).toBeUndefined()
  })
})

class Order {
  a = 1
}

const cyclic: Record<string, unknown> = {}
cyclic.self = cyclic

describe('a value travels alone', () => {
  it.each<[string, unknown]>([
    ['text', 'a'],
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a list', [{ a: 1 }]],
    ['a date', new Date(0)],
    ['a map', new Map([['a', 1]])],
    ['bytes', new Uint8Array(2)],
    ['an object of a class', new Order()],
    ['an object that says how it becomes JSON', { toJSON: () => 'a' }],
    ['a function', () => {}],
    ['an object that refers to itself', cyclic],
    ['an object that is no JSON', { a: 1n }],
    ['an object that is too large', { a: 'x'.repeat(MAX_SEALED_LENGTH) }],
  ])('when it is %s', (_name, value) => {
    expect(seal('queue', context, value)).toBeUndefined()
  })

  it('when there is no context, or no secret, of which it is said once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(seal('queue', ROOT, { a: 1 })).toBeUndefined()
    expect(warn).not.toHaveBeenCalled()
    knowing()
    expect(seal('queue', context, { a: 1 })).toBeUndefined()
    expect(seal('queue', context, { a: 1 })).toBeUndefined()
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toContain('HONO_OBSERVABILITY_SECRET')
    warn.mockRestore()
    knowing(SECRET)
  })
})

function throughJsonOr(value: unknown): unknown {
  try {
    return throughJson(value)
  } catch {
    return undefined
  }
}
