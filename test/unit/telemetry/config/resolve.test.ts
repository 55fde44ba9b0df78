import { describe, expect, it } from 'vitest'
import { json } from '../../../../src/export/json/json.ts'
import type { Destination } from '../../../../src/export/otlp/options.ts'
import type { SignalDestination } from '../../../../src/export/otlp/signal-destination.ts'
import type { Config } from '../../../../src/telemetry/config/config.ts'
import type { ObservabilityOptions } from '../../../../src/telemetry/config/options.ts'
import { resolveConfig } from '../../../../src/telemetry/config/resolve.ts'
import type { TracesOptions } from '../../../../src/traces/options.ts'
import { idGenerator, nest, OPTION_CASES, Processor, propagator, sampler } from './option-cases.ts'

const resolve = (
  options: ObservabilityOptions = {},
  variables: Record<string, string> = {},
): Config =>
  resolveConfig(
    options,
    (name) => variables[name],
    (message) => expect.fail(message),
  )

const otlpOf = (config: Config): Destination => {
  if (!config.otlp[0]) throw new Error('otlp is off')
  return config.otlp[0]
}

const tracesOf = (config: Config): SignalDestination => {
  const { traces } = otlpOf(config)
  if (!traces) throw new Error('traces are off')
  return traces
}

describe('defaults', () => {
  it('are complete', () => {
    const signal = (name: string): SignalDestination => ({
      url: `http://localhost:4318/v1/${name}`,
      headers: {},
      isDefault: true,
      timeoutMs: 10_000,
      encoding: json,
      compression: 'none',
    })
    const batch = {
      maxBatchSize: 512,
      maxQueueSize: undefined,
      maxBatchBytes: 900_000,
      maxQueueBytes: 16 * 1024 * 1024,
      maxLingerMs: 1000,
      delayMs: 5000,
      maxSubrequests: 30,
    }
    const { http, ...config } = resolve()
    expect(config).toStrictEqual({
      disabled: false,
      usage: undefined,
      resource: { 'service.name': 'unknown_service' },
      otlp: [
        {
          traces: signal('traces'),
          metrics: signal('metrics'),
          logs: signal('logs'),
          maxAttempts: 12,
          exporters: undefined,
          fetch: undefined,
          spill: undefined,
          batch,
        },
      ],
      batch,
      traces: {
        enabled: true,
        sampler: 'parentbased_always_on',
        ratio: 1,
        tail: undefined,
        limits: {
          attributeCount: 128,
          attributeValueLength: 16_384,
          eventCount: 128,
          linkCount: 128,
        },
        processors: [],
        idGenerator: undefined,
        propagator: undefined,
        propagators: ['tracecontext', 'baggage'],
        fetch: false,
        fetchIgnore: undefined,
        genai: undefined,
        middleware: undefined,
        propagateTo: 'all',
        baggageOrigins: [],
        serverTiming: false,
        exceptionEvents: undefined,
      },
      metrics: {
        temporality: 'cumulative',
        binding: 'METRICS',
        shard: undefined,
        intervalMs: 60_000,
        views: [],
        cardinalityLimit: 2000,
        exemplars: 'trace_based',
        activeRequests: true,
        bodySizes: false,
      },
      logs: {
        levels: { '*': 'info' },
        lineFormat: undefined,
        console: 'string',
        format: 'default',
        access: true,
        accessRatio: 1,
        slowThresholdMs: 300,
        redact: {},
        otlp: false,
        captureConsole: false,
        errorIdHeader: undefined,
        maxLineBytes: 131_072,
        caller: undefined,
        classify: undefined,
      },
      native: undefined,
      secrets: [],
      sealing: [],
    })
    const { redactQuery, knownMethods, ...rest } = http
    expect(rest).toStrictEqual({
      query: 'keys',
      requestHeaders: [],
      responseHeaders: [],
      userAgent: false,
      clientAddress: false,
      requestIdHeader: 'X-Request-ID',
      observeBody: 'auto',
      streamTimeoutMs: 25_000,
      trustInbound: true,
      ignore: undefined,
      route: undefined,
      cf: undefined,
      enrich: undefined,
      metricAttributes: undefined,
    })
    expect([...knownMethods]).toEqual(
      'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '),
    )
    for (const name of [
      'X-Amz-Signature',
      'X-Amz-Credential',
      'X-Amz-Security-Token',
      'AWSAccessKeyId',
      'Signature',
      'sig',
      'X-Goog-Signature',
      'token',
      'access_token',
      'api_key',
      'code',
      'password',
      'secret',
    ]) {
      expect(redactQuery).toContain(name.toLowerCase())
    }
  })

  it('are frozen group by group', () => {
    const config = resolve({ traces: { tail: {} } })
    const otlp = otlpOf(config)
    for (const group of [
      config,
      config.resource,
      config.batch,
      config.traces,
      config.traces.limits,
      config.traces.tail,
      config.http,
      otlp,
      otlp.traces,
      tracesOf(config).headers,
    ]) {
      expect(Object.isFrozen(group)).toBe(true)
    }
  })

  it('replace options given as undefined', () => {
    for (const [option] of OPTION_CASES) {
      expect(resolve(nest(option, undefined) as ObservabilityOptions).traces.ratio).toBe(1)
    }
    const unset = {
      service: { name: undefined, version: undefined },
      otlp: { timeoutMs: undefined, batch: { delayMs: undefined } },
      traces: {
        ratio: undefined,
        exporters: undefined,
        fetch: undefined,
        limits: { linkCount: undefined },
      },
      http: { query: undefined, requestHeaders: undefined },
    } as unknown as ObservabilityOptions
    expect(resolve(unset)).toStrictEqual(resolve())
  })
})

