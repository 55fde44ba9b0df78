import type { Gauge, Histogram, Meter } from '@opentelemetry/api'
import { redactText } from '../base/own-lines.ts'
import type { CheckResult } from './check.ts'

const STATUS_VALUES = { pass: 1, warn: 0.5, fail: 0 }

/** Records each run of a check on instruments of the given meter. */
export const runRecorder = (
  source: Meter | (() => Meter),
): ((check: string, critical: boolean, result: CheckResult) => void) => {
  let meter: Meter | undefined
  let gauge: Gauge | undefined
  let histogram: Histogram | undefined
  return (check, critical, { status, durationMs }) => {
    const current = typeof source === 'function' ? source() : source
    // Until telemetry has started there is only the API's no-op meter.
    if (current !== meter) {
      meter = current
      gauge = meter.createGauge('app.health.check.status', {
        description: '1 pass, 0.5 warn, 0 fail',
      })
      histogram = meter.createHistogram('app.health.check.duration', { unit: 's' })
    }
    const attributes = {
      'app.health.check.name': redactText(check),
      'app.health.check.critical': critical,
    }
    gauge?.record(STATUS_VALUES[status], attributes)
    histogram?.record(durationMs / 1000, { ...attributes, 'app.health.check.outcome': status })
  }
}
