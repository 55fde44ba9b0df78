import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ruleFiles } from '../../../monitoring/prometheus/source/build.ts'
import type { Alert } from '../../../monitoring/prometheus/source/rule.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { type NativeExporter, nativeExporters } from '../../../scripts/monitor/native-exporters.ts'
import { PORTS } from '../../../scripts/monitor/ports.ts'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { prepareSecrets, readSecret } from '../../../scripts/monitor/secrets.ts'
import { type ServerProcess, startServer } from '../../../scripts/monitor/server-process.ts'
import { hasMariadb } from '../../support/servers/mariadb.ts'
import { hasPostgresql } from '../../support/servers/postgresql.ts'
import { hasRedis } from '../../support/servers/redis.ts'
import { freePorts } from './collector-stack.ts'
import { writeConfigs } from './configs.ts'
import { boardQueries, OF_EXPORTERS } from './dashboards-queries.ts'
import {
  asMariadb,
  asPostgres,
  asRedis,
  type Databases,
  startApp,
  startDatabases,
} from './exporters-servers.ts'
import { freePort, startServer as startQuietly } from './servers.ts'
import { areInstalled, fences, MONITORING } from './tools.ts'

const TOKEN = 'let-me-scrape'
const soon = { timeout: 60_000, interval: 500 }

const programs = findPrograms()
const { nodeExporter, postgresExporter, mysqldExporter, redisExporter } = programs
const cadvisor = spawnSync('cadvisor', ['--version']).status === 0
const isInstalled =
  areInstalled(['prometheus'], 'exporters of databases and hosts') &&
  [nodeExporter, postgresExporter, mysqldExporter, redisExporter].every(Boolean) &&
  hasPostgresql &&
  hasMariadb &&
  hasRedis
if (!isInstalled) {
  const reason =
    'NOT TESTED: exporters. Needs prometheus, postgresql, mariadb-server, redis-server, and ' +
    'prometheus-{node,postgres,mysqld,redis}-exporter (apt-get install --no-install-recommends).'
  // .ci/run could not install them: that says nothing of what is tested.
  const isNotToBeHad = process.env.NOT_INSTALLED?.includes('-exporter')
  if (process.env.CI && !isNotToBeHad) throw new Error(reason)
  console.warn(reason)
} else if (!cadvisor) {
  console.warn('NOT TESTED: cAdvisor, whose containers have no exporter here.')
}

/** Of names that mean the same in older and newer versions one is there; of these, what Debian 12 has tells none. */
const EITHER: readonly { readonly names: readonly string[]; readonly isOld: RegExp }[] = [
  {
    names: ['pg_replication_lag_seconds', 'pg_replication_lag'],
    isOld: /postgres_exporter.* version 0\.11\./,
  },
  {
    names: ['redis_max_clients', 'redis_config_maxclients'],
    isOld: /redis.* v?1\.45\./i,
  },
  // MySQL since 8.4, of which there is none here.
  {
    names: ['mysql_slave_status_seconds_behind_master', 'mysql_slave_status_seconds_behind_source'],
    isOld: /^$/,
  },
  ...['sql', 'io'].map((thread) => ({
    names: ['slave', 'replica'].map((name) => `mysql_slave_status_${name}_${thread}_running`),
    isOld: /^$/,
  })),
]

const versions = [postgresExporter, redisExporter]
  .map((program) => {
    const { stdout, stderr } = spawnSync(program ?? 'false', ['--version'], { encoding: 'utf8' })
    return stdout + stderr
  })
  .join('\n')

const alertsOf = (...names: readonly string[]): Alert[] =>
  ruleFiles(thresholds)
    .flatMap(({ groups }) => groups)
    .filter(({ name }) => names.includes(name))
    .flatMap(({ alerts = [] }) => alerts)

const alerts = alertsOf('databases', 'hosts')
const isOfCadvisor = (expr: string): boolean => expr.includes('container_')
/** Without containers, cAdvisor has cgroups, which have no names. */
const withoutNames = (expr: string): string => expr.replaceAll('{name!=""}', '')

/** The selectors of an expression, with their matchers. */
const selectorsOf = (expr: string): string[] =>
  expr
    .replace(/ by \([^)]*\)/g, '')
    .match(/\b(?:up|(?:pg|mysql|redis|node|container|db_client)_\w+)\b(?:\{[^}]*\})?/g) ?? []

/** Whether it asks for what none of its names is there for, in what is installed. */
const isTooOld = (expr: string): boolean =>
  !expr.includes('mysql_') &&
  EITHER.some(
    ({ names, isOld }) => names.every((each) => expr.includes(each)) && isOld.test(versions),
  )

/** What an expression compares: its first part, without the limit, or limits if there are several to choose from. */
const compared = (expr: string): string =>
  (expr.split('\nand ')[0] ?? '').replace(/ (?:>|<|==) [\d.]+(?=$|\n {2}or )/g, '')