describe('options', () => {
  it('reach the configuration as they are', () => {
    const processors = [new Processor()]
    const keep = () => true
    const batch = {
      maxBatchSize: 1,
      maxQueueSize: 2,
      maxBatchBytes: 900_000,
      maxQueueBytes: 3,
      maxLingerMs: 4,
      delayMs: 5,
      maxSubrequests: 6,
    }
    const limits = { attributeCount: 1, attributeValueLength: 2, eventCount: 3, linkCount: 4 }
    const switches = { fetch: true, serverTiming: true, exceptionEvents: false }
    const config = resolve({
      disabled: true,
      otlp: { maxAttempts: 1, fetch, batch },
      traces: {
        sampler,
        ratio: 0,
        tail: { slowMs: 0, keep },
        limits,
        processors,
        idGenerator,
        propagator,
        propagateTo: ['https://inside.test'],
        baggageOrigins: ['*'],
        ...switches,
      },
      http: {
        query: 'off',
        userAgent: true,
        clientAddress: true,
        requestIdHeader: false,
        observeBody: false,
        streamTimeoutMs: 1,
        trustInbound: ['https://orders.internal'],
      },
    })
    expect(config.disabled).toBe(true)
    expect(config.batch).toEqual(batch)
    expect(config.otlp).toMatchObject([{ maxAttempts: 1, fetch, batch }])
    expect(config.traces).toEqual({
      enabled: true,
      sampler,
      ratio: 0,
      tail: { errors: true, slowMs: 0, keep },
      limits,
      processors,
      idGenerator,
      propagator,
      propagators: ['tracecontext', 'baggage'],
      propagateTo: expect.any(Function),
      baggageOrigins: ['*'],
      ...switches,
    })
    expect(config.http).toMatchObject({
      query: 'off',
      userAgent: true,
      clientAddress: true,
      requestIdHeader: false,
      observeBody: false,
      streamTimeoutMs: 1,
      trustInbound: ['https://orders.internal'],
    })
  })

  it('compare names of headers and parameters in lower case, and methods exactly', () => {
    const { http } = resolve({
      http: {
        redactQuery: ['Session_Key'],
        requestHeaders: ['Accept'],
        responseHeaders: ['Content-Type'],
        knownMethods: ['get'],
      },
    })
    expect(http.redactQuery).toContain('session_key')
    expect(http.redactQuery).toContain('token')
    expect(http.requestHeaders).toEqual(['accept'])
    expect(http.responseHeaders).toEqual(['content-type'])
    expect([...http.knownMethods]).toEqual(['get'])
  })

  it('can turn each part off', () => {
    const config = resolve({ otlp: false, traces: false })
    expect(config.otlp).toEqual([])
    expect(config.batch).toStrictEqual(resolve().batch)
    expect(config.traces).toStrictEqual({ ...resolve().traces, enabled: false })
    expect(otlpOf(resolve({ otlp: { metrics: false } }))).toMatchObject({
      traces: { timeoutMs: 10_000 },
      metrics: false,
    })
  })

  it('sample no new traces beside a tail decision, unless a sampler is named', () => {
    const sampler = (traces: TracesOptions, env = {}) => resolve({ traces }, env).traces.sampler
    expect(sampler({ tail: {} })).toBe('parentbased_always_off')
    expect(sampler({ tail: {}, sampler: 'always_on' })).toBe('always_on')
    expect(sampler({ tail: {}, ratio: 0.1 })).toBe('parentbased_traceidratio')
    expect(sampler({ tail: {} }, { OTEL_TRACES_SAMPLER: 'always_on' })).toBe('always_on')
  })

  it('turn tail sampling of errors off only when told to', () => {
    expect(resolve({ traces: { tail: {} } }).traces.tail).toEqual({ errors: true })
    expect(resolve({ traces: { tail: { errors: false } } }).traces.tail).toEqual({ errors: false })
  })

  it('are not changed', () => {
    const options = {
      resource: { a: 1 },
      otlp: { headers: { A: 'b' }, batch: { maxBatchSize: 9, maxQueueSize: 3 } },
      traces: { tail: {}, limits: { linkCount: 1 }, processors: [] },
      http: { requestHeaders: ['A'] },
    }
    const before = structuredClone(options)
    resolve(options)
    expect(options).toEqual(before)
    expect(Object.isFrozen(options.traces.processors)).toBe(false)
  })

  it('name several destinations, each with settings of its own', () => {
    const [first, second, ...others] = resolve({
      otlp: [
        { endpoint: 'http://a', batch: { maxLingerMs: 5 } },
        { endpoint: 'http://b', headers: { B: 'b' }, metrics: false, timeoutMs: 7 },
      ],
    }).otlp
    expect(others).toEqual([])
    expect(first).toMatchObject({
      traces: { url: 'http://a/v1/traces', headers: {}, timeoutMs: 10_000 },
      metrics: { url: 'http://a/v1/metrics' },
      batch: { maxLingerMs: 5 },
    })
    expect(second).toMatchObject({
      traces: { url: 'http://b/v1/traces', headers: { b: 'b' }, timeoutMs: 7 },
      metrics: false,
      batch: { maxLingerMs: 1000 },
    })
  })

  it('let several destinations share the requests that one invocation may make', () => {
    const maxSubrequests = (count: number): number[] =>
      resolve({ otlp: Array.from({ length: count }, () => ({})) }).otlp.map(
        ({ batch }) => batch.maxSubrequests,
      )
    expect([1, 2, 4].map(maxSubrequests)).toEqual([[30], [15, 15], [8, 8, 8, 8]])
    const own = resolve({ otlp: [{}, { batch: { maxSubrequests: 40 } }] })
    expect(own.otlp[1]?.batch.maxSubrequests).toBe(40)
  })

  it('leave out destinations that are false', () => {
    const { otlp } = resolve(
      { otlp: [false, { endpoint: 'http://a' }, { endpoint: 'http://b' }] },
      { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret' },
    )
    // What the environment says is for the first, and goes to no other in its place.
    expect(otlp).toMatchObject([
      { traces: { url: 'http://a/v1/traces', headers: {} }, batch: { maxSubrequests: 15 } },
      { traces: { url: 'http://b/v1/traces', headers: {} } },
    ])
    expect(JSON.stringify(otlp)).not.toContain('secret')
    expect(resolve({ otlp: [false] }).otlp).toEqual([])
  })

  it('of the environment go to the first destination, and its secrets to no other', () => {
    const { otlp } = resolve(
      { otlp: [{}, { endpoint: 'http://b' }] },
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'key=secret',
        OTEL_EXPORTER_OTLP_TIMEOUT: '5',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_BSP_SCHEDULE_DELAY: '8',
      },
    )
    expect(otlp).toMatchObject([
      {
        traces: {
          url: 'http://env/v1/traces',
          headers: { authorization: 'secret', key: 'secret' },
          timeoutMs: 5,
        },
        metrics: false,
        batch: { delayMs: 8 },
      },
      {
        traces: { url: 'http://b/v1/traces', headers: {}, timeoutMs: 10_000 },
        metrics: { headers: {} },
        batch: { delayMs: 8 },
      },
    ])
  })

  it('never make a batch larger than the queue', () => {
    const batch = resolve({ otlp: { batch: { maxQueueSize: 100 } } }).batch
    expect(batch).toMatchObject({ maxBatchSize: 100, maxQueueSize: 100 })
    expect(Object.isFrozen(batch)).toBe(true)
    expect(resolve({}, { OTEL_BSP_MAX_QUEUE_SIZE: '7' }).batch.maxBatchSize).toBe(7)
  })
})

