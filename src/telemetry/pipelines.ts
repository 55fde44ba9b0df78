import type { Collector } from '../export/pipeline/collector.ts'
import { Pipeline, type Queue } from '../export/pipeline/pipeline.ts'
import type { Config } from './config/config.ts'

/**
 * A pipeline for each destination that has something to send. What belongs to none, as the aggregator's pushes, goes
 * with the first.
 */
export const createPipelines = (
  config: Config,
  queues: readonly Queue[],
  collectors: readonly Collector[],
): Pipeline[] =>
  Array.from({ length: config.otlp.length || 1 }).flatMap((_, index) => {
    const isOwn = ({ destination = 0 }: { destination?: number | undefined }): boolean =>
      destination === index
    const own = queues.filter(isOwn)
    const ownCollectors = [...collectors.filter(isOwn), ...own.flatMap(({ drain }) => drain ?? [])]
    return own.length || ownCollectors.length
      ? new Pipeline(
          own,
          ownCollectors,
          config.otlp[index]?.batch ?? config.batch,
          config.otlp[1] ? 1 : 2,
        )
      : []
  })
