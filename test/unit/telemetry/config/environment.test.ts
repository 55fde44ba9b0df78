import { describe, expect, it } from 'vitest'
import type { Config } from '../../../../src/telemetry/config/config.ts'
import type { ObservabilityOptions } from '../../../../src/telemetry/config/options.ts'
import { resolveConfig } from '../../../../src/telemetry/config/resolve.ts'

type Variables = Record<string, string | undefined>

function resolve(variables: Variables, options: ObservabilityOptions = {}) {
  const warnings: string[] = []
  const config = resolveConfig(
    options,
    (name) => variables[name],
    (message) => warnings.push(message),
  )
  return { config, warnings }
}

/** A dotted path into the configuration; what is not there fails the test. */
const at = (config: Config, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => {
    expect(value).toHaveProperty([key])
    return (value as Record<string, unknown>)[key]
  }, config)

const COUNT = 'a whole number from 1 to 2147483647'
const DELAY = 'a whole number from 0 to 2147483647'
const PAIRS = 'a percent-encoded list like `a=1,b=2` or a JSON object'
const PROTOCOL =
  '`http/json` unless `otlp.protocol` is `protobuf` from `hono-observability/protobuf` (JSON is used)'
const URL = 'an absolute http or https URL, with no user name in it'

const SIGNALS = ['traces', 'metrics', 'logs'] as const

/** `[variable, right value, where it goes, what it becomes]` */
const RIGHT: readonly (readonly [string, string, string, unknown])[] = [
  ['SDK_DISABLED', 'true', 'disabled', true],
  ['SDK_DISABLED', 'TRUE', 'disabled', true],
  ['SDK_DISABLED', 'False', 'disabled', false],
  ['SERVICE_NAME', 'shop', 'resource', { 'service.name': 'shop' }],
  [
    'RESOURCE_ATTRIBUTES',
    'service.name=shop, k8s.pod = p%2C1 ,eq=a=b,empty=,',
    'resource',
    { 'service.name': 'shop', 'k8s.pod': 'p,1', eq: 'a=b', empty: '' },
  ],
  ['PROPAGATORS', 'baggage, Baggage', 'traces.propagators', ['baggage']],
  ['PROPAGATORS', 'none', 'traces.propagators', []],
  ['PROPAGATORS', 'tracecontext,none', 'traces.propagators', ['tracecontext']],
  ['TRACES_SAMPLER', 'Always_Off', 'traces.sampler', 'always_off'],
  ['ATTRIBUTE_COUNT_LIMIT', '7', 'traces.limits.attributeCount', 7],
  ['SPAN_ATTRIBUTE_COUNT_LIMIT', '7', 'traces.limits.attributeCount', 7],
  ['ATTRIBUTE_VALUE_LENGTH_LIMIT', '7', 'traces.limits.attributeValueLength', 7],
  ['SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', '7', 'traces.limits.attributeValueLength', 7],
  ['SPAN_EVENT_COUNT_LIMIT', '7', 'traces.limits.eventCount', 7],
  ['SPAN_LINK_COUNT_LIMIT', '7', 'traces.limits.linkCount', 7],
  ['EVENT_ATTRIBUTE_COUNT_LIMIT', '128', 'traces.limits.attributeCount', 128],
  ['LINK_ATTRIBUTE_COUNT_LIMIT', '128', 'traces.limits.attributeCount', 128],
  ['LOG_LEVEL', 'debug', 'logs.levels.*', 'debug'],
  ['BSP_SCHEDULE_DELAY', '0', 'batch.delayMs', 0],
  ['BSP_MAX_QUEUE_SIZE', '7000', 'batch.maxQueueSize', 7000],
  ['BSP_MAX_EXPORT_BATCH_SIZE', '7', 'batch.maxBatchSize', 7],
  ['BSP_EXPORT_TIMEOUT', '7', 'otlp.0.traces.timeoutMs', 7],
  ['BSP_EXPORT_TIMEOUT', '30000', 'otlp.0.traces.timeoutMs', 10_000],
  ['BSP_EXPORT_TIMEOUT', '7', 'otlp.0.logs.timeoutMs', 10_000],
  [
    'INSTRUMENTATION_HTTP_KNOWN_METHODS',
    'GET,Purge',
    'http.knownMethods',
    new Set(['GET', 'Purge']),
  ],
  ...SIGNALS.flatMap((signal) => {
    const prefix = signal.toUpperCase()
    return [
      [`${prefix}_EXPORTER`, 'none', `otlp.0.${signal}`, false],
      [`${prefix}_EXPORTER`, 'OTLP', `otlp.0.${signal}.url`, `http://localhost:4318/v1/${signal}`],
      ['EXPORTER_OTLP_ENDPOINT', 'http://c:1', `otlp.0.${signal}.url`, `http://c:1/v1/${signal}`],
      ['EXPORTER_OTLP_HEADERS', 'X-Key=a%20b', `otlp.0.${signal}.headers`, { 'x-key': 'a b' }],
      ['EXPORTER_OTLP_TIMEOUT', '7', `otlp.0.${signal}.timeoutMs`, 7],
      ['EXPORTER_OTLP_TIMEOUT', '0', `otlp.0.${signal}.timeoutMs`, 2147483647],
      ['EXPORTER_OTLP_PROTOCOL', 'http/json', `otlp.0.${signal}.encoding.name`, 'http/json'],
      ['EXPORTER_OTLP_COMPRESSION', 'GZIP', `otlp.0.${signal}.compression`, 'gzip'],
      ['EXPORTER_OTLP_COMPRESSION', 'none', `otlp.0.${signal}.compression`, 'none'],
      [
        `EXPORTER_OTLP_${prefix}_ENDPOINT`,
        'http://c:1/own',
        `otlp.0.${signal}.url`,
        'http://c:1/own',
      ],
      [`EXPORTER_OTLP_${prefix}_ENDPOINT`, 'http://c:1', `otlp.0.${signal}.url`, 'http://c:1/'],
      [`EXPORTER_OTLP_${prefix}_HEADERS`, 'k=v=', `otlp.0.${signal}.headers`, { k: 'v=' }],
      [`EXPORTER_OTLP_${prefix}_TIMEOUT`, '7', `otlp.0.${signal}.timeoutMs`, 7],
      [
        `EXPORTER_OTLP_${prefix}_PROTOCOL`,
        'HTTP/JSON',
        `otlp.0.${signal}.encoding.name`,
        'http/json',
      ],
      [`EXPORTER_OTLP_${prefix}_COMPRESSION`, 'gzip', `otlp.0.${signal}.compression`, 'gzip'],
    ] as const
  }),
]

