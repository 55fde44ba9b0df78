import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exporterTargets } from './exporters.ts'
import { CONTAINERS, isOverlay, type MonitorOptions } from './options.ts'
import { missingFiles, missingSecrets, prepareSecrets, secretsDirectory } from './secrets.ts'

const FILE = resolve(import.meta.dirname, '../../monitoring/compose.yaml')

const ALERTMANAGER = resolve(
  import.meta.dirname,
  '../../monitoring/alertmanager/alertmanager.prod.yml',
)

/** A command line, and what it needs in its environment. */
export interface ComposeCall {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** How the stack is started or stopped. */
export function composeCall(
  { stack, profiles, down }: Pick<MonitorOptions, 'stack' | 'profiles' | 'down'>,
  secrets: string,
): ComposeCall {
  const overlay = profiles.find(isOverlay)
  return {
    args: [
      'compose',
      `--file=${FILE}`,
      // Whatever was started is to stop.
      ...CONTAINERS.filter((name) => down || profiles.includes(name)).map(
        (name) => `--profile=${name}`,
      ),
      ...(down ? ['down'] : ['up', '--detach', '--wait', '--wait-timeout=300']),
    ],
    env: {
      MONITOR_SECRETS: secrets,
      STACK: stack,
      ...(overlay && { COLLECTOR_OVERLAY: overlay }),
      ...exporterTargets(profiles),
    },
  }
}

/** Why containers cannot be started here; undefined if they can. */
function obstacle(): string | undefined {
  if (spawnSync('docker', ['--version']).status !== 0) return 'there is no `docker`'
  if (spawnSync('docker', ['info']).status !== 0) return 'the container engine does not answer'
  if (spawnSync('docker', ['compose', 'version']).status !== 0) {
    return '`docker compose` is not installed'
  }
  return undefined
}

/** What a variable that is not set must be for these profiles to start; undefined if none is missing. */
export function missingVariable(
  { stack, profiles }: Pick<MonitorOptions, 'stack' | 'profiles'>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (profiles.includes('archive') && !env.ARCHIVE_BUCKET) {
    return '`ARCHIVE_BUCKET` must name the bucket of the archive'
  }
  // By plain HTTP it would answer 400, at which the agent throws away what it has read.
  if (profiles.includes('logs') && stack === 'prod' && !env.LOG_OTLP_URL) {
    return '`LOG_OTLP_URL` must be the URL of the Collector, by the name in its certificate'
  }
  return undefined
}

/**
 * Starts the containers and waits until all are healthy, or stops them.
 *
 * @throws Error if there is no container engine, a secret or a variable is missing, or a server does not get healthy.
 */
export async function runCompose(options: MonitorOptions): Promise<void> {
  const reason = obstacle()
  if (reason) {
    throw new Error(
      `Cannot start containers: ${reason}. Without them: npm run monitor:native -- --build`,
    )
  }
  const secrets = secretsDirectory()
  await prepareSecrets(secrets)
  const missing =
    options.stack === 'prod' && !options.down
      ? await missingSecrets(secrets, await readFile(ALERTMANAGER, 'utf8'))
      : []
  if (options.profiles.includes('archive') && !options.down) {
    missing.push(...(await missingFiles(secrets, ['archive_credentials'])))
  }
  if (missing.length) {
    throw new Error(
      `Cannot start: in ${secrets}, these must be there and not empty: ${missing.join(', ')}`,
    )
  }
  const variable = options.down ? undefined : missingVariable(options, process.env)
  if (variable) throw new Error(`Cannot start: ${variable}`)
  const { args, env } = composeCall(options, secrets)
  const { status } = spawnSync('docker', args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (status !== 0) {
    throw new Error(
      `Cannot ${options.down ? 'stop' : 'start'}: docker compose ended with ${status}`,
    )
  }
  if (options.down) return
  console.log(`
Grafana       http://127.0.0.1:3000  (admin, password in ${secrets}/grafana_admin_password)
Prometheus    http://127.0.0.1:9090
Alertmanager  http://127.0.0.1:9093
Jaeger        http://127.0.0.1:16686

Send to it:   OTEL_EXPORTER_OTLP_ENDPOINT=http${options.stack === 'prod' ? 's' : ''}://127.0.0.1:4318
Stop it:      npm run monitor -- --down`)
}
