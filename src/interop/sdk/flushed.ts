import { sendSoon } from '../../invocation/send-soon.ts'
import { isShortLived } from '../../runtimes/short-lived.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'

/** Sends now all there is; on Workers, unless another request is at it for all. */
export const flushed = async (telemetry: Telemetry, env: unknown): Promise<void> => {
  if (isShortLived()) {
    await sendSoon(telemetry, env)
  } else {
    await Promise.all(telemetry.pipelines.map((pipeline) => pipeline.flush()))
  }
}