/** `[variable, wrong value, what it must be, what is shown if not the value]` */
const WRONG: readonly (readonly [string, string, string, string?])[] = [
  ['SDK_DISABLED', '1', 'true or false'],
  ['SDK_DISABLED', 'yes', 'true or false'],
  ['RESOURCE_ATTRIBUTES', 'service.name=shop,oops', PAIRS],
  ['RESOURCE_ATTRIBUTES', 'service.name=shop,=oops', PAIRS],
  ['RESOURCE_ATTRIBUTES', 'service.name=shop,a=%E0%A4%A', PAIRS],
  ['PROPAGATORS', 'b3', 'one of `tracecontext`, `baggage`, `none`'],
  [
    'TRACES_SAMPLER',
    'jaeger_remote',
    'one of `always_on`, `always_off`, `traceidratio`, `parentbased_always_on`, ' +
      '`parentbased_always_off`, `parentbased_traceidratio`',
  ],
  ['ATTRIBUTE_COUNT_LIMIT', '-1', COUNT],
  ['SPAN_ATTRIBUTE_COUNT_LIMIT', 'many', COUNT],
  ['ATTRIBUTE_VALUE_LENGTH_LIMIT', '1.5', COUNT],
  ['SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', '2147483648', COUNT],
  ['SPAN_EVENT_COUNT_LIMIT', 'Infinity', COUNT],
  ['SPAN_LINK_COUNT_LIMIT', '12a', COUNT],
  ['EVENT_ATTRIBUTE_COUNT_LIMIT', '7', '`128`'],
  ['LINK_ATTRIBUTE_COUNT_LIMIT', '7', '`128`'],
  ['BSP_SCHEDULE_DELAY', '5s', DELAY],
  ['BSP_MAX_QUEUE_SIZE', '0', COUNT],
  ['BSP_MAX_EXPORT_BATCH_SIZE', '0', COUNT],
  ['BSP_EXPORT_TIMEOUT', '-5', DELAY],
  ['INSTRUMENTATION_HTTP_KNOWN_METHODS', 'G(T', 'a legal method name'],
  ...['', 'TRACES_', 'METRICS_', 'LOGS_'].flatMap(
    (signal) =>
      [
        [`EXPORTER_OTLP_${signal}ENDPOINT`, 'localhost:4318', URL, '[redacted]'],
        [`EXPORTER_OTLP_${signal}HEADERS`, 'k', PAIRS, '[redacted]'],
        [`EXPORTER_OTLP_${signal}TIMEOUT`, '10s', DELAY],
        [`EXPORTER_OTLP_${signal}PROTOCOL`, 'grpc', PROTOCOL],
        [`EXPORTER_OTLP_${signal}PROTOCOL`, 'http/protobuf', PROTOCOL],
        [`EXPORTER_OTLP_${signal}COMPRESSION`, 'zstd', 'one of `none`, `gzip`'],
      ] as const,
  ),
  ...['TRACES', 'METRICS', 'LOGS'].map(
    (signal) => [`${signal}_EXPORTER`, 'zipkin', 'one of `otlp`, `none`'] as const,
  ),
]

const NAMES = [...new Set([...RIGHT, ...WRONG].map(([name]) => name)), 'TRACES_SAMPLER_ARG']
const DEFAULTS = resolve({}).config

