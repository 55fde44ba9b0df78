import type { OtlpExporter } from '../export/otlp/exporter.ts'
import { hostOf } from '../export/otlp/host.ts'
import type { SpillRoute } from '../export/pipeline/spill.ts'
import type { Config } from './config/config.ts'

/** Of a destination without credentials, which takes from anybody: no key may be empty. */
const NO_SECRET = 'none'

/** How a store knows one signal's batches for one destination, in any isolate of the service. */
export const routeOf = (
  { otlp, resource, secrets }: Pick<Config, 'otlp' | 'resource' | 'secrets'>,
  index: number,
  queue: SpillRoute['queue'],
  exporter: OtlpExporter,
): SpillRoute => {
  const { headers = {}, compression } = otlp[index]?.[queue.signal] || {}
  const hosts = otlp.map(hostOf)
  const host = hosts[index]
  // Several with one host: other headers, perhaps, or another path.
  const namesakes = hosts.slice(0, index).filter((other) => other === host).length
  return {
    queue,
    exporter,
    scope: `${resource['service.name']}/${host}/${namesakes}/${queue.signal}`,
    // Or else the headers of the destination: who knows those can send there what they like without us.
    secrets: secrets.length ? secrets : [secretOf(headers) || NO_SECRET],
    takesGzip: compression === 'gzip',
  }
}

const secretOf = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name.toLowerCase()}: ${value}\n`)
    .sort()
    .join('')
