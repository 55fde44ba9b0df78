import type { OtlpExporter } from '../export/otlp/exporter.ts'
import { hostOf } from '../export/otlp/host.ts'
import type { Collector } from '../export/pipeline/collector.ts'
import { Pipeline, type Queue } from '../export/pipeline/pipeline.ts'
import type { SpillRoute } from '../export/pipeline/spill.ts'
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
    const ownCollectors = collectors.filter(isOwn)
    const destination = config.otlp[index]
    // Only OTLP can be stored: what others are given is nobody's to read.
    if (destination?.spill && !destination.exporters) {
      ownCollectors.push(destination.spill.open(own.map((queue) => routeOf(config, index, queue))))
    }
    return own.length || ownCollectors.length
      ? new Pipeline(own, ownCollectors, destination?.batch ?? config.batch, config.otlp[1] ? 1 : 2)
      : []
  })

const routeOf = ({ otlp, resource, secrets }: Config, index: number, queue: Queue): SpillRoute => {
  const { headers = {}, compression } = otlp[index]?.[queue.signal] || {}
  const hosts = otlp.map(hostOf)
  const host = hosts[index]
  // Several with one host: other headers, perhaps, or another path.
  const namesakes = hosts.slice(0, index).filter((other) => other === host).length
  return {
    queue,
    exporter: queue.exporter as unknown as OtlpExporter,
    scope: `${resource['service.name']}/${host}/${namesakes}/${queue.signal}`,
    // Or else the headers of the destination: who knows those can send there what they like without us.
    secrets: secrets.length ? secrets : [secretOf(headers)],
    takesGzip: compression === 'gzip',
  }
}

const secretOf = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name.toLowerCase()}: ${value}\n`)
    .sort()
    .join('')
