import { isShortLived } from '../runtimes/short-lived.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'

/**
 * Has what was recorded sent, as at the end of a request.
 *
 * @returns What the invocation must wait for; undefined when another one, or a timer, takes care.
 */
export const sendSoon = ({ pipeline }: Telemetry, env: unknown): Promise<void> | undefined => {
  pipeline?.open()
  if (isShortLived()) {
    return pipeline?.afterRequest(env)
  }
  pipeline?.schedule()
  return undefined
}
