/**
 * Gets what the tests of the monitoring stack can run on this machine, and says what they cannot. The Collector and
 * Jaeger are built with Go, in their pinned versions: 6 minutes on two cores and 135 MB, once; Go keeps 3 GB of its
 * own. Prometheus and Alertmanager are Debian's; Loki is used if `npm run monitor:native -- --build-loki` has built
 * it. Containers are needed for the rest.
 *
 *   node scripts/monitor/install.ts
 */
import { statSync } from 'node:fs'
import { buildJaeger } from './build-jaeger.ts'
import { buildCollector } from './build-programs.ts'
import { cacheDirectory, findPrograms, type Programs } from './programs.ts'

const HOW: Record<keyof Programs, string> = {
  prometheus: 'apt-get install prometheus',
  alertmanager: 'apt-get install prometheus-alertmanager',
  collector: 'needs Go and its module proxy',
  jaeger: 'needs Go and its module proxy',
  loki: 'npm run monitor:native -- --build-loki; 25 minutes, 220 MB',
  nodeExporter: 'apt-get install prometheus-node-exporter',
  postgresExporter: 'apt-get install prometheus-postgres-exporter',
  mysqldExporter: 'apt-get install prometheus-mysqld-exporter',
  redisExporter: 'apt-get install prometheus-redis-exporter',
}

const build = async (name: keyof Programs, steps: () => Promise<void>): Promise<void> => {
  if (findPrograms()[name]) return
  console.log(`${name}: is being built, for some minutes`)
  const startedMs = performance.now()
  try {
    await steps()
    const seconds = Math.round((performance.now() - startedMs) / 1000)
    const megabytes = Math.round(statSync(findPrograms()[name] as string).size / 1e6)
    console.log(`${name}: built in ${seconds} s, ${megabytes} MB`)
  } catch (error) {
    console.log(`${name}: could not be built. ${error instanceof Error ? error.message : error}`)
  }
}

await build('collector', buildCollector)
await build('jaeger', buildJaeger)

for (const [name, path] of Object.entries(findPrograms())) {
  console.log(path ? `${name}: ${path}` : `${name}: NOT TESTED (${HOW[name as keyof Programs]})`)
}
console.log('tempo, grafana and the containers: NOT TESTED (npm run monitor, with Docker)')
console.log(`Kept in ${cacheDirectory()}`)
