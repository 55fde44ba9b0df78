import { once } from 'node:events'
import { resolve } from 'node:path'
import { buildJaeger } from './build-jaeger.ts'
import { buildLoki } from './build-loki.ts'
import { buildCollector } from './build-programs.ts'
import { runCompose } from './compose.ts'
import { startNative } from './native.ts'
import { type MonitorOptions, parseOptions, USAGE } from './options.ts'
import { runReview } from './review.ts'
import { prepareSecrets, secretsDirectory } from './secrets.ts'
import { runTestAlert } from './test-alert/run.ts'

async function runNative({
  build,
  buildLoki: withLoki,
  profiles,
  directory,
  ports,
}: MonitorOptions): Promise<void> {
  if (build) {
    await buildCollector()
    await buildJaeger()
  }
  if (withLoki) await buildLoki()
  const { JAEGER_OTLP_URL, TEMPO_OTLP_URL, LOKI_OTLP_URL } = process.env
  const stores = { JAEGER_OTLP_URL, TEMPO_OTLP_URL, LOKI_OTLP_URL }
  const env = Object.fromEntries(Object.entries(stores).filter(([, url]) => url)) as Record<
    string,
    string
  >
  const secrets = secretsDirectory()
  if (profiles.length) await prepareSecrets(secrets)
  const exporters = { profiles, secrets, env: process.env }
  const stack = await startNative({ directory: resolve(directory), env, ports, exporters })
  console.log(`
Runs:          ${stack.servers.join(', ') || 'nothing'}
Not here:      ${stack.missing.join('; ')}
Prometheus:    http://127.0.0.1:${ports.prometheus}
Alertmanager:  http://127.0.0.1:${ports.alertmanager}
Jaeger's API:  http://127.0.0.1:${ports.jaeger}/api/v3/
Send to it:    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${ports.otlpHttp}
Data and logs: ${resolve(directory)}

Ctrl-C stops it.`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await stack.stop()
}

try {
  const options = parseOptions(process.argv.slice(2))
  // They bring workerd along, which nobody else waits for.
  if (options.gameDay) await (await import('./game-day/run.ts')).runGameDay(options)
  else if (options.testAlert) await runTestAlert(options.testAlert, options.ports)
  else if (options.review) await runReview(options.ports)
  else if (options.month || options.cost) await (await import('./month/run.ts')).runMonth(options)
  else await (options.native ? runNative(options) : runCompose(options))
  process.exitCode = 0
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${message}\n${error instanceof TypeError ? `\n${USAGE}` : ''}`)
  process.exitCode = 1
}
