import type { Collector } from '../export/pipeline/collector.ts'
import { Pipeline, type Queue } from '../export/pipeline/pipeline.ts'
import type { Config } from './config/config.ts'
import { createDeliver, createSender } from './sender.ts'

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
    const ownCollectors = collectors.filter(isOwn)
    const destination = config.otlp[index]
    const deliver = createDeliver(destination?.fetch)
    const link = destination?.spill?.open({ config, index, queues: own, deliver })
    if (link) {
      ownCollectors.push(link)
    }
    return own.length || ownCollectors.length
      ? new Pipeline(
          own,
          ownCollectors,
          destination?.batch ?? config.batch,
          link?.send ?? createSender(destination as never, deliver),
          config.otlp[1] ? 1 : 2,
        )
      : []
  })
