import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CONTAINERS } from '../../../scripts/monitor/options.ts'
import {
  COLLECTOR_VERSION,
  JAEGER_VERSION,
  LOKI_VERSION,
} from '../../../scripts/monitor/programs.ts'

const PAGE = `${import.meta.dirname}/../../../docs/monitoring.md`
const MONITORING = `${import.meta.dirname}/../../../monitoring`
const read = (path: string): Promise<string> => readFile(`${MONITORING}/${path}`, 'utf8')

interface Service {
  image: string
  command?: string[]
  ports?: string[]
  profiles?: string[]
  volumes?: string[]
  restart: string
  logging?: { driver: string }
  environment?: Record<string, string>
  extra_hosts?: string[]
  healthcheck?: { test: string[] }
}

interface Compose {
  services: Record<string, Service>
  secrets: Record<string, { file: string }>
  volumes: Record<string, unknown>
  configs: Record<string, { content: string }>
}

const compose = async (): Promise<Compose> => parse(await read('compose.yaml'), { merge: true })

/** Images that have nothing to check themselves with: `ready` asks them. */
const ASKED_BY_READY = ['collector', 'loki', 'tempo', 'jaeger']
/** Nothing is in their images but themselves, and `ready` cannot know whether they were asked for. */
const UNCHECKED = ['redis-exporter', 'logs']
/** By their services, as the page calls them. */
const EXPORTERS = {
  'node-exporter': 'node exporter',
  'postgres-exporter': 'postgres_exporter',
  'mysqld-exporter': 'mysqld_exporter',
  'redis-exporter': 'redis_exporter',
  cadvisor: 'cAdvisor',
}
/** Not servers. */
const HELPING = ['ready', 'owners']