describe('every variable', () => {
  it.each(RIGHT)('OTEL_%s=%s sets %s', (name, value, path, expected) => {
    const { config, warnings } = resolve({ [`OTEL_${name}`]: value })
    expect(warnings).toEqual([])
    if (path === 'resource') {
      expect(config.resource).toEqual({
        'service.name': 'unknown_service',
        ...(expected as object),
      })
    } else {
      expect(at(config, path)).toEqual(expected)
    }
  })

  it.each(WRONG)('OTEL_%s=%s warns once and falls back', (name, value, expected, shown) => {
    const { config, warnings } = resolve({ [`OTEL_${name}`]: value })
    expect(warnings).toEqual([
      `Cannot use environment: \`OTEL_${name}\` must be ${expected}, received ${shown ?? `"${value}"`}`,
    ])
    expect(config).toEqual(DEFAULTS)
  })

  it.each(NAMES)('OTEL_%s counts as unset when it is empty or blank', (name) => {
    for (const value of ['', ' \t\n']) {
      expect(resolve({ [`OTEL_${name}`]: value })).toEqual({ config: DEFAULTS, warnings: [] })
    }
  })
})

describe('OTEL_TRACES_SAMPLER_ARG', () => {
  it.each(['traceidratio', 'parentbased_traceidratio'])('is the ratio of %s', (sampler) => {
    const { config, warnings } = resolve({
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: '0',
    })
    expect(config.traces).toMatchObject({ sampler, ratio: 0 })
    expect(warnings).toEqual([])
  })

  it('is ignored beside a sampler that takes none, and alone', () => {
    for (const sampler of ['', 'always_on', 'parentbased_always_off']) {
      const { config, warnings } = resolve({
        OTEL_TRACES_SAMPLER: sampler,
        OTEL_TRACES_SAMPLER_ARG: 'x',
      })
      expect(config.traces.ratio).toBe(1)
      expect(warnings).toEqual([])
    }
  })

  it.each(['high', '1.01', '-0.5', 'NaN'])('warns about %s and records everything', (argument) => {
    const { config, warnings } = resolve({
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: argument,
    })
    expect(config.traces).toMatchObject({ sampler: 'traceidratio', ratio: 1 })
    expect(warnings).toEqual([
      `Cannot use environment: \`OTEL_TRACES_SAMPLER_ARG\` must be a number from 0 to 1, received "${argument}"`,
    ])
  })
})

describe('endpoints', () => {
  it.each([
    ['http://c', 'http://c/v1/traces'],
    ['http://c/', 'http://c/v1/traces'],
    ['http://c///', 'http://c/v1/traces'],
    ['https://c/otlp', 'https://c/otlp/v1/traces'],
    ['https://c/a/b/', 'https://c/a/b/v1/traces'],
    ['https://c/otlp?region=eu', 'https://c/otlp/v1/traces?region=eu'],
  ])('base %s becomes %s, in code too', (endpoint, url) => {
    const fromEnvironment = resolve({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).config
    expect(fromEnvironment.otlp).toMatchObject([{ traces: { url } }])
    expect(resolve({}, { otlp: { endpoint } }).config.otlp).toMatchObject([{ traces: { url } }])
  })

  it.each([
    ['http://c', 'http://c/'],
    ['http://c/traces/', 'http://c/traces/'],
    ['http://c/v1/traces?x=1', 'http://c/v1/traces?x=1'],
  ])('%s of one signal stays %s, in code too', (endpoint, url) => {
    const fromEnvironment = resolve({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }).config
    expect(fromEnvironment.otlp).toMatchObject([{ traces: { url } }])
    const fromCode = resolve({}, { otlp: { traces: { url: endpoint } } }).config
    expect(fromCode.otlp).toMatchObject([{ traces: { url } }])
  })
})

describe('lists', () => {
  it('keep the good members and warn once about each distinct bad one', () => {
    const { config, warnings } = resolve({ OTEL_PROPAGATORS: 'b3,TraceContext,b3,jaeger' })
    expect(config.traces.propagators).toEqual(['tracecontext'])
    expect(warnings).toEqual(
      ['b3', 'jaeger'].map(
        (name) =>
          `Cannot use environment: \`OTEL_PROPAGATORS\` must be one of \`tracecontext\`, \`baggage\`, \`none\`, received "${name}"`,
      ),
    )
  })
})

describe('the source of variables', () => {
  it('may throw for any name, as Deno does without permission', () => {
    const warnings: string[] = []
    const config = resolveConfig(
      {},
      () => {
        throw new Error('Requires env access')
      },
      (message) => warnings.push(message),
    )
    expect(config).toEqual(DEFAULTS)
    expect(warnings).toEqual([])
  })

  it('may hold numbers and booleans, as [vars] of wrangler.toml can', () => {
    const variables: Record<string, unknown> = {
      OTEL_SDK_DISABLED: true,
      OTEL_BSP_SCHEDULE_DELAY: 100,
    }
    const config = resolveConfig(
      {},
      (name) => variables[name] as string | undefined,
      () => {},
    )
    expect(config.disabled).toBe(true)
    expect(config.batch.delayMs).toBe(100)
  })

  it('is asked anew for each configuration, and so are the warnings', () => {
    const variables = { OTEL_BSP_SCHEDULE_DELAY: 'soon' }
    expect(resolve(variables).warnings).toHaveLength(1)
    expect(resolve(variables).warnings).toHaveLength(1)
  })
})