describe.runIf(isInstalled)('exporters of databases and hosts', () => {
  const stops: (() => Promise<unknown>)[] = []
  let databases: Databases
  let secrets: string
  let prometheusUrl: string
  let traffic: () => Promise<void>
  let exporters: readonly NativeExporter[]
  const running = new Map<string, ServerProcess>()

  const query = async (
    expr: string,
  ): Promise<{ metric: Record<string, string>; value: number }[]> => {
    const response = await fetch(
      `${prometheusUrl}/api/v1/query?${new URLSearchParams({ query: expr })}`,
    )
    const answer = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] }
      error?: string
    }
    if (answer.error) throw new Error(`${expr}: ${answer.error}`)
    return answer.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'exporters-'))
    stops.push(() => rm(folder, { recursive: true, force: true }))
    secrets = join(folder, 'secrets-of-exporters')
    await prepareSecrets(secrets)
    const password = (name: string) => readSecret(secrets, `${name}_exporter_password`)
    const started = await startDatabases({
      postgres: await password('postgres'),
      mysqld: await password('mysqld'),
      redis: await password('redis'),
    })
    databases = started.databases
    stops.push(started.stop)
    const env = {
      POSTGRES_ADDRESS: `127.0.0.1:${databases.postgres.port}/postgres?sslmode=disable`,
      MYSQL_ADDRESS: `127.0.0.1:${databases.replica.port}`,
      REDIS_ADDRESS: `127.0.0.1:${databases.redis.port}`,
    }
    const made = await nativeExporters(
      { profiles: ['postgres', 'mysql', 'redis'], secrets, env },
      { directory: join(folder, 'native'), ports: { ...PORTS, ...(await freePorts()) }, programs },
    )
    exporters = made.exporters
    expect(made.missing).toEqual([])
    for (const exporter of exporters) {
      const server = await startServer({
        ...exporter,
        logFile: join(folder, `${exporter.name}.log`),
      })
      running.set(exporter.job, server)
      stops.push(() => server.stop())
    }
    const containersPort = await freePort()
    if (cadvisor) {
      const url = `http://127.0.0.1:${containersPort}/healthz`
      const args = [`-port=${containersPort}`, '-listen_ip=127.0.0.1']
      stops.push(await startQuietly('cadvisor', args, url))
    }
    const app = await startApp(databases.postgres, TOKEN)
    stops.push(() => app.stop())
    const prometheusPort = await freePort()
    writeConfigs(folder, {
      shopUrl: app.url,
      metricsToken: TOKEN,
      prometheusPort,
      alertmanagerPort: await freePort(),
      webhookPort: await freePort(),
    })
    const target = (job: string, port: number) => ({
      targets: [`127.0.0.1:${port}`],
      labels: { job },
    })
    const targetsOf = (isHost: boolean) =>
      exporters
        .filter(({ job }) => (job === 'node') === isHost)
        .map(({ job, port }) => target(job, port))
    writeFileSync(join(folder, 'targets/databases.dev.yml'), JSON.stringify(targetsOf(false)))
    writeFileSync(
      join(folder, 'targets/hosts.dev.yml'),
      JSON.stringify([
        ...targetsOf(true),
        ...(cadvisor ? [target('cadvisor', containersPort)] : []),
      ]),
    )
    prometheusUrl = `http://127.0.0.1:${prometheusPort}`
    stops.push(
      await startQuietly(
        'prometheus',
        [
          `--config.file=${folder}/prometheus.yml`,
          `--storage.tsdb.path=${folder}/data`,
          `--web.listen-address=127.0.0.1:${prometheusPort}`,
        ],
        `${prometheusUrl}/-/ready`,
      ),
    )
    // Twice, with a scrape in between: a rate needs two samples.
    traffic = async () => {
      await asRedis(databases.redis.port, ['GET a', 'GET b'])
      expect(await (await fetch(`${app.url}/orders`)).text()).toBe('timed out')
    }
    await vi.waitFor(traffic, soon)
    await vi.waitFor(async () => {
      expect(await query('db_client_connection_timeouts_total')).toHaveLength(1)
    }, soon)
    await traffic()
  }, 240_000)

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  }, 60_000)

  it('are all up, and reach their databases', async () => {
    const jobs = ['node', 'postgres', 'mysql', 'redis', ...(cadvisor ? ['cadvisor'] : [])]
    await expect
      .poll(
        async () =>
          (await query('up{job!~"shop|prometheus|stack"} == 1'))
            .map(({ metric }) => metric.job)
            .sort(),
        soon,
      )
      .toEqual(jobs.sort())
    for (const name of ['pg_up', 'mysql_up', 'redis_up']) {
      await expect.poll(() => query(`${name} == 1`), soon).toHaveLength(1)
    }
    expect(await query('pg_exporter_last_scrape_error == 1')).toEqual([])
  })

  const known = (expr: string): boolean => cadvisor || !isOfCadvisor(expr)

  it('have every series that a rule names', async () => {
    const selectors = new Set(
      alerts.filter(({ expr }) => known(expr)).flatMap(({ expr }) => selectorsOf(expr)),
    )
    expect(selectors.size).toBeGreaterThan(20)
    const isThere = async (selector: string): Promise<boolean> => {
      if ((await query(`count(${withoutNames(selector)})`)).length) return true
      const pair = EITHER.find(({ names }) => names.includes(selector))
      if (!pair) return false
      return pair.isOld.test(versions) || (await query(pair.names.join(' or '))).length > 0
    }
    const absent = async (): Promise<string[]> => {
      const none: string[] = []
      for (const selector of selectors) if (!(await isThere(selector))) none.push(selector)
      return none
    }
    await expect.poll(absent, soon).toEqual([])
  })

  it('have a value for what each rule compares', async () => {
    const empty = async (): Promise<string[]> => {
      const none: string[] = []
      for (const { name, labels, expr } of alerts.filter((alert) => known(alert.expr))) {
        const value = compared(withoutNames(expr))
        if (isTooOld(value)) continue
        // cAdvisor has a limit for containers alone.
        if (name === 'ContainerMemoryHigh') continue
        if (!(await query(value)).length)
          none.push(`${name} ${JSON.stringify(labels ?? {})}: ${value}`)
      }
      return none
    }
    await expect.poll(empty, soon).toEqual([])
  })

  it('have something to show in every panel of their dashboards', async () => {
    const asked = boardQueries().filter(
      ({ origin }) => OF_EXPORTERS.includes(origin) && (cadvisor || origin !== 'cadvisor'),
    )
    expect(asked.length).toBeGreaterThan(40)
    const empty = async (): Promise<string[]> => {
      const none: string[] = []
      // Quantiles and ratios are of what goes on.
      await traffic()
      for (const { where, expr } of asked) {
        // Machines have limits, and none is of a container here.
        if (isTooOld(expr) || expr.includes('container_spec_memory_limit_bytes')) continue
        const numbers = (await query(withoutNames(expr))).filter(
          ({ value }) => !Number.isNaN(value),
        )
        if (!numbers.length) none.push(`${where}: ${expr}`)
      }
      return none
    }
    await expect.poll(empty, soon).toEqual([])
  })

  it('may read nothing but that', async () => {
    const password = (name: string) => readSecret(secrets, `${name}_exporter_password`)
    const postgres = { user: 'exporter', password: await password('postgres') }
    const orders = asPostgres(
      databases.postgres.port,
      (client) => client.query('SELECT * FROM orders'),
      postgres,
    )
    await expect(orders).rejects.toThrow('permission denied for table orders')
    const mysql = { user: 'exporter', password: await password('mysqld') }
    await expect(
      asMariadb(databases.replica.port, ['SELECT * FROM shop.orders'], mysql),
    ).rejects.toThrow(/command denied/)
    await expect(asMariadb(databases.replica.port, ['SELECT 1'], mysql)).resolves.toBeUndefined()
    const redis = { username: 'exporter', password: await password('redis') }
    for (const command of ['GET a', 'CONFIG GET requirepass', 'SLOWLOG GET', 'ACL LIST']) {
      await expect(asRedis(databases.redis.port, [command], redis), command).rejects.toThrow(
        'NOPERM',
      )
    }
    await expect(asRedis(databases.redis.port, ['PING'], redis)).resolves.toBeUndefined()
  })

  it('have runbooks whose statements the databases take', async () => {
    const pages = readdirSync(`${MONITORING}runbooks`).map((file) =>
      readFileSync(`${MONITORING}runbooks/${file}`, 'utf8'),
    )
    const [postgres, mysql] = ['postgresql', 'mysql'].map((language) =>
      pages.flatMap((page) => fences(page, language)),
    )
    expect(postgres?.length).toBeGreaterThan(2)
    expect(mysql?.length).toBeGreaterThan(1)
    await asPostgres(databases.postgres.port, async (client) => {
      for (const statement of postgres ?? []) await client.query(statement)
    })
    await asMariadb(databases.replica.port, mysql ?? [])
  })

  it('see a transaction that is left open, and alert on a database and a host that are gone', async () => {
    const states = async (name: string): Promise<(string | undefined)[]> =>
      (await query(`ALERTS{alertname="${name}"}`)).map(({ metric }) => metric.service)
    const longest = 'max(pg_stat_activity_max_tx_duration{state="idle in transaction"}) > 0'
    await asPostgres(databases.postgres.port, async (client) => {
      await client.query('BEGIN')
      await expect.poll(() => query(longest), soon).toHaveLength(1)
      await client.query('ROLLBACK')
    })
    const port = exporters.find(({ job }) => job === 'redis')?.port
    expect(await states('DatabaseUnreachable')).toEqual([])
    await asRedis(databases.redis.port, ['SHUTDOWN NOSAVE']).catch(() => {})
    await expect.poll(() => states('DatabaseUnreachable'), soon).toContain(`127.0.0.1:${port}`)
    const node = exporters.find(({ job }) => job === 'node')?.port
    await running.get('node')?.stop()
    await expect.poll(() => states('ExporterDown'), soon).toContain(`127.0.0.1:${node}`)
    // It is no service.
    expect(await states('ServiceDown')).not.toContain('node')
  })
})
