import { settingsOf } from '../base/options.ts'
import { warnOnce } from '../base/warn.ts'
import { patchGlobalFetch } from '../runtimes/global-fetch.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { currentTelemetry } from '../telemetry/log-core.ts'
import { instrumentFetch } from './instrument-fetch.ts'

/**
 * Has outgoing requests traced from now on, if the options say so: also those made with a `fetch` that is kept before
 * the first request.
 */
export const traceOutgoing = ({ traces }: ObservabilityOptions): void => {
  if (
    settingsOf(traces).fetch &&
    !patchGlobalFetch((native) =>
      instrumentFetch(native, () => {
        const telemetry = currentTelemetry()
        return telemetry?.config.traces.fetch ? telemetry : undefined
      }),
    )
  ) {
    warnOnce(
      '`traces.fetch` has no effect: this runtime does not let the global fetch be replaced.',
    )
  }
}
