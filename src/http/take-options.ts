import { whenUnled } from '../export/pipeline/liveness.ts'
import { leadLate } from '../invocation/late.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { validateOptions } from '../telemetry/config/validate.ts'
import { rememberOptions } from '../telemetry/registry.ts'
import { traceOutgoing } from './global-fetch.ts'

/**
 * What whatever wraps an app does first, whether it is given options or leaves them to another.
 *
 * @throws TypeError when an option is not what it should be.
 */
export const takeOptions = (options: ObservabilityOptions | undefined): void => {
  whenUnled(leadLate)
  if (options !== undefined) {
    validateOptions(options)
    rememberOptions(options)
    traceOutgoing(options)
  }
}
