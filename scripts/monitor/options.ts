import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Ports, portsWith } from './ports.ts'
import { cacheDirectory } from './programs.ts'

export const USAGE = `Usage: npm run monitor -- [--prod] [--profile victoria|elastic] [--down]
       npm run monitor:native -- [--build] [--build-loki] [--directory <path>] [--port <name>=<number>]…

  --prod       production configurations: TLS and a token at the Collector, alerts to people
  --profile    VictoriaMetrics, or Elasticsearch and Kibana, beside the rest
  --down       stops the containers; their data stays
  --build      builds the Collector and Jaeger with Go, once, if they are not on this machine
  --build-loki builds Loki with Go, too: almost half an hour on two cores
  --port       another port for a plain process, such as prometheus=19090 where 9090 is taken
  --directory  data and logs of plain processes. Default: monitor, beside what was built
`

export interface MonitorOptions {
  readonly native: boolean
  readonly stack: 'dev' | 'prod'
  readonly profile: 'victoria' | 'elastic' | undefined
  readonly down: boolean
  readonly build: boolean
  readonly buildLoki: boolean
  readonly directory: string
  readonly ports: Ports
}

/**
 * Reads the command line.
 *
 * @throws TypeError for what it does not know.
 */
export function parseOptions(args: readonly string[]): MonitorOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      native: { type: 'boolean', default: false },
      prod: { type: 'boolean', default: false },
      profile: { type: 'string' },
      down: { type: 'boolean', default: false },
      build: { type: 'boolean', default: false },
      'build-loki': { type: 'boolean', default: false },
      port: { type: 'string', multiple: true, default: [] },
      directory: { type: 'string', default: join(cacheDirectory(), 'monitor') },
    },
  })
  const { native, prod, profile, down, build, 'build-loki': buildLoki, directory } = values
  if (profile !== undefined && profile !== 'victoria' && profile !== 'elastic') {
    throw new TypeError(
      `Cannot start: \`--profile\` must be victoria or elastic, received ${profile}`,
    )
  }
  const ports = portsWith(values.port)
  return { native, stack: prod ? 'prod' : 'dev', profile, down, build, buildLoki, directory, ports }
}
