import type { MetricData } from '../metrics/data.ts'
import { unitWords } from './prometheus-units.ts'

export interface FamilyName {
  /** Without the `_total` of counters. */
  name: string
  /** The words at the end of the name that are its unit; empty if there are none. */
  unit: string
}

export const isCounter = (metric: MetricData): boolean => metric.type === 'sum' && metric.monotonic

/**
 * The Prometheus name of a metric: `http.server.request.duration` in `s` becomes
 * `http_server_request_duration_seconds`.
 * Follows the OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", and where that is
 * silent, what Prometheus does with OTLP.
 *
 * @param keepsUtf8 Leaves the name as it is and only adds the suffixes.
 */
export const familyName = (metric: MetricData, keepsUtf8: boolean): FamilyName => {
  const isRatio = metric.type === 'gauge' && metric.unit === '1'
  const [main, per] = isRatio ? ['ratio', ''] : unitWords(metric.unit)
  // Suffixes of the type come last, also where the name has them already.
  const moved = isCounter(metric) ? 'total' : isRatio ? 'ratio' : ''
  const suffixes = [main, per && `per_${per}`].filter(Boolean)
  let name: string
  if (keepsUtf8) {
    name = moved && metric.name.endsWith(`_${moved}`) ? metric.name.slice(0, -6) : metric.name
    for (const suffix of suffixes) {
      name += name.endsWith(`_${suffix}`) ? '' : `_${suffix}`
    }
  } else {
    const words = metric.name.split(/[^a-zA-Z0-9:]+/).filter((word) => word && word !== moved)
    if (main && !words.includes(main)) {
      words.push(main)
    }
    if (per && !words.includes(per)) {
      words.push('per', per)
    }
    name = words.join('_').replace(/^(?=\d|$)/, '_')
  }
  const unit = suffixes.join('_')
  return { name, unit: name.endsWith(`_${unit}`) ? unit : '' }
}

/** The Prometheus name of an attribute. */
export const labelName = (key: string, keepsUtf8: boolean): string =>
  !key
    ? '_'
    : keepsUtf8
      ? // Two underscores in front are Prometheus's own.
        key.replace(/^_+/, '_')
      : key.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^(?=\d)/, 'key_')

/** Says whether every version of the formats takes this name without quotes. */
export const isPlainName = (name: string): boolean => /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)
