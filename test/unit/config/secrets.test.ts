import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { validateOptions } from '../../../src/config/validate.ts'

const SECRET = 's3cr3t'

describe('a wrong option', () => {
  it.each<[unknown]>([
    [SECRET],
    [{ otlp: `https://u:${SECRET}@host` }],
    [{ otlp: { headers: SECRET } }],
    [{ otlp: { headers: [SECRET] } }],
    [{ otlp: { headers: { authorization: `${SECRET}\n` } } }],
    [{ otlp: { headers: { [`authorization: ${SECRET}`]: '' } } }],
    [{ otlp: { headers: { authorization: { [SECRET]: SECRET } } } }],
    [{ otlp: { endpoint: `https://u:${SECRET}@host` } }],
    [{ otlp: { endpoint: `host/?token=${SECRET}` } }],
    [{ otlp: { traces: `https://host/?token=${SECRET}` } }],
    [{ otlp: { traces: { url: `https://${SECRET}@host` } } }],
    [{ otlp: { metrics: { url: `${SECRET}` } } }],
    [{ otlp: { logs: { headers: { 'x-key': `\0${SECRET}` } } } }],
  ])('never shows what may be a secret: %j', (options) => {
    expect(() => validateOptions(options)).toThrow(TypeError)
    try {
      validateOptions(options)
    } catch (error) {
      expect(`${error}`).not.toContain(SECRET)
      expect((error as Error).stack).not.toContain(SECRET)
      expect((error as Error).cause).toBeUndefined()
    }
  })

  it('does not show a header value that is a number', () => {
    expect(() => validateOptions({ otlp: { headers: { pin: 4711 } } })).toThrow(
      '`otlp.headers.pin` must be a legal header value, received [redacted]',
    )
  })
})

describe('a wrong variable', () => {
  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', `https://u:${SECRET}@host`],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', `host?token=${SECRET}`],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `ftp://${SECRET}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', SECRET],
    ['OTEL_EXPORTER_OTLP_HEADERS', `authorization=${SECRET}%0A`],
    ['OTEL_EXPORTER_OTLP_LOGS_HEADERS', `authorization=${SECRET}%zz`],
  ])('never shows what may be a secret: %s=%s', (name, value) => {
    const warnings: string[] = []
    resolveConfig(
      {},
      (asked) => (asked === name ? value : undefined),
      (m) => warnings.push(m),
    )
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(`\`${name}\` must be `)
    expect(warnings[0]).toContain('received [redacted]')
    expect(warnings[0]).not.toContain(SECRET)
  })
})