describe('precedence', () => {
  it('puts code before the environment, setting by setting', () => {
    const config = resolve(
      {
        disabled: false,
        otlp: { timeoutMs: 1, batch: { delayMs: 2 } },
        traces: { limits: { eventCount: 3 } },
        http: { knownMethods: ['PURGE'] },
      },
      {
        OTEL_SDK_DISABLED: 'true',
        OTEL_EXPORTER_OTLP_TIMEOUT: '10',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '11',
        OTEL_BSP_EXPORT_TIMEOUT: '1',
        OTEL_BSP_SCHEDULE_DELAY: '20',
        OTEL_BSP_MAX_QUEUE_SIZE: '2000',
        OTEL_SPAN_EVENT_COUNT_LIMIT: '30',
        OTEL_SPAN_LINK_COUNT_LIMIT: '40',
        OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'GET',
      },
    )
    expect(config.disabled).toBe(false)
    expect(tracesOf(config).timeoutMs).toBe(1)
    expect(config.batch).toMatchObject({ delayMs: 2, maxQueueSize: 2000 })
    expect(config.traces.limits).toMatchObject({ eventCount: 3, linkCount: 40 })
    expect([...config.http.knownMethods]).toEqual(['PURGE'])
  })

  it.each<[string, NonNullable<ObservabilityOptions['otlp']>, string]>([
    ['a signal in code', { endpoint: 'http://b', traces: { url: 'http://a/' } }, 'http://a/'],
    ['the base in code', { endpoint: 'http://b' }, 'http://b/v1/traces'],
    ['a signal in the environment', {}, 'http://c/'],
  ])('asks %s for the endpoint before what follows', (_where, otlp, url) => {
    const config = resolve(
      { otlp },
      {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d',
      },
    )
    expect(tracesOf(config).url).toBe(url)
  })

  it('asks for time limits in the same order', () => {
    const variables = {
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '3',
      OTEL_EXPORTER_OTLP_TIMEOUT: '4',
    }
    const timeoutOf = (otlp: NonNullable<ObservabilityOptions['otlp']>) =>
      tracesOf(resolve({ otlp }, variables)).timeoutMs
    expect(timeoutOf({ timeoutMs: 2, traces: { timeoutMs: 1 } })).toBe(1)
    expect(timeoutOf({ timeoutMs: 2 })).toBe(2)
    expect(timeoutOf({})).toBe(3)
  })

  it('merges headers by name, whatever their case', () => {
    const config = resolve(
      { otlp: { headers: { B: 'code', C: 'code' }, traces: { headers: { c: 'code-signal' } } } },
      {
        OTEL_EXPORTER_OTLP_HEADERS: 'a=env,b=env,d=env',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'D=env-signal',
      },
    )
    expect(tracesOf(config).headers).toEqual({
      a: 'env',
      b: 'code',
      c: 'code-signal',
      d: 'env-signal',
    })
    expect(otlpOf(config).logs).toMatchObject({
      headers: { a: 'env', b: 'code', c: 'code', d: 'env' },
    })
  })

  it('lets code and environment each turn a signal off', () => {
    const variables = { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'otlp' }
    const otlp = otlpOf(resolve({ otlp: { traces: { timeoutMs: 1 }, logs: false } }, variables))
    expect(otlp).toMatchObject({ traces: false, logs: false, metrics: { timeoutMs: 10_000 } })
  })

  it.each([
    [{}, {}, false],
    [{}, { OTEL_LOGS_EXPORTER: 'none' }, false],
    [{}, { OTEL_LOGS_EXPORTER: 'otlp' }, true],
    [{ logs: { otlp: false } }, { OTEL_LOGS_EXPORTER: 'otlp' }, false],
  ])(
    'exports logs when code or the environment asks for it: %j, %j',
    (options, variables, asked) => {
      const { logs } = resolve(options, variables)
      expect(logs).toMatchObject({ otlp: asked })
    },
  )

  it.each<[NonNullable<ObservabilityOptions['traces']>, string, number]>([
    [{}, 'traceidratio', 0.5],
    [{ ratio: 0.1 }, 'parentbased_traceidratio', 0.1],
    [{ sampler: 'traceidratio' }, 'traceidratio', 0.5],
    [{ sampler: 'always_off', ratio: 0.1 }, 'always_off', 0.1],
    [false, 'traceidratio', 0.5],
  ])('samples by %j over the environment', (traces, name, ratio) => {
    const variables = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' }
    expect(resolve({ traces }, variables).traces).toMatchObject({ sampler: name, ratio })
  })

  it('takes a general attribute limit only where the span has none', () => {
    const { limits } = resolve(
      {},
      { OTEL_ATTRIBUTE_COUNT_LIMIT: '1', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2' },
    ).traces
    expect(limits.attributeCount).toBe(2)
  })

  it('keeps the limit of spans for events and links without a warning when they agree', () => {
    const { limits } = resolve(
      { traces: { limits: { attributeCount: 64 } } },
      { OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '64', OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '64' },
    ).traces
    expect(limits.attributeCount).toBe(64)
  })
})

describe('resource', () => {
  const variables = {
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,service.version=a,x=a,y=a',
    OTEL_SERVICE_NAME: 'b',
  }

  it.each<[ObservabilityOptions, object]>([
    [{}, { 'service.name': 'b', 'service.version': 'a', x: 'a', y: 'a' }],
    [
      { resource: { 'service.name': 'c', 'service.version': 'c', x: 3 } },
      { 'service.name': 'c', 'service.version': 'c', x: 3, y: 'a' },
    ],
    [
      { resource: { 'service.name': 'c', x: undefined }, service: { name: 'd', version: 'd' } },
      { 'service.name': 'd', 'service.version': 'd', x: 'a', y: 'a' },
    ],
  ])('of %j is layered', (options, expected) => {
    expect(resolve(options, variables).resource).toStrictEqual(expected)
  })

  it('takes its well-known names from `service`', () => {
    const service = { name: 'n', version: 'v', namespace: 'ns', environment: 'e' }
    expect(resolve({ service }).resource).toStrictEqual({
      'service.name': 'n',
      'service.version': 'v',
      'service.namespace': 'ns',
      'deployment.environment.name': 'e',
    })
  })

  it('is never without a name', () => {
    const named = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=' }
    expect(resolve({}, named).resource).toEqual({ 'service.name': 'unknown_service' })
  })

  it('holds `__proto__` as a name like any other', () => {
    const { resource } = resolve({}, { OTEL_RESOURCE_ATTRIBUTES: '__proto__=x' })
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype)
    expect(Object.keys(resource)).toContain('__proto__')
  })
})

describe('a group that is `true`', () => {
  it('is as by default', () => {
    expect(resolve({ traces: true, metrics: true, logs: true })).toStrictEqual(resolve())
  })
})
