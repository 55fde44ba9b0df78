import type { Sampler, TextMapPropagator } from '@opentelemetry/api'
import { protobuf } from '../../../../src/entries/protobuf.ts'
import type { IdGenerator } from '../../../../src/traces/ids.ts'
import type { SpanProcessor } from '../../../../src/traces/readable-span.ts'

export const sampler: Sampler = {
  shouldSample: () => ({ decision: 0 }),
  toString: () => 'none',
}

/** Has its methods on the prototype, as classes of the SDK do. */
export class Processor implements SpanProcessor {
  onStart(): void {}
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

export const idGenerator: IdGenerator = {
  generateTraceId: () => '0af7651916cd43dd8448eb211c80319c',
  generateSpanId: () => 'b7ad6b7169203331',
}

export const propagator: TextMapPropagator = {
  inject: () => {},
  extract: (context) => context,
  fields: () => [],
}

const COUNT = 'a whole number from 1 to 2147483647'
const DELAY = 'a whole number from 0 to 2147483647'
const FLAG = 'true or false'
const TEXT = 'a non-empty string'
const PROPAGATE_TO =
  '`all`, a function or an array of origins like `https://api.example.com`, patterns like `https://*.example.com` and regular expressions'
const URLS = PROPAGATE_TO.slice('`all`, '.length)
const PATHS =
  'a function or an array of paths like `/favicon.ico`, patterns like `/assets/*` and regular expressions'
const URL = 'an absolute http or https URL, with no user name in it'
const HEADER_NAME = 'a legal header name'
const HEADERS = 'an object whose every key is a legal header name'
const HEADER_VALUE = 'a legal header value'
const PROTOCOL = '`http/json` or `protobuf` from `hono-observability/protobuf`'
const COMPRESSION = 'one of `none`, `gzip`'
const METHODS = '`onStart`, `onEnd`, `forceFlush`, `shutdown`'
const REDACTED = '[redacted]'
const OTLP = 'an object, false or a non-empty array of these'

/** `[option, right value, wrong value, expected, received, path of the culprit if deeper]` */
export type OptionCase = readonly [
  option: string,
  right: unknown,
  wrong: unknown,
  expected: string,
  received: string,
  culprit?: string,
]

const signalCases = (signal: string): readonly OptionCase[] => [
  [`otlp.${signal}`, false, true, 'an object or false', 'true'],
  [`otlp.${signal}.url`, 'https://a.example/v1', 'ftp://a.example', URL, REDACTED],
  [`otlp.${signal}.headers`, { 'x-key': 'k' }, { 'x key': 'k' }, HEADERS, 'object'],
  [`otlp.${signal}.timeoutMs`, 1, 0, COUNT, '0'],
  [`otlp.${signal}.protocol`, 'http/json', {}, PROTOCOL, 'object'],
  [`otlp.${signal}.compression`, 'none', true, COMPRESSION, 'true'],
]

/** Every option, right once and wrong once. */
const LEVEL = 'a log level: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `all` or `off`'

export const OPTION_CASES: readonly OptionCase[] = [
  ['service', {}, [], 'an object', 'array'],
  ['service.name', 'shop', '', TEXT, '""'],
  ['service.version', '1.0.0', 1, TEXT, '1'],
  ['service.namespace', 'eu', null, TEXT, 'null'],
  ['service.environment', 'production', {}, TEXT, 'object'],
  [
    'resource',
    { 'host.name': 'h', 'a.b': [1, null, 2], c: undefined },
    { 'host.name': {} },
    'a string, number, boolean or array of them',
    'object',
    'resource.host.name',
  ],
  ['otlp', false, 'https://user:secret@host', OTLP, REDACTED],
  ['otlp', [{}, { endpoint: 'http://a.example' }], [], OTLP, 'array'],
  ['otlp', [{}, false], ['https://user:secret@host'], OTLP, REDACTED, 'otlp[0]'],
  ['otlp', [{}], [{}, true], OTLP, 'true', 'otlp[1]'],
  ['otlp', [{}], [{}, { endpoint: 'secret' }], URL, REDACTED, 'otlp[1].endpoint'],
  ['otlp.endpoint', 'http://localhost:4318/base', 'localhost:4318', URL, REDACTED],
  [
    'otlp.headers',
    { authorization: 'Bearer é' },
    { 'x-key': 'a\nb' },
    HEADER_VALUE,
    REDACTED,
    'otlp.headers.x-key',
  ],
  ['otlp.timeoutMs', 2147483647, 2147483648, COUNT, '2147483648'],
  ['otlp.protocol', protobuf, 'http/protobuf', PROTOCOL, '"http/protobuf"'],
  ['otlp.compression', 'gzip', 'br', COMPRESSION, '"br"'],
  ['otlp.maxAttempts', 1, 1.5, COUNT, '1.5'],
  ['otlp.fetch', fetch, 'fetch', 'a function', '"fetch"'],
  ['otlp.spill', { open: () => {} }, 'BUCKET', 'an object with callable `open`', '"BUCKET"'],
  ...['traces', 'metrics', 'logs'].flatMap(signalCases),
  ['otlp.batch', {}, false, 'an object', 'false'],
  ['otlp.batch.maxBatchSize', 1, '512', COUNT, '"512"'],
  ['otlp.batch.maxBatchBytes', 1, 0, COUNT, '0'],
  ['otlp.batch.maxQueueSize', 1, Number.NaN, COUNT, 'NaN'],
  ['otlp.batch.maxQueueBytes', 1, Number.POSITIVE_INFINITY, COUNT, 'Infinity'],
  ['otlp.batch.maxLingerMs', 0, -1, DELAY, '-1'],
  ['otlp.batch.delayMs', 0, 10n, DELAY, 'bigint'],
  ['otlp.batch.maxSubrequests', 1, true, COUNT, 'true'],
  ['metrics', false, null, 'an object, true or false', 'null'],
  ['metrics', true, 1, 'an object, true or false', REDACTED],
  [
    'metrics.temporality',
    'aggregator',
    'Delta',
    'one of `delta`, `cumulative`, `lowmemory`, `aggregator`',
    '"Delta"',
  ],
  ['metrics.binding', 'METRICS', 1, TEXT, '1'],
  ['metrics.shard', 'eu', 1, TEXT, '1'],
  ['metrics.intervalMs', 1, 0, COUNT, '0'],
  ['metrics.views', [() => undefined], [{}], 'a function', 'object', 'metrics.views[0]'],
  ['metrics.cardinalityLimit', 1, 0, COUNT, '0'],
  [
    'metrics.exemplars',
    'always_off',
    'never',
    'one of `trace_based`, `always_on`, `always_off`',
    '"never"',
  ],
  ['metrics.activeRequests', true, 1, FLAG, '1'],
  ['metrics.bodySizes', true, 1, FLAG, '1'],
  ['bindings', { wrap: (env: unknown) => env }, {}, 'an object with callable `wrap`', 'object'],
  ['logs', false, null, 'an object, true or false', 'null'],
  ['logs', true, 'on', 'an object, true or false', REDACTED],
  ['logs.level', 'WARNING', 'loud', LEVEL, '"loud"'],
  ['logs.levels', { 'db.*': 'debug' }, { db: 3 }, LEVEL, '3', 'logs.levels.db'],
  [
    'logs.console',
    'object',
    'pretty',
    'one of `string`, `object` or a function or false',
    '"pretty"',
  ],
  ['logs.format', 'default', 'ecs', '`default` or a function', '"ecs"'],
  ['logs.access', false, 0, FLAG, '0'],
  ['logs.accessRatio', 0.5, 50, 'a number from 0 to 1', '50'],
  ['logs.slowThresholdMs', 0, -1, DELAY, '-1'],
  ['logs.redact', false, true, 'an object or false', 'true'],
  ['logs.redact.keys', ['pin'], ['pin', 1], TEXT, '1', 'logs.redact.keys[1]'],
  ['logs.redact.allow', ['card'], 'card', 'an array', '"card"'],
  ['logs.redact.paths', ['user.*'], [{}], TEXT, 'object', 'logs.redact.paths[0]'],
  ['logs.redact.patterns', [/a/], ['a'], 'a regular expression', '"a"', 'logs.redact.patterns[0]'],
  ['logs.redact.secrets', ['hunter2'], 'hunter2', 'an array', REDACTED],
  ['logs.redact.censor', '***', 1, TEXT, '1'],
  ['logs.otlp', true, 'yes', FLAG, '"yes"'],
  ['logs.captureConsole', true, 'yes', FLAG, '"yes"'],
  ['logs.errorIdHeader', 'X-Error-ID', 'a b', HEADER_NAME, '"a b"'],
  ['logs.maxLineBytes', 4096, 0, COUNT, '0'],
  ['logs.classify', () => undefined, 'zod', 'a function', '"zod"'],
  ['traces', false, null, 'an object, true or false', 'null'],
  ['traces', true, [], 'an object, true or false', 'array'],
  [
    'traces.sampler',
    sampler,
    'sometimes',
    'one of `always_on`, `always_off`, `traceidratio`, `parentbased_always_on`, ' +
      '`parentbased_always_off`, `parentbased_traceidratio` or an object with callable ' +
      '`shouldSample`',
    '"sometimes"',
  ],
  ['traces.ratio', 0, 'high', 'a number from 0 to 1', '"high"'],
  ['traces.tail', {}, () => true, 'an object', 'function'],
  ['traces.tail.errors', false, 'false', FLAG, '"false"'],
  ['traces.tail.slowMs', 0, -0.5, DELAY, '-0.5'],
  ['traces.tail.keep', () => true, {}, 'a function', 'object'],
  ['traces.limits', {}, 128, 'an object', '128'],
  ['traces.limits.attributeCount', 1, 0, COUNT, '0'],
  ['traces.limits.attributeValueLength', 1, 0, COUNT, '0'],
  ['traces.limits.eventCount', 1, 0, COUNT, '0'],
  ['traces.limits.linkCount', 1, 0, COUNT, '0'],
  [
    'traces.processors',
    [new Processor()],
    [new Processor(), { onStart() {}, onEnd() {}, shutdown() {} }],
    `an object with callable ${METHODS}`,
    'object',
    'traces.processors[1]',
  ],
  [
    'traces.idGenerator',
    idGenerator,
    { generateTraceId() {} },
    'an object with callable `generateTraceId`, `generateSpanId`',
    'object',
  ],
  [
    'traces.propagator',
    propagator,
    { inject() {} },
    'an object with callable `inject`, `extract`, `fields`',
    'object',
  ],
  ['traces.fetch', true, fetch, FLAG, 'function'],
  [
    'traces.middleware',
    { enter() {}, leave() {} },
    true,
    'an object with callable `enter`, `leave`',
    'true',
  ],
  ['traces.genai', { begin() {} }, true, 'an object with callable `begin`', 'true'],
  ['traces.fetchIgnore', ['https://a.test', /b/], ['a.test'], URLS, 'array'],
  [
    'traces.propagateTo',
    ['https://api.example.com', 'https://*.example.com', 'https://example.com/v1/*', '*', /x/],
    ['https://api.example.com/'],
    PROPAGATE_TO,
    'array',
  ],
  ['traces.propagateTo', 'all', 'none', PROPAGATE_TO, '"none"'],
  [
    'traces.baggageOrigins',
    ['https://api.example.com', 'http://localhost:3000', '*'],
    ['https://api.example.com/'],
    'an origin like `https://api.example.com`, or `*`',
    '[redacted]',
    'traces.baggageOrigins[0]',
  ],
  ['traces.serverTiming', true, 1, FLAG, '1'],
  ['traces.exceptionEvents', false, null, FLAG, 'null'],
  ['http', {}, false, 'an object', 'false'],
  ['http.query', 'values', 'all', 'one of `off`, `keys`, `values`', '"all"'],
  ['http.redactQuery', ['session_key'], 'session_key', 'an array', '"session_key"'],
  [
    'http.requestHeaders',
    ['Accept'],
    ['Accept', 'a b'],
    HEADER_NAME,
    '"a b"',
    'http.requestHeaders[1]',
  ],
  ['http.responseHeaders', [], [Symbol('x')], HEADER_NAME, 'symbol', 'http.responseHeaders[0]'],
  ['http.userAgent', true, 'yes', FLAG, '"yes"'],
  ['http.clientAddress', true, 0, FLAG, '0'],
  [
    'http.knownMethods',
    ['GET', 'PURGE'],
    ['GET '],
    'a legal method name',
    '"GET "',
    'http.knownMethods[0]',
  ],
  ['http.requestIdHeader', false, true, 'a legal header name or false', 'true'],
  ['http.observeBody', false, true, '`auto`, false or a function', 'true'],
  ['http.streamTimeoutMs', 1, 0, COUNT, '0'],
  ['http.route', () => undefined, '/', 'a function', '"/"'],
  ['http.cf', () => ({}), ['edge'], 'a function', 'array'],
  ['http.enrich', () => ({}), {}, 'a function', 'object'],
  [
    'http.metricAttributes',
    { a: ['x', 1, true] },
    { a: 'string' },
    'a non-empty array of strings, numbers and booleans',
    '"string"',
    'http.metricAttributes.a',
  ],
  ['http.ignore', ['/a', /b/], ['a'], PATHS, 'array'],
  [
    'http.trustInbound',
    ['https://orders.internal'],
    ['*'],
    'true, false, an array of origins like `https://api.example.com` or a function',
    'array',
  ],
  ['native', 'auto', true, 'one of `off`, `on`, `auto`', 'true'],
  ['disabled', true, 'true', FLAG, '"true"'],
]

/** `{ a: { b: value } }` for `a.b`. */
export const nest = (option: string, value: unknown): object =>
  option
    .split('.')
    .reverse()
    .reduce<unknown>((inner, key) => ({ [key]: inner }), value) as object
