import { partialSuccess } from './partial-success.ts'
import type { Scenario } from './scenario.ts'

/** A time-out that lets a test see several. */
const IMPATIENT = { OTEL_EXPORTER_OTLP_TIMEOUT: 1000 }
const PROTOBUF = {
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
}
const REFUSALS = [400, 401, 403, 404, 500]
const A_DAY_S = '86400'

/** Each with a name that completes "A receiver that …". */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'takes everything' },
  { name: 'takes everything, as protobuf with gzip', vars: PROTOBUF },
  {
    name: 'answers after 0 to 5 s',
    // Not at random, so that every run is the same.
    respond: (_request, index) => ({ delayMs: (index * 1777) % 5001 }),
  },
  {
    name: 'never answers',
    vars: IMPATIENT,
    respond: () => ({ never: true }),
    lostPoints: ['timeout'],
  },
  {
    name: 'answers its status line a byte a second',
    vars: IMPATIENT,
    wire: 'drips',
    // Its last connection breaks when it is itself again.
    lostPoints: ['timeout', 'network'],
  },
  {
    name: 'answers 200 and then a body of a byte a second',
    // The status line comes with the first byte, after a second.
    vars: { OTEL_EXPORTER_OTLP_TIMEOUT: 2500 },
    respond: () => ({ body: ' '.repeat(60), trickle: { bytes: 1, everyMs: 1000 } }),
  },
  {
    name: 'answers 200 and breaks off in the body',
    respond: () => ({ body: ' '.repeat(2000), reset: 'mid-body' }),
  },
  { name: 'answers 200 and 5 MB', respond: () => ({ bodyBytes: 5_000_000 }) },
  {
    name: 'answers 200 and a page of HTML',
    respond: () => ({
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>partialSuccess</title>',
    }),
  },
  {
    name: 'breaks off before it answers',
    respond: () => ({ reset: 'before headers' }),
    lostPoints: ['network'],
  },
  {
    name: 'stores, and breaks off before it answers',
    respond: () => ({ reset: 'before headers', keeps: true }),
    repeats: true,
    lostPoints: ['network'],
  },
  { name: 'resets connections as they are made', wire: 'resets', lostPoints: ['network'] },
  {
    name: 'resets connections in the middle of a request',
    wire: 'resets in mid-request',
    lostPoints: ['network'],
  },
  { name: 'speaks another protocol', wire: 'speaks another protocol', lostPoints: ['network'] },
  { name: 'does not accept connections', wire: 'refuses', lostPoints: ['network'] },
  {
    name: 'has a name that does not resolve',
    endpoint: 'http://collector.invalid:PORT',
    lostPoints: ['network'],
  },
  {
    name: 'has a certificate that nobody knows',
    wire: 'is not trusted',
    endpoint: 'https://localhost:PORT',
    lostPoints: ['network'],
  },
  {
    name: 'answers 429 to everything, with `Retry-After` in seconds',
    respond: () => ({ status: 429, headers: { 'retry-after': '1' } }),
  },
  {
    name: 'answers 429 to everything, with `Retry-After` as a date',
    respond: () => ({
      status: 429,
      headers: { 'retry-after': new Date(Date.now() + 2000).toUTCString() },
    }),
  },
  {
    name: 'answers 503 and asks for a day of rest',
    respond: () => ({ status: 503, headers: { 'retry-after': A_DAY_S } }),
    isFlushed: true,
  },
  {
    name: 'answers 502 and 504 by turns',
    respond: (_request, index) => ({ status: index % 2 ? 502 : 504 }),
    lostPoints: ['http_502', 'http_504'],
  },
  {
    name: 'answers 503 to two of three',
    respond: (_request, index) => (index % 3 ? { status: 503 } : {}),
  },
  {
    name: 'answers 400, 401, 403, 404 and 500 by turns',
    respond: (_request, index) => ({ status: REFUSALS[index % REFUSALS.length] as number }),
    lingersMs: 3000,
    delivered: 'none',
    lost: REFUSALS.map((status) => `http_${status}`),
  },
  {
    name: 'redirects to elsewhere',
    // Its own address: a request that followed would be there, and be taken.
    respond: ({ path }) =>
      path.startsWith('/elsewhere')
        ? {}
        : { status: 307, headers: { location: `/elsewhere${path}` } },
    lingersMs: 3000,
    delivered: 'none',
    lost: ['http_307'],
  },
  {
    name: 'rejects a span or record of each request',
    respond: ({ signal }) =>
      signal === 'metrics' ? {} : { rejects: 1, ...partialSuccess(signal, 1) },
    lingersMs: 3000,
    delivered: 'some',
    lost: ['rejected'],
    lostPoints: [],
  },
  {
    name: 'rejects a span or record of each request, in protobuf',
    vars: PROTOBUF,
    respond: ({ signal }) =>
      signal === 'metrics' ? {} : { rejects: 1, ...partialSuccess(signal, 1, 'protobuf') },
    lingersMs: 3000,
    delivered: 'some',
    lost: ['rejected'],
    lostPoints: [],
  },
  {
    name: 'is away for longer than the queue lasts',
    wire: 'refuses',
    vars: { OTEL_BSP_MAX_QUEUE_SIZE: 1000 },
    delivered: 'some',
    lost: ['queue_full'],
    lostPoints: ['network'],
  },
]

/** Takes a minute, which passes while something else is tested. */
export const MINUTE: Scenario = {
  name: 'answers 503 to everything for a minute',
  respond: () => ({ status: 503 }),
  spreadMs: 60_000,
}
