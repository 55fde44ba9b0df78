import type { Attributes, Context } from '@opentelemetry/api'
import type { Series } from './aggregation.ts'
import { AttributeIndex, attributeEntries, attributeKey } from './attribute-set.ts'
import type { MetricData, NumberPoint, Temporality } from './data.ts'
import { createSampler } from './exemplar-sampler.ts'
import {
  type InstrumentDescriptor,
  isMonotonic,
  isObservable,
  OF_THE_EXPORT,
} from './instrument-kind.ts'
import type { Settings } from './settings.ts'
import type { StreamConfig } from './stream-config.ts'

/** A clock that went back further than this was wrong before. Less is what it takes to keep intervals from being empty. */
const CLOCK_STEP_MS = 1000

/** Stands for the attribute sets beyond the cardinality limit. */
const OVERFLOW: Attributes = { 'otel.metric.overflow': true }
const OVERFLOW_KEY = '"otel.metric.overflow":true'

/** One metric as one reader gets it: what an instrument's measurements become under a view. */
export interface Stream {
  /** Something was recorded since the last collection. */
  pending: boolean
  /** The series of an attribute set, or the overflow series beyond the cardinality limit. */
  series(attributes: Attributes | undefined): Series
  record(series: Series, value: number, attributes?: Attributes, context?: Context): void
  /** Takes what was recorded. Nothing can be recorded in between, so nothing is lost or taken twice. */
  collect(nowMs: number): MetricData | undefined
}

export const createStream = (
  instrument: InstrumentDescriptor,
  config: StreamConfig,
  settings: Settings,
  temporality: Temporality,
): Stream => {
  const { kind } = instrument
  const { aggregation, keeps, cardinalityLimit: limit = settings.cardinalityLimit } = config
  const observed = isObservable(kind)
  const isOfExport = OF_THE_EXPORT.test(instrument.name)
  const isTold = !observed && !isOfExport
  const monotonic = isMonotonic(kind)
  const delta = temporality === 'delta'
  // Each collection starts over: with deltas, and where callbacks report everything anew.
  const drains = observed || delta
  // Measurements are totals, of which the last must be remembered.
  const totals = observed && aggregation.fields.type === 'sum'
  const exemplars = observed ? undefined : createSampler(config, settings)
  const index = new AttributeIndex<Series>(4 * limit, keeps)
  const known = new Map<string, Series>()
  let overflow: Series | undefined
  let active: Series[] = []
  let reclaimed = false
  let lastMs = isOfExport ? settings.madeMs : settings.now()
  // Time of the previous collection, at first of the instrument's creation.
  let startMs = lastMs
  // The one before.
  let earlierMs = lastMs

  const wentBack = (nowMs: number): boolean => nowMs < lastMs - CLOCK_STEP_MS

  const create = (attributes: Attributes): Series => {
    const nowMs = settings.now()
    // Zero is what a Worker's clock shows while its modules load.
    startMs ||= nowMs
    const series = aggregation.series(!monotonic)
    series.attributes = attributes
    series.startMs = observed ? startMs : nowMs
    if (!wentBack(nowMs)) {
      lastMs = Math.max(lastMs, series.startMs)
    }
    return series
  }

  // A series that is not part of this interval holds nothing: another can have its place.
  const reclaim = (): void => {
    reclaimed = true
    for (const [key, series] of known) {
      if (!series.active) {
        series.detached = true
        known.delete(key)
      }
    }
    index.clear()
  }

  const intern = (attributes: Attributes | undefined): Series => {
    const entries = attributeEntries(attributes, keeps)
    const key = attributeKey(entries)
    let series = known.get(key)
    if (!series) {
      if (known.size >= limit && drains && !reclaimed && !(totals && delta)) {
        reclaim()
      }
      // A caller may use the very attribute that marks the overflow.
      if (known.size >= limit || key === OVERFLOW_KEY) {
        overflow ??= create(OVERFLOW)
        overflow.detached = true
        return overflow
      }
      series = create(Object.fromEntries(entries))
      known.set(key, series)
    }
    index.add(attributes, series)
    return series
  }

  const toPoint = (series: Series, timeMs: number): object => {
    if (series.startMs >= timeMs) {
      series.startMs = Math.min(startMs, timeMs - 1)
    }
    const point: Partial<NumberPoint> = {
      attributes: series.attributes,
      startMs: delta ? startMs : series.startMs,
      timeMs,
      ...series.take(drains),
    }
    if (totals) {
      const value = point.value as number
      if (monotonic && value < series.previous) {
        // It was reset, and is what has been counted since.
        series.startMs = point.startMs = startMs
      } else if (delta) {
        point.value = value - series.previous
      }
      series.previous = value
    }
    const examples = exemplars?.collect(series)
    if (examples?.length) {
      point.exemplars = examples
    }
    if (drains) {
      series.active = false
      series.reservoir = undefined
    }
    return point
  }

  const stream: Stream = {
    pending: false,
    series: (attributes) => index.find(attributes) ?? intern(attributes),
    record(series, value, attributes, context) {
      stream.pending = true
      if (isTold) {
        settings.recorded()
      }
      if (!series.active) {
        series.active = true
        active.push(series)
      }
      const bucket = series.update(value)
      if (exemplars?.wants(series, bucket, context)) {
        exemplars.keep(series, bucket, value, attributes)
      }
    },
    collect(nowMs) {
      // Always later than the collection before and than every start: on Workers the clock stands still
      // between I/O, and an interval of no length would mean that its start is unknown.
      const isBack = wentBack(nowMs)
      const timeMs = isBack ? nowMs : Math.max(nowMs, lastMs + 1)
      if (isBack) {
        // What was said of the time ahead is said; from here on the clock is believed again.
        startMs = Math.min(earlierMs, timeMs - 1)
      }
      const points = active.map((series) => toPoint(series, timeMs))
      stream.pending = false
      earlierMs = startMs
      startMs = lastMs = timeMs
      if (drains) {
        active = []
        reclaimed = false
      }
      return points.length > 0
        ? ({
            name: config.name,
            description: config.description ?? instrument.description,
            unit: instrument.unit,
            scope: instrument.scope,
            temporality,
            monotonic,
            integer: instrument.integer,
            ...aggregation.fields,
            points,
          } as MetricData)
        : undefined
    },
  }
  return stream
}
