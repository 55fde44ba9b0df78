import { describeThrown } from './thrown.ts'
import { warnOnce } from './warn.ts'

/** Telemetry's own faults end here: the request goes on without it. */
export const guard = <T>(call: () => T): T | undefined => {
  try {
    return call()
  } catch (error) {
    warnOnce(
      `internal fault, this request goes on without telemetry: ${describeThrown(error)}`,
      'internal',
    )
    return undefined
  }
}
