import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { nativeAlertmanagerConfig } from './alertmanager-config.ts'
import { nativeCollectorConfig } from './collector-config.ts'
import { nativeLokiConfig } from './loki-config.ts'
import { type NativeExporters, nativeExporters } from './native-exporters.ts'
import { PORTS, type Ports } from './ports.ts'
import { findPrograms, type Programs } from './programs.ts'
import { nativePrometheusConfig, prometheusFlags } from './prometheus-config.ts'
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts'

const MONITORING = resolve(import.meta.dirname, '../../monitoring')

export interface NativeOptions {
  /** For data, logs and configurations that are made; a new or the last one. */
  readonly directory: string
  /** Default: `monitoring` of the repository. */
  readonly configs?: string
  readonly ports?: Ports
  readonly programs?: Programs
  /** Variables for the Collector: `JAEGER_OTLP_URL`, `TEMPO_OTLP_URL`, `LOKI_OTLP_URL` where there are such. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: the exporter of this machine alone. */
  readonly exporters?: NativeExporters
}

export interface Stack {
  /** What runs. */
  readonly servers: readonly string[]
  /** What could not be had, and where to get it. */
  readonly missing: readonly string[]
  stop(): Promise<void>
}

const majorVersion = (program: string): number => {
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return Number(/version (\d+)/.exec(stdout + stderr)?.[1] ?? 2)
}

const pick = (ports: Ports, ...names: readonly (keyof Ports)[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, ports[name]]))

/** Starts what is on this machine, as plain processes with the shipped configurations. */
export async function startNative(options: NativeOptions): Promise<Stack> {
  const { directory, configs = MONITORING, ports = PORTS } = options
  const { programs = findPrograms(), env = {} } = options
  const { exporters: databases = { profiles: [], secrets: '', env: {} } } = options
  await mkdir(directory, { recursive: true })
  const started: ServerProcess[] = []
  const missing: string[] = []
  const stop = async (): Promise<void> => {
    for (const server of started.reverse()) await server.stop()
  }
  const start = async (server: Omit<ServerOptions, 'logFile'>): Promise<void> => {
    const logFile = join(directory, `${server.name}.log`)
    started.push(await startServer({ ...server, logFile }))
  }
  const file = (path: string): string => join(configs, path)

  try {
    // Before Prometheus, to whom they would be down.
    const { exporters, missing: none } = await nativeExporters(databases, {
      directory,
      ports,
      programs,
    })
    missing.push(...none)
    for (const exporter of exporters.filter(({ isRunning }) => !isRunning)) await start(exporter)

    if (programs.alertmanager) {
      const config = join(directory, 'alertmanager.json')
      const shipped = await readFile(file('alertmanager/alertmanager.dev.yml'), 'utf8')
      await writeFile(config, nativeAlertmanagerConfig(shipped, ports.webhook))
      await start({
        name: 'alertmanager',
        program: programs.alertmanager,
        args: [
          `--config.file=${config}`,
          `--storage.path=${join(directory, 'alertmanager')}`,
          `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
          '--cluster.listen-address=',
        ],
        ports: pick(ports, 'alertmanager'),
        readyUrl: `http://127.0.0.1:${ports.alertmanager}/-/ready`,
      })
    } else missing.push('alertmanager (apt install prometheus-alertmanager)')

    if (programs.prometheus) {
      const version = majorVersion(programs.prometheus)
      const config = join(directory, 'prometheus.json')
      const shipped = await readFile(file('prometheus/prometheus.dev.yml'), 'utf8')
      const made = nativePrometheusConfig(shipped, {
        folder: file('prometheus'),
        port: ports.prometheus,
        alertmanagerPort: ports.alertmanager,
        majorVersion: version,
        exporters,
      })
      await writeFile(config, made)
      await start({
        name: 'prometheus',
        program: programs.prometheus,
        args: [
          `--config.file=${config}`,
          `--storage.tsdb.path=${join(directory, 'prometheus')}`,
          `--web.listen-address=127.0.0.1:${ports.prometheus}`,
          ...prometheusFlags(await readFile(file('prometheus/flags.txt'), 'utf8'), version),
        ],
        ports: pick(ports, 'prometheus'),
        readyUrl: `http://127.0.0.1:${ports.prometheus}/-/ready`,
      })
    } else missing.push('prometheus (apt install prometheus)')

    const stores = { ...env }
    if (programs.jaeger) {
      await start({
        name: 'jaeger',
        program: programs.jaeger,
        args: [`--config=${file('jaeger/jaeger.yaml')}`],
        env: {
          JAEGER_PORT: `${ports.jaeger}`,
          JAEGER_GRPC_PORT: `${ports.jaegerGrpc}`,
          JAEGER_OTLP_PORT: `${ports.jaegerOtlp}`,
        },
        ports: pick(ports, 'jaeger', 'jaegerGrpc', 'jaegerOtlp'),
        readyUrl: `http://127.0.0.1:${ports.jaeger}/`,
      })
      stores.JAEGER_OTLP_URL ??= `http://127.0.0.1:${ports.jaegerOtlp}`
    } else missing.push('jaeger (npm run monitor:native -- --build, with Go)')

    if (programs.loki) {
      const config = join(directory, 'loki.json')
      const made = nativeLokiConfig(await readFile(file('loki/loki.yaml'), 'utf8'), {
        directory: join(directory, 'loki'),
        port: ports.loki,
        grpcPort: ports.lokiGrpc,
      })
      await writeFile(config, made)
      await start({
        name: 'loki',
        program: programs.loki,
        args: [`-config.file=${config}`],
        ports: pick(ports, 'loki', 'lokiGrpc'),
        readyUrl: `http://127.0.0.1:${ports.loki}/ready`,
        timeoutMs: 60_000,
      })
      stores.LOKI_OTLP_URL ??= `http://127.0.0.1:${ports.loki}/otlp`
    } else missing.push('loki (npm run monitor:native -- --build-loki, with Go)')

    if (programs.collector) {
      const overlay = join(directory, 'collector.json')
      await writeFile(overlay, nativeCollectorConfig(stores))
      await start({
        name: 'collector',
        program: programs.collector,
        args: [file('collector/common.yaml'), file('collector/dev.yaml'), overlay].map(
          (path) => `--config=${path}`,
        ),
        env: {
          OTLP_GRPC_PORT: `${ports.otlpGrpc}`,
          OTLP_HTTP_PORT: `${ports.otlpHttp}`,
          HEALTH_PORT: `${ports.collectorHealth}`,
          SELF_PORT: `${ports.collectorSelf}`,
          PROMETHEUS_URL: `http://127.0.0.1:${ports.prometheus}`,
          ...stores,
        },
        ports: pick(ports, 'otlpGrpc', 'otlpHttp', 'collectorHealth', 'collectorSelf'),
        readyUrl: `http://127.0.0.1:${ports.collectorHealth}/`,
      })
    } else missing.push('collector (npm run monitor:native -- --build, with Go)')
    missing.push('grafana, tempo and cadvisor (containers: npm run monitor)')
  } catch (error) {
    await stop()
    throw error
  }
  return { servers: started.map(({ name }) => name), missing, stop }
}
