import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generated } from '../../../monitoring/prometheus/source/build.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { nativeAlertmanagerConfig } from '../../../scripts/monitor/alertmanager-config.ts'
import { MONITORING } from './tools.ts'

/** A configuration without the part that Prometheus 2 does not know. */
export const forPrometheus2 = (config: string): string => {
  const without = config.replace(/^(?:#.*\n)*otlp:\n(?:[ #].*\n)*/m, '')
  if (without === config) throw new Error('Cannot find `otlp` in the configuration')
  return without
}

/** The flags of flags.txt that Prometheus 2 knows. */
export const flagsForPrometheus2 = (): string[] =>
  readFileSync(`${MONITORING}prometheus/flags.txt`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('--') && line !== '--web.enable-otlp-receiver')

/** Where everything listens. */
export interface Places {
  readonly shopUrl: string
  readonly metricsToken: string
  readonly prometheusPort: number
  readonly alertmanagerPort: number
  readonly webhookPort: number
}

/**
 * Writes the configurations for a machine's own servers into a folder: as they are, but for the ports, and so
 * that nothing takes minutes. Expressions stay as they are.
 */
export const writeConfigs = (folder: string, places: Places): void => {
  const write = (file: string, content: string): void => writeFileSync(join(folder, file), content)
  for (const name of ['rules', 'targets', 'secrets']) mkdirSync(join(folder, name))
  const config = forPrometheus2(readFileSync(`${MONITORING}prometheus/prometheus.dev.yml`, 'utf8'))
  write(
    'prometheus.yml',
    config
      .replaceAll(/(interval|timeout): 5s/g, '$1: 1s')
      .replace('127.0.0.1:9090', `127.0.0.1:${places.prometheusPort}`),
  )
  write('targets/shop.dev.yml', `- targets: [${new URL(places.shopUrl).host}]\n`)
  for (const name of ['stack', 'databases', 'hosts']) write(`targets/${name}.dev.yml`, '[]\n')
  write('targets/alertmanager.dev.yml', `- targets: [127.0.0.1:${places.alertmanagerPort}]\n`)
  write('secrets/metrics_token', places.metricsToken)
  for (const [file, content] of generated(thresholds, { forSeconds: 2, intervalSeconds: 1 })) {
    if (file.startsWith('rules/')) write(file, content)
  }
  const alertmanager = readFileSync(`${MONITORING}alertmanager/alertmanager.dev.yml`, 'utf8')
  write('alertmanager.yml', nativeAlertmanagerConfig(alertmanager, places.webhookPort))
  cpSync(`${MONITORING}alertmanager/templates`, join(folder, 'templates'), { recursive: true })
}
