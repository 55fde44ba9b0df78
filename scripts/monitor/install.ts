/**
 * Gets what the tests of the monitoring stack can run on this machine, and says what they cannot. The Collector is
 * built with Go, in its pinned version: 5 minutes on two cores and 50 MB, once. Prometheus and Alertmanager are Debian's;
 * Loki is used if `npm run monitor:native -- --build-loki` has built it. Containers are needed for the rest.
 *
 *   node scripts/monitor/install.ts
 */
import { buildCollector } from './build-programs.ts'
import { cacheDirectory, findPrograms } from './programs.ts'

const HOW: Record<keyof ReturnType<typeof findPrograms>, string> = {
  prometheus: 'apt-get install prometheus',
  alertmanager: 'apt-get install prometheus-alertmanager',
  collector: 'needs Go and its module proxy',
  loki: 'npm run monitor:native -- --build-loki; 25 minutes, 220 MB',
}

try {
  await buildCollector()
} catch (error) {
  console.log(`The Collector could not be built: ${error}`)
}

for (const [name, path] of Object.entries(findPrograms())) {
  console.log(path ? `${name}: ${path}` : `${name}: not here (${HOW[name as keyof typeof HOW]})`)
}
console.log('tempo, jaeger, grafana: not here (containers; npm run monitor)')
console.log(`Kept in ${cacheDirectory()}`)
