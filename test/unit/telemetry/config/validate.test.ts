import { describe, expect, it } from 'vitest'
import { validateOptions } from '../../../../src/telemetry/config/validate.ts'
import { nest, OPTION_CASES } from './option-cases.ts'

const messageOf = (options: unknown): string => {
  try {
    validateOptions(options)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message
  }
  return 'accepted'
}

const deepFreeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
}

describe.each(OPTION_CASES.map(([option, ...rest]) => ({ option, rest })))(
  '$option',
  ({ option, rest: [right, wrong, expected, received, culprit = option] }) => {
    it('accepts a right value', () => {
      expect(messageOf(nest(option, right))).toBe('accepted')
    })

    it('may be undefined', () => {
      expect(messageOf(nest(option, undefined))).toBe('accepted')
    })

    it('says what it must be', () => {
      expect(messageOf(nest(option, wrong))).toBe(
        `Cannot configure observability: \`${culprit}\` must be ${expected}, received ${received}`,
      )
    })
  },
)

describe('unknown options', () => {
  it.each([
    [
      { tracing: {} },
      'tracing',
      '`service`, `resource`, `otlp`, `traces`, `metrics`, `bindings`, `logs`, `http`, `native`, `disabled`',
    ],
    [
      { traces: { ration: 1 } },
      'traces.ration',
      '`sampler`, `ratio`, `tail`, `limits`, `processors`, `idGenerator`, `propagator`, `fetch`, ' +
        '`fetchIgnore`, `genai`, `propagateTo`, `baggageOrigins`, `middleware`, `serverTiming`, `exceptionEvents`',
    ],
    [
      { otlp: { logs: { uri: '' } } },
      'otlp.logs.uri',
      '`url`, `headers`, `timeoutMs`, `protocol`, `compression`',
    ],
    [
      JSON.parse('{"service":{"__proto__":1}}'),
      'service.__proto__',
      '`name`, `version`, `namespace`, `environment`',
    ],
  ])('%j names what is expected instead', (options, option, expected) => {
    expect(messageOf(options)).toBe(
      `Cannot configure observability: \`${option}\` is not an option, expected one of ${expected}`,
    )
  })

  it('shortens a long name', () => {
    expect(messageOf({ [`x${'y'.repeat(500)}`]: 1 })).toContain(`\`x${'y'.repeat(59)}…\` is not`)
  })
})

describe('options as a whole', () => {
  it.each([
    [null, 'null'],
    [[], 'array'],
    [() => ({}), 'function'],
    ['https://host/?token=secret', '[redacted]'],
  ])('%s is not options', (options, received) => {
    expect(messageOf(options)).toBe(
      `Cannot configure observability: \`options\` must be an object, received ${received}`,
    )
  })

  it('may be left out', () => {
    expect(validateOptions()).toEqual({})
  })

  it('are returned as they are, and may be frozen', () => {
    const options = { service: { name: 'shop' }, traces: { ratio: 0.5, baggageOrigins: ['*'] } }
    deepFreeze(options)
    expect(validateOptions(options)).toBe(options)
  })

  it('report the first of several mistakes in the order of the documentation', () => {
    const wrong = { http: { query: 1 }, otlp: { timeoutMs: 0, endpoint: 1 } }
    expect(messageOf(wrong)).toContain('`otlp.endpoint`')
    expect(messageOf(wrong)).toBe(messageOf({ otlp: { endpoint: 1, timeoutMs: 0 }, http: 1 }))
  })

  it('shorten a long value', () => {
    expect(messageOf({ http: { query: 'q'.repeat(500) } })).toMatch(/received "q{60}…"$/)
  })
})

describe('names and values', () => {
  it('rejects every sampler name but the six of the specification', () => {
    for (const name of [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ]) {
      expect(messageOf({ traces: { sampler: name } })).toBe('accepted')
    }
    expect(messageOf({ traces: { sampler: 'ALWAYS_ON' } })).toContain('`traces.sampler` must be')
  })

  it.each([-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])('%s is no ratio', (ratio) => {
    expect(messageOf({ traces: { ratio } })).toContain(`received ${ratio}`)
  })

  it.each([
    'http://localhost',
    'https://[::1]:4318/otlp?region=eu#top',
    'HTTPS://EXAMPLE.COM',
    'http://host/a@b',
  ])('%s is an endpoint', (endpoint) => {
    expect(messageOf({ otlp: { endpoint } })).toBe('accepted')
  })

  it.each([
    '',
    '/v1/traces',
    'http:/host',
    'http://',
    'https://user:password@host',
    'https://user@host',
    'http://ho\nst@evil',
    'http://host:99999',
    'data:text/plain,x',
    ' http://host',
  ])('%j is no endpoint', (endpoint) => {
    expect(messageOf({ otlp: { endpoint } })).toContain('`otlp.endpoint` must be')
  })

  it.each(['', 'a b', 'a:b', 'é', 'a\r\n', 'a\0'])('%j is no header name', (name) => {
    expect(messageOf({ otlp: { headers: { [name]: 'v' } } })).toContain('`otlp.headers` must be')
  })

  it.each(['a\rb', 'a\nb', 'a\0', '日本', 'a\u007f'])('%j is no header value', (value) => {
    expect(messageOf({ otlp: { headers: { 'x-key': value } } })).toContain('must be a legal header')
  })

  it.each([null, [[1]], [{}], () => 1, 1n])('%s is no resource attribute', (value) => {
    expect(messageOf({ resource: { key: value } })).toContain('`resource.key` must be')
  })

  it('rejects a resource attribute without a name', () => {
    expect(messageOf({ resource: { '': 1 } })).toContain('`resource` must be')
  })

  it.each(['https://a.example/path', 'a.example', 'https://a.example:443', 'null', ''])(
    '%j is no origin',
    (origin) => {
      expect(messageOf({ traces: { baggageOrigins: [origin] } })).toContain('must be an origin')
    },
  )
})
