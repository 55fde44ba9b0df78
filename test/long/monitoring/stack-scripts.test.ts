import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nativeAlertmanagerConfig } from '../../../scripts/monitor/alertmanager-config.ts'
import { nativeCollectorConfig } from '../../../scripts/monitor/collector-config.ts'
import { composeCall, missingVariable } from '../../../scripts/monitor/compose.ts'
import { nativeLokiConfig } from '../../../scripts/monitor/loki-config.ts'
import { nativeExporters } from '../../../scripts/monitor/native-exporters.ts'
import { parseOptions } from '../../../scripts/monitor/options.ts'
import { portsWith } from '../../../scripts/monitor/ports.ts'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import {
  nativePrometheusConfig,
  prometheusFlags,
} from '../../../scripts/monitor/prometheus-config.ts'
import {
  missingFiles,
  missingSecrets,
  prepareSecrets,
  readSecret,
  secretsDirectory,
} from '../../../scripts/monitor/secrets.ts'
import { startServer } from '../../../scripts/monitor/server-process.ts'

const ROOT = `${import.meta.dirname}/../../..`
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'monitor-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('secrets', () => {
  it('are made once, at random, in a folder for its owner alone', async () => {
    const folder = join(directory, 'secrets')
    await prepareSecrets(folder)
    const first = await readSecret(folder, 'grafana_admin_password')
    expect(first.length).toBeGreaterThanOrEqual(32)
    expect(await readSecret(folder, 'otlp_token')).not.toBe(first)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    await prepareSecrets(folder)
    expect(await readSecret(folder, 'grafana_admin_password')).toBe(first)
  })

  it('of exporters are in the forms that they read, and follow a change', async () => {
    await prepareSecrets(directory, { REDIS_ADDRESS: 'db3:6379' })
    const read = (name: string) => readSecret(directory, name)
    expect(await read('mysqld_exporter_cnf')).toBe(
      `[client]\nuser = exporter\npassword = "${await read('mysqld_exporter_password')}"`,
    )
    const passwords = JSON.parse(await read('redis_exporter_passwords'))
    const password = await read('redis_exporter_password')
    expect(passwords).toEqual({
      'redis://exporter@db3:6379': password,
      'redis://db3:6379': password,
    })
    await writeFile(join(directory, 'redis_exporter_password'), 'changed\n')
    await prepareSecrets(directory, {})
    expect(JSON.parse(await read('redis_exporter_passwords'))).toEqual({
      'redis://exporter@host.docker.internal:6379': 'changed',
      'redis://host.docker.internal:6379': 'changed',
    })
  })

  it('of production are yours to bring', async () => {
    await prepareSecrets(directory)
    const shipped = `${ROOT}/monitoring/alertmanager/alertmanager.prod.yml`
    const missing = async () => missingSecrets(directory, await readFile(shipped, 'utf8'))
    const channels = [
      'alertmanager/slack_url',
      'alertmanager/smtp_password',
      'alertmanager/heartbeat_token',
      'alertmanager/pagerduty_services',
      'alertmanager/pagerduty_observability',
      'alertmanager/tickets_token',
    ]
    expect(await missing()).toEqual(['tls_cert', 'tls_key', ...channels])
    for (const name of ['tls_cert', 'tls_key', ...channels.slice(1)]) {
      await writeFile(join(directory, name), 'something')
    }
    expect(await missing()).toEqual(['alertmanager/slack_url'])
    await writeFile(join(directory, 'alertmanager/slack_url'), 'https://hooks.example.com')
    expect(await missing()).toEqual([])
  })

  it('of the archive are asked for with it alone', async () => {
    await prepareSecrets(directory)
    expect(await missingFiles(directory, ['archive_credentials'])).toEqual(['archive_credentials'])
    await writeFile(join(directory, 'archive_credentials'), '[default]')
    expect(await missingFiles(directory, ['archive_credentials'])).toEqual([])
  })

  it('are outside of the repository', () => {
    expect(secretsDirectory({ MONITOR_SECRETS: '/else' })).toBe('/else')
    expect(secretsDirectory({ XDG_STATE_HOME: '/state' })).toMatch(/^\/state\//)
  })
})