describe('the containers', () => {
  it('are the stack, its profiles, and exporters', async () => {
    const { services } = await compose()
    const of = (profile?: string) =>
      Object.keys(services).filter((name) => services[name]?.profiles?.[0] === profile)
    expect(of().filter((name) => !HELPING.includes(name))).toEqual([
      'collector',
      'prometheus',
      'alertmanager',
      'loki',
      'tempo',
      'jaeger',
      'grafana',
    ])
    expect(of('victoria')).toEqual(['victoriametrics'])
    expect(of('elastic')).toEqual(['elasticsearch', 'kibana'])
    expect(of('postgres')).toEqual(['postgres-exporter'])
    expect(of('mysql')).toEqual(['mysqld-exporter'])
    expect(of('redis')).toEqual(['redis-exporter'])
    expect(of('hosts')).toEqual(['node-exporter', 'cadvisor'])
    expect(of('logs')).toEqual(['logs'])
    const known = Object.values(services).flatMap(({ profiles = [] }) => profiles)
    expect(new Set(known)).toEqual(new Set(CONTAINERS))
  })

  it('have versions that do not move', async () => {
    for (const [name, { image }] of Object.entries((await compose()).services)) {
      expect(image, name).toMatch(/:v?\d+\.\d+\.\d+$/)
    }
  })

  it('have the versions that the page says, beside those that are tested', async () => {
    const { services } = await compose()
    const page = await readFile(PAGE, 'utf8')
    const tested = { collector: COLLECTOR_VERSION, jaeger: JAEGER_VERSION, loki: LOKI_VERSION }
    const names = ['collector', 'prometheus', 'alertmanager', 'jaeger', 'loki', 'tempo', 'grafana']
    for (const name of names) {
      const version = /:v?([\d.]+)$/.exec(services[name]?.image ?? '')?.[1]
      const built = tested[name as keyof typeof tested] ?? ''
      const title = name[0]?.toUpperCase() + name.slice(1)
      expect(page).toContain(`| ${title} | ${version} | ${built}`)
    }
    for (const [name, title] of Object.entries(EXPORTERS)) {
      const version = /:v?([\d.]+)$/.exec(services[name]?.image ?? '')?.[1]
      expect(page).toContain(`| ${title} | ${version} |`)
    }
  })

  it('each have a limit of memory and CPU', async () => {
    for (const [name, service] of Object.entries((await compose()).services)) {
      expect(service, name).toMatchObject({
        mem_limit: expect.stringMatching(/^\d+[mg]$/),
        cpus: expect.any(Number),
      })
    }
  })

  it('listen on loopback only', async () => {
    for (const [name, { ports = [] }] of Object.entries((await compose()).services)) {
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    }
  })

  it('each have a health check', async () => {
    const { services } = await compose()
    const ready = services.ready?.healthcheck?.test.join(' ')
    for (const [name, { healthcheck }] of Object.entries(services)) {
      if (name === 'owners' || UNCHECKED.includes(name)) continue
      if (ASKED_BY_READY.includes(name)) expect(ready).toContain(`http://${name}:`)
      else expect(healthcheck?.test.length, name).toBeGreaterThan(1)
    }
  })

  it('keep their data in volumes that are declared', async () => {
    const { services, volumes } = await compose()
    const used = Object.values(services).flatMap(({ volumes: mounts = [] }) =>
      mounts.map((mount) => mount.split(':')[0] as string).filter((from) => /^\w+$/.test(from)),
    )
    expect(new Set(used)).toEqual(new Set(Object.keys(volumes)))
  })

  it('write nothing where the lines of other containers are read', async () => {
    const { services } = await compose()
    for (const [name, { logging }] of Object.entries(services)) {
      expect(logging?.driver, name).toBe('local')
    }
  })

  it('have no password but from files', async () => {
    const text = await read('compose.yaml')
    const { services, secrets } = parse(text, { merge: true }) as Compose
    for (const { file } of Object.values(secrets)) {
      expect(file).toMatch(/^\$\{MONITOR_SECRETS(:\?[^}]+)?\}\/\w+$/)
    }
    for (const [name, { environment = {} }] of Object.entries(services)) {
      for (const [key, value] of Object.entries(environment)) {
        if (!/password|token|secret/i.test(key)) continue
        expect(value, `${name} ${key}`).toMatch(/^(\/run\/secrets\/\w+|\$\{\w+:-\})$/)
      }
    }
    expect(services.grafana?.environment).toMatchObject({
      GF_SECURITY_ADMIN_PASSWORD__FILE: '/run/secrets/grafana_admin_password',
      GF_AUTH_ANONYMOUS_ENABLED: 'false',
    })
    expect(services.elasticsearch?.environment).toMatchObject({ 'xpack.security.enabled': 'true' })
  })

  it('keep metrics and logs for 30 days', async () => {
    const { services } = await compose()
    expect(services.prometheus?.command).toContain('--storage.tsdb.retention.time=30d')
    expect(services.victoriametrics?.command).toContain('--retentionPeriod=30d')
    const loki = parse(await read('loki/loki.yaml'))
    expect(loki.limits_config.retention_period).toBe(`${30 * 24}h`)
    expect(loki.compactor).toMatchObject({ retention_enabled: true })
  })

  it('give Alertmanager a way to the webhook of its machine', async () => {
    const { receivers } = parse(await read('alertmanager/alertmanager.dev.yml'))
    const { hostname, port } = new URL(receivers[0].webhook_configs[0].url)
    const { services } = await compose()
    expect(services.alertmanager?.extra_hosts).toEqual([`${hostname}:host-gateway`])
    expect(port).toBe('9095')
  })

  it('give Jaeger an address that the Collector knows, and a limit', async () => {
    const { services } = await compose()
    const { JAEGER_OTLP_PORT, LISTEN_HOST } = services.jaeger?.environment ?? {}
    expect(services.collector?.environment).toMatchObject({
      JAEGER_OTLP_URL: `http://jaeger:${JAEGER_OTLP_PORT}`,
    })
    expect(LISTEN_HOST).toBe('0.0.0.0')
    const { extensions, service } = parse(await read('jaeger/jaeger.yaml'))
    expect(extensions.jaeger_storage.backends.memory.memory.max_traces).toBe(50_000)
    expect(extensions.jaeger_query.storage.traces).toBe('memory')
    expect(service.pipelines.traces.exporters).toEqual(['jaeger_storage_exporter'])
  })

  it('give Prometheus its flags, and nothing to scrape that pushes', async () => {
    const { services, configs } = await compose()
    const flags = (await read('prometheus/flags.txt'))
      .split('\n')
      .filter((line) => /^--/.test(line))
    expect(services.prometheus?.command).toEqual(expect.arrayContaining(flags))
    expect(services.prometheus?.command).toContain('--web.enable-remote-write-receiver')
    expect(parse(configs.nobody?.content ?? '')).toEqual([])
    expect(parse(configs.alertmanagers?.content ?? '')).toEqual([
      { targets: ['alertmanager:9093'] },
    ])
  })
})

describe('Loki', () => {
  it('stores as today, and makes no stream for each isolate', async () => {
    const loki = parse(await read('loki/loki.yaml'))
    expect(loki.schema_config.configs).toMatchObject([{ store: 'tsdb', schema: 'v13' }])
    const { resource_attributes: resource } = loki.limits_config.otlp_config
    expect(resource.ignore_defaults).toBe(true)
    const [indexed] = resource.attributes_config
    expect(indexed).toMatchObject({ action: 'index_label' })
    expect(indexed.attributes).toContain('service.name')
    expect(indexed.attributes).not.toContain('service.instance.id')
  })
})
