import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../../src/telemetry/config/resolve.ts'
import { validateOptions } from '../../../../src/telemetry/config/validate.ts'
import { nest, OPTION_CASES } from './option-cases.ts'

/** Validates, and resolves what is valid. */
const configure = (options: unknown): void => {
  try {
    validateOptions(options)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    expect((error as TypeError).message).toMatch(/^Cannot configure observability: `/)
    expect((error as TypeError).message.length).toBeLessThan(500)
    return
  }
  resolveConfig(
    validateOptions(options),
    () => undefined,
    (message) => expect.fail(message),
  )
}

const options = fc.constantFrom(...OPTION_CASES.map(([option]) => option))

describe('any input', () => {
  it('either configures or throws a TypeError with a message of the documented form', () => {
    fc.assert(fc.property(fc.jsonValue(), configure))
  })

  it('does so at the place of any option', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.anything({ withBigInt: true, withNullPrototype: true }),
    )
    fc.assert(
      fc.property(options, value, (option, input) => configure(nest(option, input))),
      { numRuns: 2000 },
    )
  })

  it('does so for members of arrays and records', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.constant('*'))
    fc.assert(
      fc.property(options, fc.oneof(fc.array(text), fc.dictionary(text, text)), (option, input) =>
        configure(nest(option, input)),
      ),
      { numRuns: 2000 },
    )
  })
})

describe('any environment', () => {
  it('configures, with a message of the documented form for what is not usable', () => {
    const asked = new Set<string>()
    resolveConfig(
      {},
      (name) => {
        asked.add(name)
        return name === 'OTEL_TRACES_SAMPLER' ? 'traceidratio' : undefined
      },
      () => {},
    )
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.double().map(String),
      fc.constantFrom('true', 'none', 'otlp', 'traceidratio', 'a=b,c=d', '%', 'a=%ff'),
    )
    const environment = fc.dictionary(fc.constantFrom(...asked), value)
    fc.assert(
      fc.property(environment, (variables) => {
        const warnings: string[] = []
        const config = resolveConfig(
          {},
          (name) => variables[name],
          (message) => warnings.push(message),
        )
        expect(config.resource['service.name']).toBeTruthy()
        expect(new Set(warnings).size).toBe(warnings.length)
        for (const warning of warnings) {
          expect(warning).toMatch(
            /^Cannot use environment: `(OTEL|LOG|HONO_OBSERVABILITY)_[A-Z_]+` must be .+, received /,
          )
        }
        const again: string[] = []
        expect(
          resolveConfig(
            {},
            (name) => variables[name],
            (message) => again.push(message),
          ),
        ).toEqual(config)
        expect(again).toEqual(warnings)
      }),
      { numRuns: 1000 },
    )
  })
})
