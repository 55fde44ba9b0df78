import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { nativeCollectorConfig } from '../collector-config.ts'
import type { Ports } from '../ports.ts'
import type { Programs } from '../programs.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { fasterAlertmanager, fasterRules, shorter } from './speed.ts'

const MONITORING = resolve(import.meta.dirname, '../../../monitoring')
const read = (path: string): Promise<string> => readFile(join(MONITORING, path), 'utf8')

export interface ServersOptions {
  /** For data, logs and configurations. */
  readonly directory: string
  readonly ports: Ports
  readonly programs: Programs
  /** How many times as fast as in production everything is. */
  readonly speed: number
  readonly webhookUrl: string
  readonly shop: { readonly url: string; readonly token: string }
}

export interface Servers {
  readonly prometheusUrl: string
  /** Ends the Collector, or starts it again. Undefined where there is none on this machine. */
  readonly collector: { stop(): Promise<void>; start(): Promise<void> } | undefined
  stop(): Promise<void>
}

/** Prometheus' configuration of production, in a faster world, with the addresses of here. */
async function prometheusConfig(options: ServersOptions): Promise<string> {
  const { directory, ports, speed, shop } = options
  const { global } = parse(await read('prometheus/prometheus.prod.yml'))
  const token = join(directory, 'metrics_token')
  await writeFile(token, shop.token)
  const interval = shorter(global.scrape_interval, speed)
  const targets = (address: string): object[] => [{ targets: [address] }]
  return JSON.stringify({
    global: {
      ...global,
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: shorter(global.evaluation_interval, speed),
    },
    rule_files: [join(directory, 'rules/*.yml')],
    alerting: {
      alertmanagers: [{ static_configs: targets(`127.0.0.1:${ports.alertmanager}`) }],
    },
    scrape_configs: [
      {
        job_name: 'shop',
        authorization: { credentials_file: token },
        static_configs: targets(new URL(shop.url).host),
      },
      { job_name: 'prometheus', static_configs: targets(`127.0.0.1:${ports.prometheus}`) },
      { job_name: 'alertmanager', static_configs: targets(`127.0.0.1:${ports.alertmanager}`) },
    ],
  })
}

/** Starts Prometheus and Alertmanager with the configurations of production, and the Collector if it is here. */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { directory, ports, programs, speed, webhookUrl } = options
  if (!programs.prometheus || !programs.alertmanager) {
    throw new Error(
      'Cannot play: Prometheus and Alertmanager must be installed (apt-get install prometheus prometheus-alertmanager)',
    )
  }
  await mkdir(join(directory, 'rules'), { recursive: true })
  for (const file of await readdir(join(MONITORING, 'prometheus/rules'))) {
    const rules = await read(`prometheus/rules/${file}`)
    await writeFile(join(directory, 'rules', file), fasterRules(rules, speed))
  }
  const alertmanager = join(directory, 'alertmanager.yml')
  const routes = await read('alertmanager/alertmanager.prod.yml')
  await writeFile(alertmanager, fasterAlertmanager(routes, speed, webhookUrl))
  const prometheus = join(directory, 'prometheus.yml')
  await writeFile(prometheus, await prometheusConfig(options))

  const url = (port: number): string => `http://127.0.0.1:${port}`
  const logFile = (name: string): string => join(directory, `${name}.log`)
  const startAlertmanager = (program: string): Promise<ServerProcess> =>
    startServer({
      name: 'alertmanager',
      program,
      args: [
        `--config.file=${alertmanager}`,
        `--storage.path=${join(directory, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
        '--cluster.listen-address=',
      ],
      ports: { alertmanager: ports.alertmanager },
      readyUrl: `${url(ports.alertmanager)}/-/ready`,
      logFile: logFile('alertmanager'),
    })
  const startPrometheus = (program: string): Promise<ServerProcess> =>
    startServer({
      name: 'prometheus',
      program,
      args: [
        `--config.file=${prometheus}`,
        `--storage.tsdb.path=${join(directory, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${ports.prometheus}`,
        '--web.enable-remote-write-receiver',
        `--query.lookback-delta=${shorter('5m', speed)}`,
        `--rules.alert.resend-delay=${shorter('1m', speed)}`,
      ],
      ports: { prometheus: ports.prometheus },
      readyUrl: `${url(ports.prometheus)}/-/ready`,
      logFile: logFile('prometheus'),
    })
  const overlay = join(directory, 'collector.json')
  await writeFile(overlay, nativeCollectorConfig({}))
  const startCollector = (program: string): Promise<ServerProcess> =>
    startServer({
      name: 'collector',
      program,
      args: [
        join(MONITORING, 'collector/common.yaml'),
        join(MONITORING, 'collector/dev.yaml'),
        overlay,
      ].map((path) => `--config=${path}`),
      env: {
        OTLP_GRPC_PORT: `${ports.otlpGrpc}`,
        OTLP_HTTP_PORT: `${ports.otlpHttp}`,
        HEALTH_PORT: `${ports.collectorHealth}`,
        SELF_PORT: `${ports.collectorSelf}`,
        PROMETHEUS_URL: url(ports.prometheus),
        SELF_INTERVAL_MS: '1000',
        METRICS_FLUSH_INTERVAL: '1s',
      },
      ports: { otlpHttp: ports.otlpHttp },
      readyUrl: `${url(ports.collectorHealth)}/`,
      logFile: logFile('collector'),
    })

  const started: ServerProcess[] = []
  let collector: ServerProcess | undefined
  const stop = async (): Promise<void> => {
    await collector?.stop()
    for (const server of started.reverse()) await server.stop()
  }
  try {
    started.push(await startAlertmanager(programs.alertmanager))
    started.push(await startPrometheus(programs.prometheus))
    const program = programs.collector
    if (program) collector = await startCollector(program)
    return {
      prometheusUrl: url(ports.prometheus),
      collector: program
        ? {
            async stop() {
              await collector?.stop()
            },
            async start() {
              collector = await startCollector(program)
            },
          }
        : undefined,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
