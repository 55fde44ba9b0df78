import { describeThrown } from '../base/thrown.ts'
import { warnOnce } from '../base/warn.ts'
import type { Collector } from '../export/pipeline/collector.ts'
import { Pipeline } from '../export/pipeline/pipeline.ts'
import type { SpanRecorder } from '../traces/recorder.ts'
import type { Config } from './config/config.ts'

const WHAT = 'a span processor'

/**
 * Flushes the user's span processors whenever we would send by ourselves: behind `waitUntil` on Workers, where the
 * timers of a batch processor die with the request that set them. A pipeline of its own, so that neither their
 * receiver nor ours has to wait for the other.
 */
export const createFlushPipelines = (
  { disabled, traces: { processors }, batch }: Config,
  recorder: SpanRecorder,
): Pipeline[] => {
  let flushedCount = 0
  const collector: Collector = {
    get dueMs() {
      return recorder.endedCount === flushedCount ? undefined : 0
    },
    async collect() {
      flushedCount = recorder.endedCount
      await Promise.all(
        processors.map((processor) =>
          new Promise((resolve) => resolve(processor.forceFlush())).catch((error) =>
            warnOnce(`${WHAT} threw: ${describeThrown(error)}`, WHAT),
          ),
        ),
      )
    },
  }
  if (!processors.length || disabled) {
    return []
  }
  const pipeline = new Pipeline([], [collector], batch)
  // biome-ignore lint/plugin: made once
  recorder.onProcessed = () => pipeline.noteRecorded(false)
  return [pipeline]
}
