import type { ObservabilityOptions } from 'hono-observability'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../../src/telemetry/config/resolve.ts'
import { validateOptions } from '../../../../src/telemetry/config/validate.ts'

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
    ['HONO_OBSERVABILITY_SECRET', SECRET],
    ['HONO_OBSERVABILITY_SECRET', `long enough by itself,${SECRET}`],
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

describe('what signs trace contexts', () => {
  const sealing = (
    variables: Record<string, string>,
    otlp: ObservabilityOptions['otlp'] = {},
  ): readonly string[] =>
    resolveConfig(
      { otlp },
      (name) => variables[name],
      () => {},
    ).sealing
  const TOKEN = 'Bearer 0123456789'

  it('is the secret that was set, or several of which the first signs', () => {
    const HONO_OBSERVABILITY_SECRET = 'the present secret, the secret before'
    expect(sealing({ HONO_OBSERVABILITY_SECRET }, { headers: { authorization: TOKEN } })).toEqual([
      'the present secret',
      'the secret before',
    ])
  })

  it('is otherwise made of the credentials of the first destination that has any', () => {
    const credentials = { 'X-Scope-OrgID': 'a-public-tenant-name', Authorization: TOKEN }
    expect(sealing({}, [{}, { headers: credentials }])).toEqual([`authorization: ${TOKEN}`])
    expect(
      sealing({ OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(TOKEN)}` }),
    ).toEqual([`authorization: ${TOKEN}`])
  })

  it.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['a header that is none', { 'x-scope-orgid': 'a-public-tenant-name' }],
    ['one that is short enough to be guessed', { authorization: 'Basic dTpw' }],
  ])('is nothing where there is %s', (_name, headers) => {
    expect(sealing({}, { headers })).toEqual([])
    expect(sealing({ HONO_OBSERVABILITY_SECRET: 'too short' }, { headers })).toEqual([])
  })
})
