import type { Pipeline } from './pipeline.ts'

/** What a request does with its pipelines. */
export type RequestPipeline = Pick<Pipeline, 'open' | 'afterRequest' | 'schedule'>

/**
 * One pipeline for each destination, used as one: each has its own lease, rounds and timer, so that none waits for
 * another's receiver.
 */
export const joinPipelines = (pipelines: readonly Pipeline[]): RequestPipeline | undefined =>
  pipelines.length < 2
    ? pipelines[0]
    : {
        open() {
          for (const pipeline of pipelines) {
            pipeline.open()
          }
        },
        afterRequest(env) {
          const work = pipelines.flatMap((pipeline) => pipeline.afterRequest(env) ?? [])
          return work.length ? Promise.all(work).then(() => {}) : undefined
        },
        schedule() {
          for (const pipeline of pipelines) {
            pipeline.schedule()
          }
        },
      }
