import type { Choice } from '../query/distinguish.ts'
import type { LogFilter } from '../query/logs.ts'
import type { MetricQuery } from '../query/metric-series.ts'
import type { MetricFilter } from '../query/metrics.ts'
import type { RequestFilter } from '../query/requests.ts'
import type { TraceFilter } from '../query/traces.ts'
import { LEVELS } from '../store/levels.ts'
import { BadParameter, Params } from './params.ts'

const MAX_SLOTS = 500

/** Optional properties that may be undefined, made into ones that are missing instead. */
type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const present = <T extends object>(object: T): Present<T> =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Present<T>

/** Reads the filter of `/api/traces`. */
export function traceFilter(search: URLSearchParams, nowMs: number): TraceFilter {
  const params = new Params(search)
  return {
    attributes: params.attributes(),
    sort: params.oneOf('sort', ['newest', 'slowest']) ?? 'newest',
    limit: params.limit(50, 200),
    ...params.range(nowMs),
    ...present({
      service: params.text('service'),
      route: params.text('route'),
      name: params.text('name'),
      status: params.oneOf('status', ['error', 'ok']),
      httpStatus: params.text('httpStatus'),
      text: params.text('text'),
      query: params.query(),
      minMs: params.number('minMs'),
      maxMs: params.number('maxMs'),
      cursor: params.text('cursor'),
    }),
  }
}

/** Reads the filter of `/api/logs`. */
export function logFilter(
  search: URLSearchParams,
  nowMs: number,
  [byDefault, max]: readonly [byDefault: number, max: number] = [100, 500],
): LogFilter {
  const params = new Params(search)
  return {
    attributes: params.attributes(),
    limit: params.limit(byDefault, max),
    ...params.range(nowMs),
    ...present({
      service: params.text('service'),
      level: params.oneOf(
        'level',
        LEVELS.map(([level]) => level),
      ),
      eventName: params.text('eventName'),
      text: params.text('text'),
      query: params.query(),
      traceId: params.text('traceId'),
      spanId: params.text('spanId'),
      cursor: params.text('cursor'),
    }),
  }
}

/** Reads the filter of `/api/latencies` and `/api/distinguish`. */
export function requestFilter(search: URLSearchParams, nowMs: number): RequestFilter {
  const params = new Params(search)
  return {
    ...params.closedRange(nowMs),
    ...present({ service: params.text('service'), query: params.query() }),
  }
}

/** Reads what `/api/distinguish` compares with the rest. */
export function choiceOf(search: URLSearchParams): Choice {
  const params = new Params(search)
  const choice = present({
    status: params.oneOf('chosenStatus', ['error', 'ok']),
    fromMs: params.number('chosenFrom'),
    toMs: params.number('chosenTo'),
    minMs: params.number('chosenMinMs'),
    maxMs: params.number('chosenMaxMs'),
  })
  if (Object.keys(choice).length === 0) {
    const rule = 'given, or another of chosenFrom, chosenTo, chosenMinMs, chosenMaxMs'
    throw new BadParameter('chosenStatus', rule, '')
  }
  return choice
}

/** Reads the query of `/api/metrics/:id`. */
export function metricQuery(search: URLSearchParams, nowMs: number): MetricQuery {
  const params = new Params(search)
  const { fromMs, toMs } = params.closedRange(nowMs)
  const wantedMs = (params.number('stepS') ?? 0) * 1000 || niceStepMs((toMs - fromMs) / 100)
  return {
    fromMs,
    toMs,
    stepMs: Math.max(wantedMs, 1000, Math.ceil((toMs - fromMs) / MAX_SLOTS)),
    attributes: params.attributes(),
    ...present({
      service: params.text('service'),
      query: params.query(),
      by: params.list('by'),
    }),
  }
}

/** Reads which instruments `/api/metrics` lists. */
export function metricFilter(search: URLSearchParams): MetricFilter {
  const params = new Params(search)
  return present({
    text: params.text('text'),
    service: params.text('service'),
    query: params.query(),
  })
}

/** Reads what `/api/metrics/:id/ratio` divides by, with the time and the slots of the other. */
export function divisorQuery(search: URLSearchParams, query: MetricQuery): MetricQuery {
  const { service, by, fromMs, toMs, stepMs } = query
  return {
    fromMs,
    toMs,
    stepMs,
    attributes: [],
    ...present({ service, by, query: new Params(search).query('overQ') }),
  }
}

const NICE_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400]

function niceStepMs(ms: number): number {
  return (NICE_S.find((step) => step * 1000 >= ms) ?? 604_800) * 1000
}