describe('npm run monitor', () => {
  it('waits for the containers of the profile, with its overlay', async () => {
    await prepareSecrets(directory)
    const call = composeCall(parseOptions(['--profile', 'victoria']), directory)
    expect(call.args).toEqual([
      'compose',
      expect.stringMatching(/^--file=.*monitoring\/compose\.yaml$/),
      '--profile=victoria',
      'up',
      '--detach',
      '--wait',
      '--wait-timeout=300',
    ])
    expect(call.env).toEqual({
      MONITOR_SECRETS: directory,
      STACK: 'dev',
      COLLECTOR_OVERLAY: 'victoria',
    })
    const elastic = composeCall(parseOptions(['--profile=elastic', '--prod']), directory)
    expect(elastic.env.STACK).toBe('prod')
    // A file of the Collector's alone, and a bucket that is elsewhere.
    const archive = composeCall(parseOptions(['--profile=archive']), directory)
    expect(archive.args.filter((arg) => arg.startsWith('--profile'))).toEqual([])
    expect(archive.env.COLLECTOR_OVERLAY).toBe('archive')
    // The Collector reads it from a file.
    const password = await readSecret(directory, 'elastic_password')
    expect(JSON.stringify(elastic)).not.toContain(password)
  })

  it('tells Prometheus of the exporters that are on, and of no others', () => {
    const call = composeCall(parseOptions(['--profile=mysql', '--profile=hosts']), directory)
    expect(call.args).toEqual(expect.arrayContaining(['--profile=mysql', '--profile=hosts']))
    expect(call.env).toEqual({
      MONITOR_SECRETS: directory,
      STACK: 'dev',
      DATABASE_TARGETS: '[{"targets":["mysqld-exporter:9104"],"labels":{"job":"mysql"}}]',
      HOST_TARGETS:
        '[{"targets":["node-exporter:9100"],"labels":{"job":"node"}},{"targets":["cadvisor:8080"],"labels":{"job":"cadvisor"}}]',
    })
    expect(composeCall(parseOptions([]), directory).env).not.toHaveProperty('DATABASE_TARGETS')
  })

  it('reads a node exporter that is there already, and nothing else in its place', async () => {
    const isRunning = async (answer: string) => {
      const server = createServer((_, response) => response.end(answer)).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const { exporters } = await nativeExporters(
        { profiles: [], secrets: directory, env: {} },
        {
          directory,
          ports: portsWith([`node=${port}`]),
          programs: { ...findPrograms(), nodeExporter: 'node_exporter' },
        },
      )
      server.close()
      return exporters.map((exporter) => exporter.isRunning)
    }
    expect(await isRunning('node_exporter_build_info{version="1.5.0"} 1')).toEqual([true])
    expect(await isRunning('something else')).toEqual([false])
  })

  it('stops what any profile started', async () => {
    const { args } = composeCall(parseOptions(['--down']), directory)
    const profiles = ['victoria', 'elastic', 'postgres', 'mysql', 'redis', 'hosts', 'logs']
    expect(args.slice(2)).toEqual([...profiles.map((name) => `--profile=${name}`), 'down'])
  })

  it.each([
    [['--profile=logs'], {}, undefined],
    [['--profile=logs', '--prod'], {}, 'LOG_OTLP_URL'],
    [['--profile=logs', '--prod'], { LOG_OTLP_URL: 'https://otel.example.com:4318' }, undefined],
    [['--profile=archive'], {}, 'ARCHIVE_BUCKET'],
    [['--profile=archive'], { ARCHIVE_BUCKET: 'telemetry' }, undefined],
    [['--prod'], {}, undefined],
  ])('%j with %j is missing %s', (args, env, name) => {
    const missing = missingVariable(parseOptions(args), env)
    expect(missing && /^`(\w+)` must /.exec(missing)?.[1]).toBe(name)
  })

  it('reads the logs of the machine beside any profile', () => {
    const call = composeCall(parseOptions(['--profile=logs', '--profile=elastic']), directory)
    expect(call.args).toEqual(expect.arrayContaining(['--profile=elastic', '--profile=logs']))
    expect(call.env.COLLECTOR_OVERLAY).toBe('elastic')
  })

  it('plays game days at a speed, and months by a seed', () => {
    expect(parseOptions(['--game-day'])).toMatchObject({ gameDay: true, speed: 20, write: false })
    expect(parseOptions(['--month', '--seed=7'])).toMatchObject({ month: true, seed: 7 })
    for (const speed of ['0', '61', 'fast', '1.5']) {
      expect(() => parseOptions(['--game-day', `--speed=${speed}`])).toThrow(
        `Cannot start: \`--speed\` must be a whole number from 1 to 60, received ${speed}`,
      )
    }
  })

  it('says what it does not know, and how it is used', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['scripts/monitor/main.ts', ...args], {
        cwd: ROOT,
        encoding: 'utf8',
      })
    const { status, stderr } = run('--profile', 'oracle')
    expect(status).toBe(1)
    expect(stderr).toContain(
      'Cannot start: `--profile` must be one of victoria, elastic, archive, postgres, mysql, redis, hosts, logs, received oracle',
    )
    expect(run('--profile=victoria', '--profile=elastic').stderr).toContain(
      'Cannot start: `--profile` must be at most one of victoria, elastic, archive, received victoria, elastic',
    )
    expect(run('--nothing').stderr).toContain('Usage: npm run monitor')
  })
})

