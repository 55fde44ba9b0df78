import { resolve } from 'node:path'
import { parse } from 'yaml'

interface Config {
  rule_files?: string[]
  scrape_configs?: { job_name: string }[]
  otlp?: unknown
}

/** Where things are for plain processes, and what Prometheus is there. */
export interface NativePrometheus {
  /** The folder that the configuration's paths are relative to. */
  readonly folder: string
  readonly port: number
  readonly alertmanagerPort: number
  readonly majorVersion: number
  /** Default: none. */
  readonly exporters?: readonly { readonly job: string; readonly port: number }[]
}

/**
 * The shipped configuration for a plain process: the same rules and settings, with the addresses that the
 * servers have here. Services push to the Collector, so that none is scraped as well. JSON is YAML.
 */
export function nativePrometheusConfig(yaml: string, options: NativePrometheus): string {
  const { folder, port, alertmanagerPort, majorVersion, exporters = [] } = options
  const { otlp, ...config } = parse(yaml) as Config
  const targets = (address: number): object[] => [{ targets: [`127.0.0.1:${address}`] }]
  return JSON.stringify({
    ...config,
    rule_files: config.rule_files?.map((file) => resolve(folder, file)) ?? [],
    alerting: { alertmanagers: [{ static_configs: targets(alertmanagerPort) }] },
    scrape_configs: [
      { job_name: 'prometheus', static_configs: targets(port) },
      { job_name: 'alertmanager', static_configs: targets(alertmanagerPort) },
      ...exporters.map(({ job, port }) => ({ job_name: job, static_configs: targets(port) })),
    ],
    ...(majorVersion >= 3 && otlp !== undefined && { otlp }),
  })
}

/** The flags of `flags.txt` that this Prometheus knows, and the one by which it takes what is pushed. */
export function prometheusFlags(text: string, majorVersion: number): string[] {
  const flags = text.split('\n').filter((line) => line.startsWith('--'))
  const known = majorVersion >= 3 ? flags : flags.filter((flag) => !flag.includes('otlp'))
  return [
    ...known.map((flag) =>
      majorVersion >= 3 ? flag : flag.replace(',created-timestamp-zero-ingestion', ''),
    ),
    '--web.enable-remote-write-receiver',
  ]
}