describe('npm run monitor:native', () => {
  it('takes other ports, by name', () => {
    const { ports } = parseOptions(['--port', 'prometheus=19090', '--port=loki=13100'])
    expect(ports).toMatchObject({ prometheus: 19090, loki: 13100, alertmanager: 9093 })
    for (const wrong of ['prometheus', 'prometheus=0', 'prometheus=65536', 'oracle=1', '9090']) {
      expect(() => parseOptions(['--port', wrong])).toThrow(
        /^Cannot start: `--port` must be <name>=<1 to 65535>, .* received /,
      )
    }
  })

  it('takes nobody else for its own server', async () => {
    const other = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const starting = startServer({
      name: 'prometheus',
      program: 'sleep',
      args: ['60'],
      readyUrl: `http://127.0.0.1:${port}/-/ready`,
      ports: { prometheus: port },
      logFile: join(directory, 'prometheus.log'),
    })
    await expect(starting).rejects.toThrow(
      `Cannot start prometheus: somebody listens on 127.0.0.1:${port} already. ` +
        'Stop it, or choose another port: --port prometheus=<number>',
    )
    other.close()
  })

  it('gives Prometheus the shipped rules and the addresses of here', async () => {
    const shipped = await readFile(`${ROOT}/monitoring/prometheus/prometheus.dev.yml`, 'utf8')
    const options = { folder: '/shipped', port: 1, alertmanagerPort: 2, majorVersion: 2 }
    const config = JSON.parse(nativePrometheusConfig(shipped, options))
    expect(config.rule_files).toEqual(['/shipped/rules/*.yml'])
    expect(config.scrape_configs).toEqual([
      { job_name: 'prometheus', static_configs: [{ targets: ['127.0.0.1:1'] }] },
      { job_name: 'alertmanager', static_configs: [{ targets: ['127.0.0.1:2'] }] },
    ])
    expect(config.alerting.alertmanagers).toEqual([
      { static_configs: [{ targets: ['127.0.0.1:2'] }] },
    ])
    expect(config.otlp).toBeUndefined()
    const newer = JSON.parse(nativePrometheusConfig(shipped, { ...options, majorVersion: 3 }))
    expect(newer.otlp).toBeDefined()
  })

  it('gives an older Prometheus only the flags that it knows', async () => {
    const text = await readFile(`${ROOT}/monitoring/prometheus/flags.txt`, 'utf8')
    expect(prometheusFlags(text, 2)).toEqual([
      '--storage.tsdb.retention.time=30d',
      '--enable-feature=exemplar-storage',
      '--web.enable-remote-write-receiver',
    ])
    expect(prometheusFlags(text, 3)).toContain('--web.enable-otlp-receiver')
  })

  it('gives Alertmanager the shipped routes, and the webhook of here', async () => {
    const shipped = await readFile(`${ROOT}/monitoring/alertmanager/alertmanager.dev.yml`, 'utf8')
    const config = JSON.parse(nativeAlertmanagerConfig(shipped, 7))
    expect(config.receivers).toEqual([
      {
        name: 'webhook',
        webhook_configs: [{ url: 'http://127.0.0.1:7/alerts', send_resolved: true }],
      },
      { name: 'nobody' },
    ])
    expect(config.inhibit_rules).toHaveLength(2)
    expect(config.route.receiver).toBe('webhook')
  })

  it('gives Loki the shipped limits, and its data a folder of here', async () => {
    const shipped = await readFile(`${ROOT}/monitoring/loki/loki.yaml`, 'utf8')
    const text = nativeLokiConfig(shipped, { directory: '/data', port: 1, grpcPort: 2 })
    expect(text).not.toContain('/loki/')
    expect(text).not.toContain('0.0.0.0')
    const config = JSON.parse(text)
    expect(config.server).toMatchObject({ http_listen_port: 1, grpc_listen_port: 2 })
    expect(config.limits_config.retention_period).toBe('720h')
    expect(config.common.replication_factor).toBe(1)
  })

  it('has the Collector send only to stores that are named', () => {
    const exporters = (env: Record<string, string>) => {
      const { traces, logs } = JSON.parse(nativeCollectorConfig(env)).service.pipelines
      return [traces.exporters, logs.exporters]
    }
    expect(exporters({})).toEqual([['span_metrics', 'service_graph', 'debug'], ['debug']])
    expect(exporters({ TEMPO_OTLP_URL: 'http://t', LOKI_OTLP_URL: 'http://l' })).toEqual([
      ['otlp_http/tempo', 'span_metrics', 'service_graph', 'debug'],
      ['otlp_http/loki', 'debug'],
    ])
  })
})
